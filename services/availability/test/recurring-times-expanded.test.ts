import { randomUUID } from "node:crypto";
import type { CalendarTime } from "@calends/contracts/calends/availability/v1/calendar_time_pb";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { choirOf, type Choir } from "./_choir.ts";
import { at, refusalOf, span, startRig, texts, tuesdays, type Rig } from "./_times.ts";

let rig: Rig;
let choir: Choir;
beforeAll(async () => {
  rig = await startRig();
  choir = choirOf(rig);
});
afterAll(() => rig[Symbol.asyncDispose]());

describe("across clock changes", () => {
  const daily = (start: string, end: string, more: object = {}) =>
    choir.make({ ...span(start, end), rruleString: "FREQ=DAILY;COUNT=400", ...more });
  const dates = async (calendarId: string, from: string, to: string) =>
    texts((await choir.expanded(calendarId, from, to)).blockedTimes);

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
    await choir.following(id, "2027-03-28T01:30:00Z", { ...span("2027-03-28T01:30:00Z", "2027-03-28T01:45:00Z") });
    expect(await dates(calendarId, "2027-03-26", "2027-04-02")).toEqual(before);
  });
});

describe("ListExpandedBlockedTimes", () => {
  test("leaves out the master's own date or the changed dates where it is asked to", async () => {
    const { calendarId, id } = await choir.make();
    await choir.change(id, "2026-12-08T18:00:00Z", { reason: "x" });
    await rig.block(calendarId, span("2026-12-02T08:00:00Z", "2026-12-02T09:00:00Z"));
    expect(await choir.winter(calendarId)).toHaveLength(6);
    const withoutSelf = await choir.winter(calendarId, { includeSelf: false });
    expect(withoutSelf).toHaveLength(5);
    expect(withoutSelf).not.toContain("2026-12-01T18:00/19:30");
    expect(await choir.winter(calendarId, { includeExceptions: false })).not.toContain("2026-12-08T18:00/19:30");
    await choir.change(id, "2026-12-01T18:00:00Z", { reason: "still the first" });
    expect(await choir.winter(calendarId, { includeSelf: false })).toHaveLength(5);
  });

  test("names each date by its master and its original start", async () => {
    const { calendarId, id } = await choir.make();
    const [first, second] = (await choir.expanded(calendarId, "2026-12-01", "2027-02-01")).blockedTimes;
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
    const all = await choir.expanded(calendarId, "2026-12-01", "2027-02-01");
    expect([all.blockedTimes.length, all.truncated]).toEqual([10_000, true]);
    const few = await choir.expanded(calendarId, "2026-12-01", "2027-02-01", { maxOccurrences: 3 });
    expect([few.blockedTimes.length, few.truncated]).toEqual([3, true]);
    const night = await choir.expanded(calendarId, "2026-12-01T20:00", "2026-12-01T20:10");
    expect([night.blockedTimes.length, night.truncated]).toEqual([10, false]);
  });

  test("takes times with an offset, and others by the calendar's clock", async () => {
    const { calendarId } = await choir.make();
    const at18 = ["2026-12-01T18:00:00Z", "2026-12-01T19:00:00+01:00", "2026-12-01T19:00:00 01:00", "20:30"];
    const begins = [...at18.slice(0, 3), "2026-12-01T19:00", "2026-12-01 19:00:00.000", "2026-12-01"];
    for (const begin of begins) {
      expect((await choir.expanded(calendarId, begin, "2026-12-01T20:00")).blockedTimes).toHaveLength(1);
    }
    const none = await choir.expanded(calendarId, "2026-12-01T20:30", "2026-12-01T21:00");
    expect(none.blockedTimes).toEqual([]);
  });

  test("refuses with exact words", async () => {
    const { calendarId } = await choir.make();
    const required = "calendar_id, start_datetime, and end_datetime are required";
    for (const [id, from, to, field] of [
      ["", "2026-12-01", "2026-12-02", "calendar_id"],
      [calendarId, "", "2026-12-02", "start_datetime"],
      [calendarId, "2026-12-01", "", "end_datetime"],
    ] as const) {
      expect(await refusalOf(choir.expanded(id, from, to))).toEqual({
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
      expect(await refusalOf(choir.expanded(calendarId, "2026-12-01", text))).toEqual(refusal);
    }
    expect((await refusalOf(choir.expanded(calendarId, "2026-12-02", "2026-12-01"))).text).toBe(
      "start_time must be before end_time",
    );
    for (const id of [randomUUID(), "no-uuid"]) {
      expect((await refusalOf(choir.expanded(id, "2026-12-01", "2026-12-02"))).text).toBe(
        "Calendar not found or access denied",
      );
    }
  });

  test("more dates than one answer can have are refused, not left out", async () => {
    const calendarId = await rig.calendar();
    await rig.block(calendarId, { ...tuesdays, rruleString: "FREQ=SECONDLY" });
    expect((await refusalOf(choir.expanded(calendarId, "2026-12-01", "2027-01-01"))).text).toMatch(
      /more than 200000 times/,
    );
  });
});

test("the record of a recurring time answers what a list of it answers", async () => {
  const { calendarId, id } = await choir.make({ extraLines: "EXDATE:20261208T190000" });
  const { blockedTime } = await rig.blocked.getBlockedTime({ blockedTimeId: id }, await rig.as());
  const { blockedTimes } = await rig.blocked.listBlockedTimes({ calendarIds: [calendarId] }, await rig.as());
  expect(blockedTimes).toEqual<CalendarTime[]>([must(blockedTime, "time")]);
  expect(blockedTime?.extraLines).toBe("EXDATE;TZID=Europe/Berlin:20261208T190000");
  expect(await choir.winter(calendarId)).toHaveLength(4);
});
