import { randomUUID } from "node:crypto";
import type { CalendarTime } from "@calends/contracts/calends/availability/v1/calendar_time_pb";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, refusalOf, span, startRig, texts, tuesdays, type Rig } from "./_times.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

/** The dates of a calendar in December and January, as "2026-12-01T18:00/19:30". */
async function winter(calendarId: string, more: object = {}): Promise<string[]> {
  return texts((await expanded(calendarId, "2026-12-01", "2027-02-01", more)).blockedTimes);
}

async function expanded(calendarId: string, startDatetime: string, endDatetime: string, more: object = {}) {
  const request = { calendarId, startDatetime, endDatetime, ...more };
  return rig.blocked.listExpandedBlockedTimes(request, await rig.as());
}

async function choir(fields: object = {}): Promise<{ calendarId: string; id: string }> {
  const calendarId = await rig.calendar();
  const { id } = await rig.block(calendarId, { ...tuesdays, rruleString: "FREQ=WEEKLY;COUNT=5", ...fields });
  return { calendarId, id };
}

const occurrence = (blockedTimeId: string, recurrenceId: string, more: object = {}) => ({
  requestId: randomUUID(),
  blockedTimeId,
  recurrenceId: at(recurrenceId),
  ...more,
});
const cancel = async (id: string, date: string) =>
  rig.blocked.cancelBlockedOccurrence(occurrence(id, date), await rig.as());
const change = async (id: string, date: string, more: object) =>
  rig.blocked.changeBlockedOccurrence(occurrence(id, date, more), await rig.as());
const restore = async (id: string, date: string) =>
  rig.blocked.restoreBlockedOccurrence(occurrence(id, date), await rig.as());
const following = async (id: string, date: string, blockedTime: object) =>
  rig.blocked.updateFollowingBlockedTimes(occurrence(id, date, { blockedTime }), await rig.as());
const endBefore = async (id: string, date: string) =>
  rig.blocked.deleteFollowingBlockedTimes(occurrence(id, date), await rig.as());

describe("one occurrence", () => {
  test("is cancelled, changed and restored, under its original start", async () => {
    const { calendarId, id } = await choir();
    expect((await cancel(id, "2026-12-08T18:00:00Z")).blockedTime).toMatchObject({ id, version: 2n });
    const moved = span("2026-12-16T09:00:00Z", "2026-12-16T10:00:00Z");
    const { blockedTime } = await change(id, "2026-12-15T18:00:00Z", { ...moved, reason: "Matinee" });
    expect(blockedTime).toMatchObject({
      ...moved,
      reason: "Matinee",
      isRecurringException: true,
      recurrenceId: at("2026-12-15T18:00:00Z"),
      master: { id, reason: "Choir" },
    });
    expect(await winter(calendarId)).toEqual([
      "2026-12-01T18:00/19:30",
      "2026-12-16T09:00/10:00",
      "2026-12-22T18:00/19:30",
      "2026-12-29T18:00/19:30",
    ]);
    const restored = (await restore(id, "2026-12-08T18:00:00Z")).blockedTime;
    expect(restored).toMatchObject({ id: "", isRecurringInstance: true, isRecurringException: false });
    await restore(id, "2026-12-15T18:00:00Z");
    expect(await winter(calendarId)).toHaveLength(5);
    expect(await rig.told(id)).toHaveLength(5);
    expect((await rig.told(id)).map(({ busy }) => busy.length)).toEqual([5, 4, 4, 5, 5]);
  });

  test("keeps what is not said: its length where it moves, its time where only the reason changes", async () => {
    const { id } = await choir();
    const date = "2026-12-08T18:00:00Z";
    const moved = (await change(id, date, { startTime: at("2026-12-09T08:00:00Z") })).blockedTime;
    expect(moved).toMatchObject({ ...span("2026-12-09T08:00:00Z", "2026-12-09T09:30:00Z"), reason: "Choir" });
    const named = (await change(id, date, { reason: "" })).blockedTime;
    expect(named).toMatchObject({ ...span("2026-12-09T08:00:00Z", "2026-12-09T09:30:00Z"), reason: "", id: moved?.id });
    const backwards = change(id, date, { endTime: at("2026-12-09T08:00:00Z") });
    expect(await refusalOf(backwards)).toMatchObject({
      text: "start_time must be before end_time",
      fields: ["end_time"],
    });
  });

  test("that is a record of its own is updated and removed by its own id, but takes no rule", async () => {
    const { calendarId, id } = await choir();
    const date = must((await change(id, "2026-12-08T18:00:00Z", { reason: "x" })).blockedTime, "date");
    const update = async (blockedTime: object) =>
      rig.blocked.updateBlockedTime({ requestId: randomUUID(), blockedTimeId: date.id, blockedTime }, await rig.as());
    const moved = span("2026-12-09T08:00:00Z", "2026-12-09T09:00:00Z");
    expect((await update({ ...moved, reason: "Solo" })).blockedTime).toMatchObject({
      id: date.id,
      ...moved,
      reason: "Solo",
    });
    for (const [field, value] of [
      ["rrule_string", { rruleString: "FREQ=DAILY" }],
      ["recurrence_rule", { recurrenceRule: { frequency: 4 } }],
    ] as const) {
      expect(await refusalOf(update({ ...moved, ...value }))).toEqual({
        reason: "INVALID_RECURRENCE",
        text: "Cannot set recurrence rule for child instances",
        fields: [`blocked_time.${field}`],
      });
    }
    await rig.blocked.deleteBlockedTime({ requestId: randomUUID(), blockedTimeId: date.id }, await rig.as());
    expect(await winter(calendarId)).toHaveLength(4);
    expect((await refusalOf(update(moved))).reason).toBe("NOT_FOUND");
  });

  test("that the master does not have is not found", async () => {
    const { id } = await choir();
    for (const date of ["2026-12-08T18:00:01Z", "2026-12-09T18:00:00Z", "2027-01-05T18:00:00Z"]) {
      for (const call of [
        cancel(id, date),
        change(id, date, { reason: "x" }),
        restore(id, date),
        endBefore(id, date),
      ]) {
        expect((await refusalOf(call)).text).toBe("Occurrence not found or access denied");
      }
    }
  });
});

