import fc from "fast-check";
import { DateTime } from "luxon";

/**
 * A recurring time written again from the words of the contract, day by day: luxon's offsets instead of our tables, and no
 * rule but "every so many days, or weeks on these weekdays". Slow, and meant to be obviously right.
 */
export interface ModelRule {
  readonly zone: string;
  /** Wall clock of the first date. */
  readonly localStart: string;
  /** How much later the wall clock of the end is. */
  readonly minutes: number;
  readonly freq: "DAILY" | "WEEKLY";
  readonly interval: number;
  /** ISO weekdays of a weekly rule; none means that of the first date. */
  readonly weekdays: readonly number[];
  /** How many dates the rule has; null for no end. */
  readonly count: number | null;
}

/** One date of a model. */
export interface ModelDate {
  readonly recurrenceMs: number;
  readonly startMs: number;
  readonly endMs: number;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** RRULE text of a model. */
export function ruleTextOf({ freq, interval, weekdays, count }: ModelRule): string {
  const days = weekdays.map((day) => ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][day - 1]);
  return [
    `FREQ=${freq};INTERVAL=${interval}`,
    ...(count === null ? [] : [`COUNT=${count}`]),
    ...(days.length === 0 ? [] : [`BYDAY=${days.join(",")}`]),
  ].join(";");
}

/** The dates of a model up to a number of days after its first. */
export function datesOf(rule: ModelRule, days: number): ModelDate[] {
  const first = Date.parse(`${rule.localStart}Z`);
  const dates: ModelDate[] = [];
  let counted = 0;
  for (let day = 0; day < days; day += 1) {
    const matches = isDay(rule, first, day) && (rule.count === null || counted < rule.count);
    // The first date counts, whether or not the rule has it (RFC 5545 section 3.3.10).
    counted += matches || day === 0 ? 1 : 0;
    if (matches || day === 0) {
      const localMs = first + day * dayMs;
      const startMs = instantOf(rule.zone, localMs);
      dates.push({ recurrenceMs: startMs, startMs, endMs: endOf(rule, localMs, startMs) });
    }
  }
  return dates;
}

function isDay({ freq, interval, weekdays }: ModelRule, first: number, day: number): boolean {
  if (freq === "DAILY") {
    return day % interval === 0;
  }
  const midnight = Math.floor(first / dayMs) * dayMs;
  const weekdayOf = (ms: number) => new Date(ms).getUTCDay() || 7;
  const week = (ms: number) => Math.round((ms - (weekdayOf(ms) - 1) * dayMs) / (7 * dayMs));
  const at = midnight + day * dayMs;
  const wanted = weekdays.length === 0 ? [weekdayOf(midnight)] : weekdays;
  return wanted.includes(weekdayOf(at)) && (week(at) - week(midnight)) % interval === 0;
}

function endOf({ zone, minutes }: ModelRule, localMs: number, startMs: number): number {
  const endMs = instantOf(zone, localMs + minutes * minuteMs);
  return endMs > startMs ? endMs : startMs + minutes * minuteMs;
}

function offsetAt(zone: string, utcMs: number): number {
  return DateTime.fromMillis(utcMs, { zone }).offset * minuteMs;
}

/** The instant of a wall-clock time: its first where it happens twice, by the offset before it where it never does. */
function instantOf(zone: string, localMs: number): number {
  const before = offsetAt(zone, localMs - 1.5 * dayMs);
  const after = offsetAt(zone, localMs + 1.5 * dayMs);
  const candidates = [localMs - before, localMs - after].filter((utcMs) => utcMs + offsetAt(zone, utcMs) === localMs);
  return candidates.length === 0 ? localMs - before : Math.min(...candidates);
}

const zones = [
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "America/Santiago",
  "Africa/Cairo",
  "UTC",
];

/** Rules whose times of day lie about where clocks change. */
export const modelRules: fc.Arbitrary<ModelRule> = fc
  .record({
    zone: fc.constantFrom(...zones),
    startDay: fc.integer({ min: 0, max: 800 }),
    startMinute: fc.oneof(fc.integer({ min: 0, max: 287 }), fc.integer({ min: 0, max: 48 })).map((n) => n * 5),
    minutes: fc.oneof(fc.integer({ min: 1, max: 36 }), fc.constantFrom(288, 576, 2_016)).map((n) => n * 5),
    freq: fc.constantFrom("DAILY", "WEEKLY"),
    interval: fc.integer({ min: 1, max: 4 }),
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 3 }),
    count: fc.option(fc.integer({ min: 1, max: 60 })),
  })
  .map(({ startDay, startMinute, freq, weekdays, ...rest }) => {
    const local = Date.UTC(2025, 0, 1) + startDay * dayMs + startMinute * minuteMs;
    // A start that the clock skips cannot be said as an instant.
    const real = instantOf(rest.zone, local);
    const localStart = DateTime.fromMillis(real, { zone: rest.zone }).toFormat("yyyy-MM-dd'T'HH:mm:ss");
    return { ...rest, freq, localStart, weekdays: freq === "DAILY" ? [] : weekdays } satisfies ModelRule;
  });
