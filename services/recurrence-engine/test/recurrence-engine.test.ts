import { createClient } from "@connectrpc/connect";
import { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { timestampFromDate, timestampDate } from "@bufbuild/protobuf/wkt";
import { reasonOf } from "@calends/kit/connect-errors";
import { must } from "@calends/kit/must";
import { openGround } from "@calends/testkit/ground";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../src/config.ts";
import { startRecurrenceEngine } from "../src/service.ts";

const stack = new AsyncDisposableStack();
let client: ReturnType<typeof createClient<typeof RecurrenceService>>;
let headers: Record<string, string>;
const at = (text: string) => timestampFromDate(new Date(text));

beforeAll(async () => {
  const ground = stack.use(await openGround("recurrence-engine"));
  const service = stack.use(await startRecurrenceEngine(loadConfig(ground.env)));
  await service.ready;
  client = createClient(RecurrenceService, ground.connect(service.port));
  const organizationId = "7d444840-9dc0-41d1-b245-5ffdce74fad2";
  headers = {
    authorization: await ground.signer.bearer({ organizationId, subject: "test", scopes: ["recurrence:read"] }),
  };
});

afterAll(() => stack.disposeAsync());

describe("Expand", () => {
  test("keeps wall-clock time across a clock change", async () => {
    const answer = await client.expand(
      {
        recurrence: "DTSTART;TZID=America/New_York:20260301T190000\nRRULE:FREQ=WEEKLY;BYDAY=SU",
        range: { startTime: at("2026-03-01T00:00:00Z"), endTime: at("2026-03-20T00:00:00Z") },
      },
      { headers },
    );
    expect(answer.starts.map((start) => timestampDate(start).toISOString())).toEqual([
      "2026-03-02T00:00:00.000Z",
      "2026-03-08T23:00:00.000Z",
      "2026-03-15T23:00:00.000Z",
    ]);
  });

  test("says when an answer was cut", async () => {
    const request = {
      recurrence: "DTSTART:20260101T000000Z\nRRULE:FREQ=MINUTELY",
      range: { startTime: at("2026-01-01T00:00:00Z"), endTime: at("2026-02-01T00:00:00Z") },
      maxOccurrences: 5,
    };
    const answer = await client.expand(request, { headers });
    expect(answer.starts).toHaveLength(5);
    expect(answer.truncated).toBe(true);
  });

  test("refuses an illegal rule with the part at fault", async () => {
    const recurrence = "DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY;COUNT=2;UNTIL=20270101T000000Z";
    const range = { startTime: at("2026-01-01T00:00:00Z"), endTime: at("2026-02-01T00:00:00Z") };
    const error: unknown = await client.expand({ recurrence, range }, { headers }).catch((e: unknown) => e);
    expect(reasonOf(error)).toBe("INVALID_RECURRENCE");
    expect(String(error)).toContain("Invalid recurrence rule: COUNT");
  });
});

test("Validate answers for an illegal set instead of failing", async () => {
  const answer = await client.validate(
    { recurrence: "DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY;BYWEEKNO=3" },
    { headers },
  );
  expect(answer.valid).toBe(false);
  expect(answer.violations).toMatchObject([{ part: "BYWEEKNO", value: "3", code: "NOT_ALLOWED" }]);
});

test("Describe says a rule in words", async () => {
  const answer = await client.describe({ recurrence: "RRULE:FREQ=WEEKLY;BYDAY=MO,WE" }, { headers });
  expect(answer.text).toMatch(/week.*Monday.*Wednesday/);
});

test("Describe and Parse take dates in a zone, and refuse one that is not known", async () => {
  const words = "every day until January 9, 2027";
  const timeZone = "America/Los_Angeles";
  const { rruleString } = await client.parse({ text: words, timeZone }, { headers });
  expect(rruleString).toBe("FREQ=DAILY;UNTIL=20270110T075959Z");
  expect((await client.describe({ recurrence: rruleString, timeZone }, { headers })).text).toBe(words);
  const zoned = `DTSTART;TZID=${timeZone}:20270101T200000\nRRULE:FREQ=DAILY;UNTIL=20270110T040000Z`;
  expect((await client.describe({ recurrence: zoned, locale: "de" }, { headers })).text).toContain("9. Januar 2027");
  for (const ask of [
    client.parse({ text: words, timeZone: "Mars/Olympus" }, { headers }),
    client.describe({ recurrence: "FREQ=DAILY", timeZone: "Mars/Olympus" }, { headers }),
  ]) {
    const error: unknown = await ask.catch((e: unknown) => e);
    expect(reasonOf(error)).toBe("INVALID_FIELD");
    expect(String(error)).toContain("unknown time zone: Mars/Olympus");
  }
});

test("Parse reads English words, and names what it does not understand", async () => {
  const answer = await client.parse({ text: "every 2 weeks on Monday and Wednesday" }, { headers });
  expect(answer.rruleString).toBe("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE");
  const error: unknown = await client.parse({ text: "whenever it suits" }, { headers }).catch((e: unknown) => e);
  expect(reasonOf(error)).toBe("INVALID_RECURRENCE");
});

test.each([
  "FREQ=MONTHLY;COUNT=7;INTERVAL=2;BYHOUR=9,17;BYDAY=-1FR,MO;BYSETPOS=1,-1;WKST=SU",
  "RSCALE=HEBREW;FREQ=YEARLY;BYMONTHDAY=8;BYMONTH=6,5L;SKIP=FORWARD",
])("ConvertRule goes from text to fields and back without loss: %s", async (text) => {
  const there = await client.convertRule({ rule: { case: "rruleString", value: text } }, { headers });
  const value = must(there.recurrenceRule, "rule");
  const back = await client.convertRule({ rule: { case: "recurrenceRule", value } }, { headers });
  expect(back.rruleString).toBe(text);
});

test("Normalize writes what says the same the same", async () => {
  const forms = [
    'DTSTART;TZID="Europe/Berlin":20260101T090000\r\nRRULE:wkst=mo;interval=1;freq=daily',
    "DTSTART;TZID=Europe/Berlin:20260101T0\n 90000\nRRULE:FREQ=DAILY",
  ];
  const answers = await Promise.all(forms.map((recurrence) => client.normalize({ recurrence }, { headers })));
  expect(answers[0]?.recurrence).toBe("DTSTART;TZID=Europe/Berlin:20260101T090000\nRRULE:FREQ=DAILY");
  expect(answers[1]?.recurrence).toBe(answers[0]?.recurrence);
});

test("Rules of other calendars are expanded, and refused by name where they are not known", async () => {
  const of = (rscale: string) => `DTSTART;VALUE=DATE:20260217\nRRULE:RSCALE=${rscale};FREQ=YEARLY;COUNT=2`;
  const next = await client.next({ recurrence: of("chinese"), afterTime: at("2026-02-18T00:00:00Z") }, { headers });
  expect(next.startTime).toEqual(at("2027-02-06T00:00:00Z"));
  const { recurrence } = await client.normalize({ recurrence: of("chinese") }, { headers });
  expect(recurrence).toBe("DTSTART;VALUE=DATE:20260217\nRRULE:RSCALE=CHINESE;FREQ=YEARLY;COUNT=2");
  const { violations } = await client.validate({ recurrence: of("islamic") }, { headers });
  expect(violations[0]).toMatchObject({ part: "RSCALE", code: "UNSUPPORTED", value: "ISLAMIC" });
});

test("Next, Previous and Count agree with the dates", async () => {
  const recurrence = "DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY;COUNT=3";
  const next = await client.next({ recurrence, afterTime: at("2026-01-01T09:00:00Z") }, { headers });
  expect(next.startTime).toEqual(at("2026-01-02T09:00:00Z"));
  const previous = await client.previous({ recurrence, beforeTime: at("2030-01-01T00:00:00Z") }, { headers });
  expect(previous.startTime).toEqual(at("2026-01-03T09:00:00Z"));
  expect(
    (await client.next({ recurrence, afterTime: at("2026-01-03T09:00:00Z") }, { headers })).startTime,
  ).toBeUndefined();
  expect((await client.count({ recurrence }, { headers })).count).toBe(3n);
  const endless = await client.count({ recurrence: "DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY" }, { headers });
  expect(endless.infinite).toBe(true);
});

test("ExpandBatch answers thousands of sets in order, a wrong one among them", async () => {
  const sets = Array.from({ length: 3000 }, (_, i) => ({
    key: String(i),
    recurrence: i === 1234 ? "RRULE:FREQ=NEVER" : "DTSTART:20260101T090000Z\nRRULE:FREQ=WEEKLY",
  }));
  const range = { startTime: at("2027-01-01T00:00:00Z"), endTime: at("2027-01-29T00:00:00Z") };
  const answers: { key: string; n: number; code: string }[] = [];
  for await (const { key, starts, violation } of client.expandBatch({ sets, range }, { headers })) {
    answers.push({ key, n: starts.length, code: violation?.code ?? "" });
  }
  const expected = sets.map(({ key }, i) => ({ key, n: i === 1234 ? 0 : 4, code: i === 1234 ? "OUT_OF_RANGE" : "" }));
  expect(answers).toEqual(expected);
});

test("Describe says which language it used", async () => {
  const ask = (locale: string) => client.describe({ recurrence: "FREQ=DAILY", locale }, { headers });
  expect((await ask("de-AT")).locale).toBe("de-AT");
  expect((await ask("tlh")).locale).toBe("en");
  expect((await ask("")).locale).toBe("en");
});