describe("this and following", () => {
  test("ends the master before and begins another, with the COUNT that is left and the exceptions from there on", async () => {
    const { calendarId, id } = await choir();
    await cancel(id, "2026-12-08T18:00:00Z");
    await cancel(id, "2026-12-22T18:00:00Z");
    const late = await change(id, "2026-12-29T18:00:00Z", { reason: "Year's end" });
    const later = { ...span("2026-12-15T19:00:00Z", "2026-12-15T21:00:00Z"), reason: "Late choir" };
    const split = await following(id, "2026-12-15T18:00:00Z", later);
    expect(split.ended).toMatchObject({ id, rruleString: "FREQ=WEEKLY;UNTIL=20261215T175959Z" });
    expect(split.blockedTime).toMatchObject({ ...later, rruleString: "FREQ=WEEKLY;COUNT=3", version: 1n });
    const { blockedTimes } = await expanded(calendarId, "2026-12-01", "2027-02-01");
    expect(texts(blockedTimes)).toEqual(["2026-12-01T18:00/19:30", "2026-12-15T19:00/21:00", "2026-12-29T19:00/21:00"]);
    expect(blockedTimes[2]).toMatchObject({ id: late.blockedTime?.id, reason: "Year's end" });
    expect(must(blockedTimes[2], "date").master?.id).toBe(split.blockedTime?.id);
    expect((await rig.told(must(split.blockedTime, "new").id)).map(({ busy }) => busy.length)).toEqual([2]);
    expect((await rig.told(id)).at(-1)?.busy).toHaveLength(1);
  });

  test("from the first date on changes the master itself", async () => {
    const { calendarId, id } = await choir();
    await cancel(id, "2026-12-08T18:00:00Z");
    const earlier = span("2026-12-01T17:00:00Z", "2026-12-01T18:00:00Z");
    const split = await following(id, "2026-12-01T18:00:00Z", earlier);
    expect(split.ended).toBeUndefined();
    expect(split.blockedTime).toMatchObject({ id, rruleString: "FREQ=WEEKLY;COUNT=5" });
    expect(await winter(calendarId)).toHaveLength(4);
  });

  test("may not begin before the last date of what ends", async () => {
    const { id } = await choir();
    const early = span("2026-12-01T08:00:00Z", "2026-12-01T09:00:00Z");
    expect((await refusalOf(following(id, "2026-12-15T18:00:00Z", early))).fields).toEqual(["blocked_time.start_time"]);
  });

  test("are removed, and from the first date on the master is gone", async () => {
    const { calendarId, id } = await choir({ extraLines: "RDATE;TZID=Europe/Berlin:20270110T120000" });
    await change(id, "2026-12-22T18:00:00Z", { reason: "gone too" });
    expect((await endBefore(id, "2026-12-15T18:00:00Z")).blockedTime).toMatchObject({ id, extraLines: "" });
    expect(await winter(calendarId)).toEqual(["2026-12-01T18:00/19:30", "2026-12-08T18:00/19:30"]);
    expect((await endBefore(id, "2026-12-01T18:00:00Z")).blockedTime).toBeUndefined();
    expect(await winter(calendarId)).toEqual([]);
    expect((await rig.told(id)).at(-1)).toMatchObject({ deleted: true, busy: [] });
  });
});

