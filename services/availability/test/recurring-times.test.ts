import { randomUUID } from "node:crypto";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { choirOf, type Choir } from "./_choir.ts";
import { at, refusalOf, span, startRig, texts, type Rig } from "./_times.ts";

let rig: Rig;
let choir: Choir;
beforeAll(async () => {
  rig = await startRig();
  choir = choirOf(rig);
});
afterAll(() => rig[Symbol.asyncDispose]());

describe("one occurrence", () => {
  test("is cancelled, changed and restored, under its original start", async () => {
    const { calendarId, id } = await choir.make();
    expect((await choir.cancel(id, "2026-12-08T18:00:00Z")).blockedTime).toMatchObject({ id, version: 2n });
    const moved = span("2026-12-16T09:00:00Z", "2026-12-16T10:00:00Z");
    const { blockedTime } = await choir.change(id, "2026-12-15T18:00:00Z", { ...moved, reason: "Matinee" });
    expect(blockedTime).toMatchObject({
      ...moved,
      reason: "Matinee",
      isRecurringException: true,
      recurrenceId: at("2026-12-15T18:00:00Z"),
      master: { id, reason: "Choir" },
    });
    expect(await choir.winter(calendarId)).toEqual([
      "2026-12-01T18:00/19:30",
      "2026-12-16T09:00/10:00",
      "2026-12-22T18:00/19:30",
      "2026-12-29T18:00/19:30",
    ]);
    const restored = (await choir.restore(id, "2026-12-08T18:00:00Z")).blockedTime;
    expect(restored).toMatchObject({ id: "", isRecurringInstance: true, isRecurringException: false });
    await choir.restore(id, "2026-12-15T18:00:00Z");
    expect(await choir.winter(calendarId)).toHaveLength(5);
    expect(await rig.told(id)).toHaveLength(5);
    expect((await rig.told(id)).map(({ busy }) => busy.length)).toEqual([5, 4, 4, 5, 5]);
  });

  test("keeps what is not said: its length where it moves, its time where only the reason changes", async () => {
    const { id } = await choir.make();
    const date = "2026-12-08T18:00:00Z";
    const moved = (await choir.change(id, date, { startTime: at("2026-12-09T08:00:00Z") })).blockedTime;
    expect(moved).toMatchObject({ ...span("2026-12-09T08:00:00Z", "2026-12-09T09:30:00Z"), reason: "Choir" });
    const named = (await choir.change(id, date, { reason: "" })).blockedTime;
    expect(named).toMatchObject({ ...span("2026-12-09T08:00:00Z", "2026-12-09T09:30:00Z"), reason: "", id: moved?.id });
    const backwards = choir.change(id, date, { endTime: at("2026-12-09T08:00:00Z") });
    expect(await refusalOf(backwards)).toMatchObject({
      text: "start_time must be before end_time",
      fields: ["end_time"],
    });
  });

  test("that is a record of its own is updated and removed by its own id, but takes no rule", async () => {
    const { calendarId, id } = await choir.make();
    const date = must((await choir.change(id, "2026-12-08T18:00:00Z", { reason: "x" })).blockedTime, "date");
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
    expect(await choir.winter(calendarId)).toHaveLength(4);
    expect((await refusalOf(update(moved))).reason).toBe("NOT_FOUND");
  });

  test("that the master does not have is not found", async () => {
    const { id } = await choir.make();
    for (const date of ["2026-12-08T18:00:01Z", "2026-12-09T18:00:00Z", "2027-01-05T18:00:00Z"]) {
      const calls = [
        () => choir.cancel(id, date),
        () => choir.change(id, date, { reason: "x" }),
        () => choir.restore(id, date),
        () => choir.endBefore(id, date),
      ];
      for (const call of calls) {
        expect((await refusalOf(call())).text).toBe("Occurrence not found or access denied");
      }
    }
  });
});

