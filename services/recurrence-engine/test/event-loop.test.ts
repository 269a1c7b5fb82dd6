import { randomUUID } from "node:crypto";
import { Code, type CallOptions, ConnectError } from "@connectrpc/connect";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startWatched, type Watched } from "./_loop.ts";
import { at, range, tuesdays } from "./_rig.ts";

/** The promise is 50 ms; the rest is for a machine whose processors are shared with the other tests. */
const longestMs = 80;

let engine: Watched;
let tooLong: string[] = [];
beforeEach(() => {
  tooLong = [];
});
beforeAll(async () => {
  engine = await startWatched();
  await engine.series.listSeries({}, await engine.options());
  await engine.longestStretch();
});
afterAll(() => engine[Symbol.asyncDispose]());

/** Calls, and notes where the loop was held too long. */
async function freely<T>(call: (options: CallOptions) => Promise<T>): Promise<T> {
  const answer = await call(await engine.options());
  const heldMs = await engine.longestStretch();
  if (heldMs > longestMs) {
    tooLong.push(`${Math.round(heldMs)} ms: ${String(call).replaceAll(/\s+/g, " ")}`);
  }
  return answer;
}

const always = range("2026-01-01T00:00:00Z", "9990-01-01T00:00:00Z");
const start = "DTSTART;TZID=Europe/Berlin:20260101T090000";
const sixty = Array.from({ length: 60 }, (_, i) => i).join(",");
const hostile = [
  "RRULE:FREQ=SECONDLY;COUNT=1000000",
  "RRULE:FREQ=HOURLY;COUNT=1000000",
  "RRULE:FREQ=HOURLY;COUNT=1000000;BYMONTH=2;BYMONTHDAY=29",
  "RRULE:FREQ=MINUTELY;COUNT=999999;BYDAY=MO,TU;BYHOUR=8,9,10",
  "RRULE:FREQ=SECONDLY;INTERVAL=7;UNTIL=99981231T000000Z;BYDAY=MO",
  "RRULE:FREQ=YEARLY;COUNT=1000000",
  `EXDATE;TZID=Europe/Berlin:${Array.from({ length: 3_999 }, (_, i) => `2026010${1 + (i % 9)}T0${i % 10}0000`).join(",")}`,
  `RDATE;TZID=Australia/Hobart:${Array.from({ length: 480 }, (_, i) => `${1500 + i}0101T000000`).join(",")}`,
].map((lines) => `${start}\n${lines}`);
/** Written so that another reader than the algorithm's own takes it for something else. */
const disguised = [
  `RRULE:\rFREQ=SECONDLY;INTERVAL=86399;BYMINUTE=${sixty.slice(0, -3)};COUNT=100000`,
  `RRULE:\u2028FREQ=SECONDLY;INTERVAL=86399;BYMINUTE=${sixty.slice(0, -3)};COUNT=100000`,
  "RRULE:RSCALE =CHINESE;FREQ=YEARLY;BYMONTH=12L;BYMONTHDAY=30",
  "RRULE:FREQ=YEARLY;COUNT =1000000",
].map((lines) => `${start}\n${lines}`);