describe("all", () => {
  test("an update of the master takes its exceptions along by wall clock", async () => {
    const { calendarId, id } = await choir();
    await cancel(id, "2026-12-08T18:00:00Z");
    await change(id, "2026-12-15T18:00:00Z", span("2026-12-17T06:00:00Z", "2026-12-17T07:00:00Z"));
    const blockedTime = { ...span("2026-12-01T19:00:00Z", "2026-12-01T20:00:00Z"), reason: "Later" };
    await rig.blocked.updateBlockedTime({ requestId: randomUUID(), blockedTimeId: id, blockedTime }, await rig.as());
    expect(await winter(calendarId)).toEqual([
      "2026-12-01T19:00/20:00",
      "2026-12-17T06:00/07:00",
      "2026-12-22T19:00/20:00",
      "2026-12-29T19:00/20:00",
    ]);
  });
});

describe("across clock changes", () => {
  const daily = (start: string, end: string, more: object = {}) =>
    choir({ ...span(start, end), rruleString: "FREQ=DAILY;COUNT=400", ...more });
  const dates = async (calendarId: string, from: string, to: string) =>
    texts((await expanded(calendarId, from, to)).blockedTimes);

  test("19:00 stays 19:00, and a block of whole days covers the day of 23 and the one of 25 hours", async () => {
    const evening = await daily("2027-03-20T18:00:00Z", "2027-03-20T19:00:00Z");
    expect(await dates(evening.calendarId, "2027-03-27T12:00", "2027-03-29T12:00")).toEqual([
      "2027-03-27T18:00/19:00",
      "2027-03-28T17:00/18:00",
    ]);
    const allDay = await daily("2027-03-19T23:00:00Z", "2027-03-20T23:00:00Z");
    expect(await dates(allDay.calendarId, "2027-03-28T00:00", "2027-03-29T00:00")).toEqual([
      "2027-03-27T23:00/2027-03-28T22:00",
    ]);
    expect(await dates(allDay.calendarId, "2027-10-31T00:00", "2027-11-01T00:00")).toEqual([
      "2027-10-30T22:00/2027-10-31T23:00",
    ]);
  });

  test("22:00 to 02:00 is four hours but in the nights in which the clock changes", async () => {
    const { calendarId } = await daily("2027-03-20T21:00:00Z", "2027-03-21T01:00:00Z");
    expect(await dates(calendarId, "2027-03-26T12:00", "2027-03-27T12:00")).toEqual([
      "2027-03-26T21:00/2027-03-27T01:00",
    ]);
    // 02:00 is skipped in this night, and the end is read with the offset before it.
    expect(await dates(calendarId, "2027-03-27T12:00", "2027-03-28T12:00")).toEqual([
      "2027-03-27T21:00/2027-03-28T01:00",
    ]);
    // 02:00 comes twice, and the first is meant.
    expect(await dates(calendarId, "2027-10-30T12:00", "2027-10-31T12:00")).toEqual([
      "2027-10-30T20:00/2027-10-31T00:00",
    ]);
  });

  test("a split on a day on which the clock skips the time keeps the wall clock of the other days", async () => {
    const { calendarId, id } = await daily("2027-03-20T01:30:00Z", "2027-03-20T01:45:00Z");
    const before = await dates(calendarId, "2027-03-26", "2027-04-02");
    expect(before[2]).toBe("2027-03-28T01:30/01:45");
    await following(id, "2027-03-28T01:30:00Z", { ...span("2027-03-28T01:30:00Z", "2027-03-28T01:45:00Z") });
    expect(await dates(calendarId, "2027-03-26", "2027-04-02")).toEqual(before);
  });
});