describe("this and following", () => {
  test("ends the master before and begins another, with the COUNT that is left and the exceptions from there on", async () => {
    const { calendarId, id } = await choir.make();
    await choir.cancel(id, "2026-12-08T18:00:00Z");
    await choir.cancel(id, "2026-12-22T18:00:00Z");
    const late = await choir.change(id, "2026-12-29T18:00:00Z", { reason: "Year's end" });
    const later = { ...span("2026-12-15T19:00:00Z", "2026-12-15T21:00:00Z"), reason: "Late choir" };
    const split = await choir.following(id, "2026-12-15T18:00:00Z", later);
    expect(split.ended).toMatchObject({ id, rruleString: "FREQ=WEEKLY;UNTIL=20261215T175959Z" });
    expect(split.blockedTime).toMatchObject({ ...later, rruleString: "FREQ=WEEKLY;COUNT=3", version: 1n });
    const { blockedTimes } = await choir.expanded(calendarId, "2026-12-01", "2027-02-01");
    expect(texts(blockedTimes)).toEqual(["2026-12-01T18:00/19:30", "2026-12-15T19:00/21:00", "2026-12-29T19:00/21:00"]);
    expect(blockedTimes[2]).toMatchObject({ id: late.blockedTime?.id, reason: "Year's end" });
    expect(must(blockedTimes[2], "date").master?.id).toBe(split.blockedTime?.id);
    expect((await rig.told(must(split.blockedTime, "new").id)).map(({ busy }) => busy.length)).toEqual([2]);
    expect((await rig.told(id)).at(-1)?.busy).toHaveLength(1);
  });

  test("from the first date on changes the master itself", async () => {
    const { calendarId, id } = await choir.make();
    await choir.cancel(id, "2026-12-08T18:00:00Z");
    const earlier = span("2026-12-01T17:00:00Z", "2026-12-01T18:00:00Z");
    const split = await choir.following(id, "2026-12-01T18:00:00Z", earlier);
    expect(split.ended).toBeUndefined();
    expect(split.blockedTime).toMatchObject({ id, rruleString: "FREQ=WEEKLY;COUNT=5" });
    expect(await choir.winter(calendarId)).toHaveLength(4);
  });

  test("may not begin before the last date of what ends", async () => {
    const { id } = await choir.make();
    const early = span("2026-12-01T08:00:00Z", "2026-12-01T09:00:00Z");
    expect((await refusalOf(choir.following(id, "2026-12-15T18:00:00Z", early))).fields).toEqual([
      "blocked_time.start_time",
    ]);
  });

  test("are removed, and from the first date on the master is gone", async () => {
    const { calendarId, id } = await choir.make({ extraLines: "RDATE;TZID=Europe/Berlin:20270110T120000" });
    await choir.change(id, "2026-12-22T18:00:00Z", { reason: "gone too" });
    expect((await choir.endBefore(id, "2026-12-15T18:00:00Z")).blockedTime).toMatchObject({ id, extraLines: "" });
    expect(await choir.winter(calendarId)).toEqual(["2026-12-01T18:00/19:30", "2026-12-08T18:00/19:30"]);
    expect((await choir.endBefore(id, "2026-12-01T18:00:00Z")).blockedTime).toBeUndefined();
    expect(await choir.winter(calendarId)).toEqual([]);
    expect((await rig.told(id)).at(-1)).toMatchObject({ deleted: true, busy: [] });
  });
});

describe("all", () => {
  test("an update of the master takes its exceptions along by wall clock", async () => {
    const { calendarId, id } = await choir.make();
    await choir.cancel(id, "2026-12-08T18:00:00Z");
    await choir.change(id, "2026-12-15T18:00:00Z", span("2026-12-17T06:00:00Z", "2026-12-17T07:00:00Z"));
    const blockedTime = { ...span("2026-12-01T19:00:00Z", "2026-12-01T20:00:00Z"), reason: "Later" };
    await rig.blocked.updateBlockedTime({ requestId: randomUUID(), blockedTimeId: id, blockedTime }, await rig.as());
    expect(await choir.winter(calendarId)).toEqual([
      "2026-12-01T19:00/20:00",
      "2026-12-17T06:00/07:00",
      "2026-12-22T19:00/20:00",
      "2026-12-29T19:00/20:00",
    ]);
  });
});
