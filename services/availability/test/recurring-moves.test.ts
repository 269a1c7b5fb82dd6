import { randomUUID } from "node:crypto";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { must } from "@calends/kit/must";
import { Client as Postgres } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { choirOf, type Choir } from "./_choir.ts";
import { at, refusalOf, span, startRig, tuesdays, type Rig } from "./_times.ts";

let rig: Rig;
let choir: Choir;
beforeAll(async () => {
  rig = await startRig();
  choir = choirOf(rig);
});
afterAll(() => rig[Symbol.asyncDispose]());

const thursdays = {
  ...span("2027-09-02T07:00:00Z", "2027-09-02T15:00:00Z"),
  timeZone: "Europe/Copenhagen",
  rruleString: "FREQ=WEEKLY;BYDAY=TH",
};
const updateAll = async (blockedTimeId: string, blockedTime: object) =>
  rig.blocked.updateBlockedTime({ requestId: randomUUID(), blockedTimeId, blockedTime }, await rig.as());
/** The dates of a calendar in autumn 2027, as in "09-02". */
const autumn = async (calendarId: string) =>
  (await choir.expanded(calendarId, "2027-09-01", "2027-11-01")).blockedTimes.map(({ startTime }) =>
    new Date(timestampMs(must(startTime, "start"))).toISOString().slice(5, 10),
  );

describe("blocked times that are moved to another day", () => {
  const wednesday = span("2027-09-29T07:00:00Z", "2027-09-29T15:00:00Z");

  test("are on that weekday from then on", async () => {
    const { calendarId, id } = await choir.make(thursdays);
    const { blockedTime } = await choir.following(id, "2027-09-30T07:00:00Z", wednesday);
    expect(blockedTime).toMatchObject({ ...wednesday, rruleString: "FREQ=WEEKLY;BYDAY=WE" });
    const before = ["09-02", "09-09", "09-16", "09-23"];
    expect(await autumn(calendarId)).toEqual([...before, "09-29", "10-06", "10-13", "10-20", "10-27"]);
  });

  test("are all on that weekday, with COUNT and the exceptions of their dates", async () => {
    const { calendarId, id } = await choir.make({ ...thursdays, rruleString: "FREQ=WEEKLY;COUNT=4;BYDAY=TH" });
    await choir.cancel(id, "2027-09-16T07:00:00Z");
    const moved = span("2027-09-01T07:00:00Z", "2027-09-01T15:00:00Z");
    for (const said of [moved, { ...moved, rruleString: "FREQ=WEEKLY;COUNT=4;BYDAY=WE" }]) {
      const { blockedTime } = await updateAll(id, said);
      expect(blockedTime?.rruleString).toBe("FREQ=WEEKLY;COUNT=4;BYDAY=WE");
      expect(await autumn(calendarId)).toEqual(["09-01", "09-08", "09-22"]);
    }
  });

  test.each([
    ["FREQ=MONTHLY;BYMONTHDAY=2", "FREQ=MONTHLY;BYMONTHDAY=8"],
    ["FREQ=MONTHLY;BYDAY=1TH", "FREQ=MONTHLY;BYDAY=2WE"],
    ["FREQ=MONTHLY;BYMONTHDAY=-29", "FREQ=MONTHLY;BYMONTHDAY=-23"],
    ["FREQ=YEARLY;BYMONTHDAY=2;BYMONTH=9", "FREQ=YEARLY;BYMONTHDAY=8;BYMONTH=9"],
    ["FREQ=YEARLY;BYYEARDAY=245", "FREQ=YEARLY;BYYEARDAY=251"],
    ["FREQ=WEEKLY", "FREQ=WEEKLY"],
  ])("by %s recur by %s", async (rruleString, expected) => {
    const { id } = await choir.make({ ...thursdays, rruleString });
    const moved = span("2027-09-08T07:00:00Z", "2027-09-08T15:00:00Z");
    expect((await updateAll(id, moved)).blockedTime?.rruleString).toBe(expected);
  });

  test("ask for the rule where the day does not tell it", async () => {
    const { id } = await choir.make({ ...thursdays, rruleString: "FREQ=WEEKLY;BYDAY=MO,TH" });
    const following = (fields: object) => choir.following(id, "2027-09-30T07:00:00Z", fields);
    for (const call of [() => following(wednesday), () => updateAll(id, wednesday)]) {
      const refusal = await refusalOf(call());
      expect(refusal).toMatchObject({ reason: "INVALID_RECURRENCE", fields: ["blocked_time.rrule_string"] });
      expect(refusal.text).toContain("say the rule");
    }
    const said = { ...wednesday, rruleString: "FREQ=WEEKLY;BYDAY=WE" };
    expect((await following(said)).blockedTime).toMatchObject(said);
  });

  test("available times alike", async () => {
    const calendarId = await rig.calendar({ manageAvailableWindows: true });
    const draft = { requestId: randomUUID(), availableTime: { calendarId, ...thursdays } };
    const made = await rig.available.createAvailableTime(draft, await rig.as());
    const availableTimeId = must(made.availableTime, "time").id;
    const from = { requestId: randomUUID(), availableTimeId, recurrenceId: at("2027-09-30T07:00:00Z") };
    const { availableTime } = await rig.available.updateFollowingAvailableTimes(
      { ...from, availableTime: wednesday },
      await rig.as(),
    );
    expect(availableTime?.rruleString).toBe("FREQ=WEEKLY;BYDAY=WE");
  });
});

