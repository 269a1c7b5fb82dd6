import fc from "fast-check";
import { expect, test } from "vitest";
import { oracleHours, type Told } from "../../test/_hours-oracle.ts";
import { createHours } from "./hours.ts";
import { validateSchedule, type LocalTimeRange, type Schedule } from "./schedule.ts";

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

/** Zones and days at which their clocks do something, and some at which they do not. */
const weeks: readonly (readonly [zone: string, day: string])[] = [
  ["UTC", "2026-06-01"],
  ["Asia/Kathmandu", "2026-12-31"],
  ["America/New_York", "2026-03-08"],
  ["America/New_York", "2026-11-01"],
  ["Europe/Berlin", "2026-10-25"],
  ["Australia/Lord_Howe", "2026-04-05"],
  ["Pacific/Chatham", "2026-09-27"],
  ["Africa/Casablanca", "2026-02-15"],
  ["Antarctica/Troll", "2026-03-29"],
  // Midnight is skipped, midnight comes twice, and a minute after midnight the day before comes again.
  ["Africa/Cairo", "2026-04-24"],
  ["America/Havana", "2026-11-01"],
  ["America/St_Johns", "2006-10-29"],
  // A day is skipped.
  ["Pacific/Apia", "2011-12-30"],
];

const range = fc.oneof(
  fc
    .tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 1, max: 1440 }))
    .map(([startMinute, length]) => ({ startMinute, endMinute: startMinute + length })),
  fc.constantFrom(
    { startMinute: 0, endMinute: 1440 },
    { startMinute: 22 * 60, endMinute: 30 * 60 },
    { startMinute: 130, endMinute: 170 },
    { startMinute: 0, endMinute: 60 },
    { startMinute: 23 * 60, endMinute: 25 * 60 },
  ),
);
const ofWeek = fc
  .array(
    fc.tuple(fc.integer({ min: 1, max: 7 }), range).map(([weekday, hours]) => ({ weekday, reason: "b", ...hours })),
    { maxLength: 16 },
  )
  .map((ranges) => [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => apart(ranges.filter((h) => h.weekday === weekday))));
const days = fc.integer({ min: -3, max: 4 });

/** A valid schedule around a day, the dates that are holidays, and a question. */
const cases = fc
  .record({
    week: fc.constantFrom(...weeks),
    weeklyHours: ofWeek,
    breaks: ofWeek,
    overrides: fc.uniqueArray(fc.tuple(days, fc.array(range, { maxLength: 3 }).map(apart)), {
      selector: ([day]) => day,
      maxLength: 3,
    }),
    vacations: fc.array(fc.tuple(days, fc.integer({ min: 0, max: 4 })), { maxLength: 2 }),
    holidays: fc.option(fc.uniqueArray(days, { maxLength: 3 })),
    question: fc.tuple(fc.integer({ min: -3 * 1440, max: 3 * 1440 }), fc.integer({ min: 1, max: 3 * 1440 })),
  })
  .map(({ week: [timeZone, around], overrides, vacations, holidays, question: [from, length], ...ofDays }) => {
    const midnight = Date.parse(`${around}T00:00:00Z`);
    const dateOf = (day: number) => new Date(midnight + day * dayMs).toISOString().slice(0, 10);
    const schedule: Schedule = {
      timeZone,
      ...ofDays,
      dateOverrides: overrides.map(([day, hours]) => ({ date: dateOf(day), hours, reason: "" })),
      vacations: vacations.map(([day, more]) => ({ startDate: dateOf(day), endDate: dateOf(day + more), reason: "v" })),
      holidays: holidays === null ? null : { country: "DE", region: "", district: "" },
    };
    const named = (holidays ?? []).map((day) => ({ date: dateOf(day), name: "h" }));
    const fromMs = midnight + from * minuteMs;
    validateSchedule(schedule, "schedule", () => undefined);
    return { schedule, holidays: named, midnight, fromMs, toMs: fromMs + length * minuteMs };
  });

/** Leaves out what would overlap what comes before it. */
function apart<T extends LocalTimeRange>(ranges: readonly T[]): T[] {
  return ranges.reduce<T[]>(
    (kept, next) =>
      kept.some((one) => one.startMinute < next.endMinute && next.startMinute < one.endMinute) ? kept : [...kept, next],
    [],
  );
}

/** In an order of their own, so that spans with one start can be compared. */
function written(spans: readonly Told[]): string[] {
  return spans
    .map(({ startMs, endMs, what }) => `${new Date(startMs).toJSON()} ${new Date(endMs).toJSON()} ${what}`)
    .sort();
}

function isByStart(spans: readonly { readonly startMs: number }[]): boolean {
  return spans.every(({ startMs }, index) => (spans[index - 1]?.startMs ?? Number.NEGATIVE_INFINITY) <= startMs);
}

test("ranges and closures are what is left when a clock is looked at every minute", () => {
  fc.assert(
    fc.property(cases, ({ schedule, holidays, midnight, fromMs, toMs }) => {
      const ofYear = (_: unknown, year: number) => holidays.filter(({ date }) => date.startsWith(String(year)));
      const { ranges, ...hours } = createHours(schedule, ofYear)(fromMs, toMs);
      const closures = hours.closures();
      const expected = oracleHours(schedule, holidays, midnight, fromMs, toMs);
      expect(written(ranges.map((open) => ({ ...open, what: "" })))).toEqual(written(expected.ranges));
      expect(written(closures.map((closed) => ({ ...closed, what: `${closed.source} ${closed.name}` })))).toEqual(
        written(expected.closures),
      );
      expect(isByStart(ranges) && isByStart(closures)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