describe("the event loop stays free", () => {
  test.each(hostile)("for questions about %.99s", async (recurrence) => {
    await freely((options) => engine.sets.validate({ recurrence }, options));
    await freely((options) => engine.sets.count({ recurrence }, options));
    await freely((options) => engine.sets.next({ recurrence, afterTime: at("2030-01-01T00:00:00Z") }, options));
    await freely((options) => engine.sets.previous({ recurrence, beforeTime: at("9000-01-01T00:00:00Z") }, options));
    await freely((options) => engine.sets.expand({ recurrence, range: always }, options));
    expect(tooLong).toEqual([]);
  });

  test.each(disguised)("for a question about %j, refused or not", async (recurrence) => {
    const question = { recurrence, afterTime: at("2500-01-01T00:00:00Z") };
    await freely((options) => engine.sets.next(question, options).catch(() => undefined));
    expect(tooLong).toEqual([]);
  });

  test("while a series that began in the year 1 is written as iCalendar", async () => {
    const pattern = { ...tuesdays, timeZone: "Australia/Adelaide", localStart: "0001-01-01T19:00:00" };
    const request = { requestId: randomUUID(), title: "Choir", pattern };
    const { series } = await freely((options) => engine.series.createSeries(request, options));
    await freely((options) => engine.series.exportSeries({ seriesId: must(series, "series").id }, options));
    expect(tooLong).toEqual([]);
  });

  test("while the clock changes of a zone are found for 8,000 years", async () => {
    const recurrence = "DTSTART;TZID=Australia/Lord_Howe:20260101T090000\nRRULE:FREQ=YEARLY";
    const { starts } = await freely((options) => engine.sets.expand({ recurrence, range: always }, options));
    expect(starts).toHaveLength(7_964);
    expect(tooLong).toEqual([]);
  });

  test.each(["FREQ=MINUTELY", "FREQ=SECONDLY;COUNT=999999", "FREQ=HOURLY;COUNT=999999", "FREQ=DAILY;COUNT=1000000"])(
    "for a series of %s from its beginning to its end",
    async (rruleString) => {
      const pattern = { ...tuesdays, rruleString };
      const request = { requestId: randomUUID(), title: "Choir", pattern };
      const { series, occurrences } = await freely((options) => engine.series.createSeries(request, options));
      const seriesId = must(series, "series").id;
      const [first, later] = [occurrences[0]?.recurrenceId, occurrences[60]?.recurrenceId];
      const on = () => ({ requestId: randomUUID(), seriesId });
      const year = range("2026-12-01T00:00:00Z", "2027-12-01T00:00:00Z");
      await freely((options) => engine.series.listOccurrences({ seriesId, range: year }, options));
      await freely((options) => engine.series.listUpcoming({ seriesId, limit: 1_000 }, options));
      await freely((options) =>
        engine.series.cancelOccurrence({ ...on(), recurrenceId: must(first, "date") }, options),
      );
      await freely((options) => engine.series.updateSeries({ ...on(), title: "Band", pattern }, options));
      await freely((options) => engine.series.pauseSeries(on(), options));
      await freely((options) => engine.series.resumeSeries(on(), options));
      const localStart = "2027-06-01T19:00:00";
      await freely((options) =>
        engine.series.splitSeries(
          { ...on(), recurrenceId: must(later, "date"), pattern: { ...pattern, localStart } },
          options,
        ),
      );
      await freely((options) => engine.series.extendSeries({ ...on(), endDate: "2027-08-01" }, options));
      await freely((options) => engine.series.cancelSeries(on(), options));
      expect(tooLong).toEqual([]);
    },
  );

  test("for a series with as many overrides as one may have", async () => {
    const event = (i: number) => {
      const time = new Date(Date.parse("2026-12-02T00:00:00Z") + i * 60_000).toISOString();
      return `BEGIN:VEVENT\r\nUID:u\r\nRECURRENCE-ID:${time.replaceAll(/[-:]|\.000/g, "")}\r\nSUMMARY:x\r\nEND:VEVENT\r\n`;
    };
    const master = "UID:u\r\nDTSTART:20261202T000000Z\r\nDURATION:PT1M\r\nRRULE:FREQ=MINUTELY\r\n";
    const events = `BEGIN:VEVENT\r\n${master}END:VEVENT\r\n${Array.from({ length: 2_000 }, (_, i) => event(i)).join("")}`;
    const icalendar = `BEGIN:VCALENDAR\r\n${events}END:VCALENDAR\r\n`;
    const imported = await freely((options) =>
      engine.series.importSeries({ requestId: randomUUID(), icalendar }, options),
    );
    const on = { requestId: randomUUID(), seriesId: must(imported.series, "series").id };
    await freely((options) =>
      engine.series.cancelOccurrence({ ...on, recurrenceId: at("2026-12-02T00:00:00Z") }, options),
    );
    await freely((options) => engine.series.exportSeries(on, options));
    const pattern = { ...tuesdays, timeZone: "UTC", localStart: "2026-12-02T00:00:00", rruleString: "FREQ=MINUTELY" };
    await freely((options) => engine.series.updateSeries({ ...on, title: "Band", pattern }, options));
    expect(tooLong).toEqual([]);
  });
});

test.each([
  ["nothing is left of the set", `RRULE:FREQ=SECONDLY\nEXRULE:FREQ=SECONDLY;BYSECOND=${sixty}`],
  ["each of many rules is sparse", "RRULE:FREQ=SECONDLY;COUNT=1000000;BYMONTH=2;BYMONTHDAY=29;BYHOUR=3\n".repeat(400)],
])("a call ends at its deadline where %s, and the next is answered", async (_, lines) => {
  const recurrence = `${start}\n${lines.trim()}`;
  const begun = performance.now();
  const call = engine.sets.expand({ recurrence, range: always }, await engine.options(200));
  const error: unknown = await call.catch((e: unknown) => e);
  expect(ConnectError.from(error).code).toBe(Code.DeadlineExceeded);
  expect(performance.now() - begun).toBeLessThan(1_000);
  expect(await engine.longestStretch()).toBeLessThan(longestMs);
  const easy = { recurrence: `${start}\nRRULE:FREQ=HOURLY;COUNT=300` };
  expect((await freely((options) => engine.sets.count(easy, options))).count).toBe(300n);
  expect(tooLong).toEqual([]);
});