describe("a split", () => {
  const later = span("2026-12-22T19:00:00Z", "2026-12-22T20:00:00Z");
  test.each([
    ["no rule", {}],
    ["the same rule", { rruleString: "COUNT=5;FREQ=WEEKLY" }],
  ])("by %s has what is left of COUNT", async (_, said) => {
    const { calendarId, id } = await choir.make();
    const { blockedTime } = await choir.following(id, "2026-12-22T18:00:00Z", { ...later, ...said });
    expect(blockedTime?.rruleString).toBe("FREQ=WEEKLY;COUNT=2");
    expect(await choir.winter(calendarId)).toHaveLength(5);
  });

  test("by another rule has as many dates as that says", async () => {
    const { calendarId, id } = await choir.make();
    await choir.following(id, "2026-12-22T18:00:00Z", { ...later, rruleString: "FREQ=WEEKLY;COUNT=4" });
    expect(await choir.winter(calendarId)).toHaveLength(7);
  });

  test("at a further date keeps the days of the rule", async () => {
    const extraLines = "RDATE;TZID=Europe/Berlin:20261224T190000";
    const { calendarId, id } = await choir.make({ extraLines });
    const before = await choir.winter(calendarId);
    await choir.following(id, "2026-12-24T18:00:00Z", span("2026-12-24T18:00:00Z", "2026-12-24T19:30:00Z"));
    expect(await choir.winter(calendarId)).toEqual(before);
  });
});

describe("a start that its rule does not have", () => {
  const off = { ...tuesdays, rruleString: "FREQ=WEEKLY;BYDAY=TH" };
  const next = "2026-12-03T19:00:00 in Europe/Berlin (2026-12-03T18:00:00Z)";

  test("is refused on every write, and the next one named", async () => {
    const { calendarId, id } = await choir.make();
    const calls = [() => rig.block(calendarId, off), () => updateAll(id, off)];
    for (const call of calls) {
      const refusal = await refusalOf(call());
      expect(refusal).toMatchObject({ reason: "INVALID_RECURRENCE", fields: ["blocked_time.start_time"] });
      expect(refusal.text).toContain(next);
    }
    const following = choir.following(id, "2026-12-08T18:00:00Z", {
      ...span("2026-12-08T18:00:00Z", "2026-12-08T19:00:00Z"),
      rruleString: off.rruleString,
    });
    expect((await refusalOf(following)).text).toContain("2026-12-10T19:00:00");
    const blockedTimes = [
      { calendarId, ...tuesdays },
      { calendarId, ...off },
    ];
    const bulk = rig.blocked.bulkCreateBlockedTimes({ requestId: randomUUID(), blockedTimes }, await rig.as());
    expect((await refusalOf(bulk)).fields).toEqual(["blocked_times[1].start_time"]);
  });

  test("is taken where it is a further date", async () => {
    const { calendarId } = await choir.make({ ...off, extraLines: "RDATE;TZID=Europe/Berlin:20261201T190000" });
    expect((await choir.winter(calendarId)).slice(0, 2)).toEqual(["2026-12-01T18:00/19:30", "2026-12-03T18:00/19:30"]);
  });

  test("that was kept before stays a date, beside those of the rule", async () => {
    const { calendarId, id } = await choir.make();
    const postgres = new Postgres({ connectionString: rig.databaseUrl });
    await postgres.connect();
    const old = "UPDATE calendar_times SET rule = 'FREQ=WEEKLY;COUNT=3;BYDAY=TH' WHERE id = $1";
    await postgres.query(old, [id]);
    await postgres.end();
    const { startTime, endTime } = tuesdays;
    await updateAll(id, { startTime, endTime, reason: "Band" });
    const dates = ["2026-12-01", "2026-12-03", "2026-12-10"];
    expect(await choir.winter(calendarId)).toEqual(dates.map((date) => `${date}T18:00/19:30`));
    await updateAll(id, span("2026-12-01T19:00:00Z", "2026-12-01T20:00:00Z"));
    expect(await choir.winter(calendarId)).toEqual(dates.map((date) => `${date}T19:00/20:00`));
  });
});
