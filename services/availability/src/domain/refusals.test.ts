import { describe, expect, test } from "vitest";
import {
  busy,
  calendar,
  groupOf,
  half,
  hourMs,
  minuteMs,
  nine,
  typeHours,
  workday,
  world,
  type CalendarParts,
} from "../../test/_example.ts";
import type { Closure } from "./closures.ts";
import { hostRefusals, refusalsAt } from "./refusals.ts";
import type { SlotRules, World } from "./world.ts";

const noon = nine + 3 * hourMs;
const lunch = { startMs: noon, endMs: noon + hourMs };
const clinic = { place: "clinic" };
const isBooked = busy(0, 60);
const atNine = { startMs: nine, durationMs: 30 * minuteMs };

/** What is said against half an hour at a start, with the record at fault. */
function against(some: World, startMs: number, rules: Partial<SlotRules> = {}): string[] {
  return refusalsAt(some, { ...half, ...rules }, { startMs, durationMs: 30 * minuteMs }).map((refusal) =>
    [refusal.reason, refusal.calendarId, refusal.recordKind, refusal.recordId, ...Object.values(refusal.figures)]
      .filter((word) => word !== "")
      .join(" "),
  );
}

function alone(parts: CalendarParts): World {
  return groupOf(1, [parts]);
}

/** A day with something cut out of it. */
function closed(source: Closure["source"], name: string): World {
  const ranges = [
    { startMs: nine, endMs: noon },
    { startMs: noon + hourMs, endMs: nine + 8 * hourMs },
  ];
  return alone({ ranges, closures: [{ ...lunch, source, name }] });
}

describe("each reason names what is at fault", () => {
  test("nothing is said against a start that can be booked", () => {
    expect(against(world(), nine)).toEqual([]);
  });

  test("SLOT_TAKEN: the booking", () => {
    expect(against(alone({ busy: [isBooked] }), nine + 30 * minuteMs)).toEqual(["SLOT_TAKEN ada booking b1"]);
  });

  test("CALENDAR_BUSY: the blocked time, or the external event", () => {
    const blocked = busy(0, 60, { source: "blocked_time", sourceId: "t1" });
    const external = busy(0, 60, { source: "external", sourceId: "google" });
    expect(against(alone({ busy: [blocked] }), nine)).toEqual(["CALENDAR_BUSY ada blocked_time t1"]);
    expect(against(alone({ busy: [external] }), nine)).toEqual(["CALENDAR_BUSY ada external google"]);
  });

  test("BUFFER: whose time is too near, and how much is kept free on that side", () => {
    const rules = { bufferBeforeMs: 15 * minuteMs, bufferAfterMs: 20 * minuteMs };
    expect(against(alone({ busy: [isBooked] }), nine + hourMs, rules)).toEqual(["BUFFER ada booking b1 15"]);
    expect(against(alone({ busy: [busy(210, 240)] }), noon, rules)).toEqual(["BUFFER ada booking b1 20"]);
  });

  test("TRAVEL: from where one comes or to where one goes, and how long that takes", () => {
    const travel = (from: string) => (from === "office" ? 45 : 15) * minuteMs;
    const office = busy(0, 60, { place: "office" });
    const comes = groupOf(1, [{ busy: [office] }], { travel });
    expect(against(comes, nine + 90 * minuteMs, clinic)).toEqual(["TRAVEL ada booking b1 45"]);
    const goes = groupOf(1, [{ busy: [busy(220, 240, { place: "office" })] }], { travel });
    expect(against(goes, noon, clinic)).toEqual(["TRAVEL ada booking b1 15"]);
    expect(against(comes, nine + 120 * minuteMs, clinic)).toEqual([]);
  });

  test("TRAVEL comes after what is kept free before the meeting, as it does after what was kept free before", () => {
    const office = busy(0, 60, { place: "office" });
    const some = groupOf(1, [{ busy: [office] }], { travel: () => 30 * minuteMs });
    const rules = { ...clinic, bufferBeforeMs: 30 * minuteMs };
    expect(against(some, nine + 120 * minuteMs, rules)).toEqual([]);
    expect(against(some, nine + 90 * minuteMs, rules)).toEqual(["TRAVEL ada booking b1 30"]);
    expect(against(some, nine + hourMs, rules)).toEqual(["BUFFER ada booking b1 30"]);
  });

  test.each([
    ["holiday", "HOLIDAY"],
    ["vacation", "VACATION"],
    ["break", "BREAK"],
    ["date_override", "OUTSIDE_HOURS"],
  ] as const)("%s: its name", (source, reason) => {
    expect(against(closed(source, "Lunch"), noon)).toEqual([`${reason} ada ${source} Lunch`]);
  });

  test("both what closes a part of the hours and OUTSIDE_HOURS where the rest of the time is outside anyway", () => {
    const late = { startMs: nine + 7.5 * hourMs, endMs: workday.endMs, source: "break" as const, name: "Tea" };
    const some = alone({ ranges: [{ ...workday, endMs: late.startMs }], closures: [late] });
    expect(against(some, late.startMs)).toEqual(["BREAK ada break Tea"]);
    expect(against(some, late.startMs, { cleanUpMs: minuteMs })).toEqual(["BREAK ada break Tea", "OUTSIDE_HOURS ada"]);
  });

  test("OUTSIDE_HOURS: the calendar, also where only set-up or clean-up is outside", () => {
    expect(against(world(), nine - hourMs)).toEqual(["OUTSIDE_HOURS ada"]);
    expect(against(world(), nine, { setUpMs: 10 * minuteMs })).toEqual(["OUTSIDE_HOURS ada"]);
    expect(against(world(), nine + 7.5 * hourMs, { cleanUpMs: 10 * minuteMs })).toEqual(["OUTSIDE_HOURS ada"]);
  });

  test("OUTSIDE_TYPE_HOURS: the type's own hours", () => {
    expect(against(world({ typeHours: typeHours([lunch]) }), nine)).toEqual(["OUTSIDE_TYPE_HOURS"]);
  });

  test("OUTSIDE_TYPE_HOURS: what closes the type's own hours", () => {
    const closures = [{ ...lunch, source: "vacation" as const, name: "Elba" }];
    const some = world({ typeHours: typeHours([{ startMs: nine, endMs: noon }], closures) });
    expect(against(some, noon)).toEqual(["OUTSIDE_TYPE_HOURS vacation Elba"]);
    expect(against(some, noon + hourMs)).toEqual(["OUTSIDE_TYPE_HOURS"]);
  });

  test("CALENDAR_BUSY: the connection of an external event, and how many minutes old what it says is", () => {
    const connection = { id: "c1", lastGoodMs: nine - 24 * hourMs - 90 * minuteMs };
    const external = busy(0, 60, { source: "external", sourceId: "e1", connection });
    expect(against(alone({ busy: [external] }), nine)).toEqual(["CALENDAR_BUSY ada external e1 c1 90"]);
  });

  test("OFF_GRID: between two starts, of nobody; not at the beginning of an opening, of its calendar", () => {
    expect(against(world(), nine + 10 * minuteMs)).toEqual(["OFF_GRID"]);
    expect(against(alone({ whole: true }), nine + hourMs)).toEqual(["OFF_GRID ada"]);
  });

  test("an opening is taken by whatever is in any part of it", () => {
    const late = busy(400, 420, { sourceId: "late" });
    expect(against(alone({ whole: true, busy: [late] }), nine)).toEqual(["SLOT_TAKEN ada booking late"]);
  });

  test("an opening that is taken does not speak against another that begins with it", () => {
    const ranges = [workday, { startMs: nine, endMs: nine + hourMs }];
    const host = calendar({ whole: true, ranges, busy: [busy(400, 420)] });
    expect(hostRefusals(host, world(), half, atNine)).toEqual([]);
  });

  test("NOTICE and HORIZON: how long", () => {
    const now = { nowMs: nine - hourMs };
    expect(against(world(now), nine, { minNoticeMs: 2 * hourMs })).toEqual(["NOTICE 120"]);
    expect(against(world(now), nine + 2 * hourMs, { horizonMs: 0 })).toEqual(["HORIZON 0"]);
  });

  test.each(["DAILY_LIMIT", "WEEKLY_LIMIT", "MONTHLY_LIMIT"] as const)(
    "%s: its zone, first date and figure",
    (reason) => {
      const limits = [{ ...lunch, reason, timeZone: "Europe/Berlin", limit: 4 }];
      expect(against(world({ limits }), noon)).toEqual([`${reason} Europe/Berlin 2026-06-01 4 4`]);
    },
  );

  test("STALE_CALENDAR: where the events come from, and how old they are", () => {
    const stale = { source: "google", lagMs: 90 * minuteMs };
    expect(against(alone({ stale }), nine)).toEqual(["STALE_CALENDAR ada external google 90"]);
  });

  test("HOST_GROUP_SHORT: how many are needed and how many there are, after what keeps each of the others", () => {
    const hosts = [{ calendarId: "ada", busy: [isBooked] }, { calendarId: "bob" }, { calendarId: "cid", ranges: [] }];
    expect(against(groupOf(2, hosts), nine)).toEqual([
      "SLOT_TAKEN ada booking b1",
      "OUTSIDE_HOURS cid",
      "HOST_GROUP_SHORT 2 1",
    ]);
  });
});