describe("ListExpandedBlockedTimes", () => {
  test("leaves out the master's own date or the changed dates where it is asked to", async () => {
    const { calendarId, id } = await choir();
    await change(id, "2026-12-08T18:00:00Z", { reason: "x" });
    await rig.block(calendarId, span("2026-12-02T08:00:00Z", "2026-12-02T09:00:00Z"));
    expect(await winter(calendarId)).toHaveLength(6);
    const withoutSelf = await winter(calendarId, { includeSelf: false });
    expect(withoutSelf).toHaveLength(5);
    expect(withoutSelf).not.toContain("2026-12-01T18:00/19:30");
    expect(await winter(calendarId, { includeExceptions: false })).not.toContain("2026-12-08T18:00/19:30");
    await change(id, "2026-12-01T18:00:00Z", { reason: "still the first" });
    expect(await winter(calendarId, { includeSelf: false })).toHaveLength(5);
  });

  test("names each date by its master and its original start", async () => {
    const { calendarId, id } = await choir();
    const [first, second] = (await expanded(calendarId, "2026-12-01", "2027-02-01")).blockedTimes;
    const expectation = { id: "", rruleString: "", isRecurring: false, isRecurringInstance: true, reason: "Choir" };
    expect(first).toMatchObject({ ...expectation, recurrenceId: at("2026-12-01T18:00:00Z"), master: { id } });
    expect(second).toMatchObject({ ...expectation, recurrenceId: at("2026-12-08T18:00:00Z"), master: { id } });
  });

  test("says when it was cut, at 10,000 unless asked otherwise", async () => {
    const calendarId = await rig.calendar();
    await rig.block(calendarId, {
      ...tuesdays,
      endTime: at("2026-12-01T18:00:10Z"),
      rruleString: "FREQ=MINUTELY;COUNT=10001",
    });
    const all = await expanded(calendarId, "2026-12-01", "2027-02-01");
    expect([all.blockedTimes.length, all.truncated]).toEqual([10_000, true]);
    const few = await expanded(calendarId, "2026-12-01", "2027-02-01", { maxOccurrences: 3 });
    expect([few.blockedTimes.length, few.truncated]).toEqual([3, true]);
    const night = await expanded(calendarId, "2026-12-01T20:00", "2026-12-01T20:10");
    expect([night.blockedTimes.length, night.truncated]).toEqual([10, false]);
  });

  test("takes times with an offset, and others by the calendar's clock", async () => {
    const { calendarId } = await choir();
    const at18 = ["2026-12-01T18:00:00Z", "2026-12-01T19:00:00+01:00", "2026-12-01T19:00:00 01:00", "20:30"];
    const begins = [...at18.slice(0, 3), "2026-12-01T19:00", "2026-12-01 19:00:00.000", "2026-12-01"];
    for (const begin of begins) {
      expect((await expanded(calendarId, begin, "2026-12-01T20:00")).blockedTimes).toHaveLength(1);
    }
    const none = await expanded(calendarId, "2026-12-01T20:30", "2026-12-01T21:00");
    expect(none.blockedTimes).toEqual([]);
  });

  test("refuses with exact words", async () => {
    const { calendarId } = await choir();
    const required = "calendar_id, start_datetime, and end_datetime are required";
    for (const [id, from, to, field] of [
      ["", "2026-12-01", "2026-12-02", "calendar_id"],
      [calendarId, "", "2026-12-02", "start_datetime"],
      [calendarId, "2026-12-01", "", "end_datetime"],
    ] as const) {
      expect(await refusalOf(expanded(id, from, to))).toEqual({
        text: required,
        reason: "INVALID_FIELD",
        fields: [field],
      });
    }
    for (const text of ["tomorrow", "2026-13-01", "2026-02-30T10:00", "1764547200", "2026-12-01T25:00"]) {
      const refusal = {
        text: "Invalid datetime format. Use ISO format",
        reason: "INVALID_FIELD",
        fields: ["end_datetime"],
      };
      expect(await refusalOf(expanded(calendarId, "2026-12-01", text))).toEqual(refusal);
    }
    expect((await refusalOf(expanded(calendarId, "2026-12-02", "2026-12-01"))).text).toBe(
      "start_time must be before end_time",
    );
    for (const id of [randomUUID(), "no-uuid"]) {
      expect((await refusalOf(expanded(id, "2026-12-01", "2026-12-02"))).text).toBe(
        "Calendar not found or access denied",
      );
    }
  });

  test("more dates than one answer can have are refused, not left out", async () => {
    const calendarId = await rig.calendar();
    await rig.block(calendarId, { ...tuesdays, rruleString: "FREQ=SECONDLY" });
    expect((await refusalOf(expanded(calendarId, "2026-12-01", "2027-01-01"))).text).toMatch(/more than 200000 times/);
  });
});

test("the record of a recurring time answers what a list of it answers", async () => {
  const { calendarId, id } = await choir({ extraLines: "EXDATE:20261208T190000" });
  const { blockedTime } = await rig.blocked.getBlockedTime({ blockedTimeId: id }, await rig.as());
  const { blockedTimes } = await rig.blocked.listBlockedTimes({ calendarIds: [calendarId] }, await rig.as());
  expect(blockedTimes).toEqual<CalendarTime[]>([must(blockedTime, "time")]);
  expect(blockedTime?.extraLines).toBe("EXDATE;TZID=Europe/Berlin:20261208T190000");
  expect(await winter(calendarId)).toHaveLength(4);
});