describe("what is told", () => {
  test("comes in the order of checks, those of synchronized calendars after the limits", () => {
    const external = busy(0, 30, { source: "external", sourceId: "google" });
    const blocked = busy(0, 30, { source: "blocked_time", sourceId: "t1" });
    const hosts = [{ busy: [external, blocked, isBooked], ranges: [] }];
    const limits = [{ startMs: nine, endMs: noon, reason: "DAILY_LIMIT" as const, timeZone: "UTC", limit: 1 }];
    expect(against(groupOf(1, hosts, { nowMs: nine, limits }), nine, { minNoticeMs: hourMs })).toEqual([
      "SLOT_TAKEN ada booking b1",
      "CALENDAR_BUSY ada blocked_time t1",
      "OUTSIDE_HOURS ada",
      "NOTICE 60",
      "DAILY_LIMIT UTC 2026-06-01 1 1",
      "CALENDAR_BUSY ada external google",
    ]);
  });

  test("does not speak of calendars that are not needed", () => {
    const hosts = [{ calendarId: "ada", busy: [isBooked] }, { calendarId: "bob" }];
    expect(against(groupOf(1, hosts), nine)).toEqual([]);
  });

  test("against an open session is only what holds for everybody", () => {
    const hosts = [calendar({ busy: [isBooked], ranges: [] })];
    const some = world({ groups: [{ hosts, need: 1 }], sessions: [{ startMs: nine, seatsLeft: 2 }] });
    expect(refusalsAt(some, half, atNine)).toEqual([]);
    expect(against({ ...some, nowMs: nine }, nine, { minNoticeMs: hourMs })).toEqual(["NOTICE 60"]);
  });

  test("against another length at an open session's start is that it is no slot", () => {
    const some = world({ sessions: [{ startMs: nine, seatsLeft: 2 }] });
    const rules = { ...half, durationsMs: [30 * minuteMs, hourMs] };
    expect(refusalsAt(some, rules, { startMs: nine, durationMs: hourMs })).toMatchObject([{ reason: "OFF_GRID" }]);
  });
});
