import { zoneOf } from "@calends/time/zone";
import { dayOfDate, holidaySource, vacationSource, type Closure, type ClosureSource } from "./closures.ts";
import { cutRanges, type Range } from "./cut-ranges.ts";
import { createLocalClock, type LocalClock } from "./local-clock.ts";
import type { HolidayFinder, LocalTimeRange, Schedule, WeeklyHours } from "./schedule.ts";

/** When a schedule is open around a question. */
export interface Hours {
  /** The open ranges that overlap the question, whole, by start; each is the origin of a grid of starts. */
  readonly ranges: readonly Range[];
  /** What the schedule closes over the question, whole, by start. */
  readonly closures: readonly Closure[];
}

/** Answers for [fromMs, toMs). */
export type HoursFinder = (fromMs: number, toMs: number) => Hours;

const minuteMs = 60_000;
const dayMs = 86_400_000;
/**
 * A range may reach into the question from the day before or out of it into the day after, and a break into that range
 * from a day before that; one more day makes up for changes of offset.
 */
const marginDays = 3;

/** The hours of a schedule over [fromMs, toMs); see {@link createHours}. */
export function hoursBetween(schedule: Schedule, fromMs: number, toMs: number, holidays: HolidayFinder): Hours {
  return createHours(schedule, holidays)(fromMs, toMs);
}

/**
 * Prepares a valid schedule for questions about its hours: wall-clock time, so that 09:00 stays 09:00 across a clock change.
 * Vacations and holidays close their local days from midnight to midnight, breaks their local time. An override's date
 * has its own hours and none of the week's, and no break, vacation or holiday of that date applies.
 */
export function createHours(schedule: Schedule, holidays: HolidayFinder): HoursFinder {
  const clock = createLocalClock(zoneOf(schedule.timeZone));
  const overrides = new Map(schedule.dateOverrides.map(({ date, hours }) => [dayOfDate(date), byStart(hours)]));
  const week = byWeekday(schedule.weeklyHours);
  const breaks = byWeekday(schedule.breaks);
  const sources = closureSources(schedule, holidays, overrides, clock);
  return (fromMs, toMs) => {
    const firstDay = clock.dayOf(fromMs) - marginDays;
    const lastDay = clock.dayOf(toMs) + marginDays;
    const overlaps = ({ startMs, endMs }: Range) => startMs < toMs && endMs > fromMs;
    const closures: Closure[] = [];
    for (const source of sources) {
      source(firstDay, lastDay, closures);
    }
    const ranges: Range[] = [];
    for (let day = firstDay; day <= lastDay; day += 1) {
      const override = overrides.get(day);
      const weekday = weekdayOf(day);
      for (const { startMinute, endMinute } of override ?? week[weekday] ?? []) {
        const range = {
          startMs: clock.toUtc(day * dayMs + startMinute * minuteMs),
          endMs: clock.toUtc(day * dayMs + endMinute * minuteMs),
        };
        if (range.startMs < range.endMs && overlaps(range)) {
          ranges.push(range);
        }
      }
      for (const { startMinute, endMinute, reason } of override === undefined ? (breaks[weekday] ?? []) : []) {
        const startMs = clock.toUtc(day * dayMs + startMinute * minuteMs);
        const endMs = clock.toUtc(day * dayMs + endMinute * minuteMs);
        if (startMs < endMs) {
          closures.push({ startMs, endMs, source: "break", name: reason });
        }
      }
    }
    closures.sort((a, b) => a.startMs - b.startMs);
    return { ranges: cutRanges(ranges, closures).filter(overlaps), closures: closures.filter(overlaps) };
  };
}

function closureSources(
  { vacations, holidays }: Schedule,
  find: HolidayFinder,
  overrides: ReadonlyMap<number, unknown>,
  clock: LocalClock,
): ClosureSource[] {
  const hasOverride = (day: number) => overrides.has(day);
  const sources = vacations.length === 0 ? [] : [vacationSource(vacations, hasOverride, clock)];
  return holidays === null ? sources : [...sources, holidaySource(holidays, find, hasOverride, clock)];
}

/** Days of the week from Monday, each with its ranges by start. */
function byWeekday<T extends WeeklyHours>(week: readonly T[]): readonly (readonly T[])[] {
  return [1, 2, 3, 4, 5, 6, 7].map((weekday) => byStart(week.filter((hours) => hours.weekday === weekday)));
}

function byStart<T extends LocalTimeRange>(hours: readonly T[]): readonly T[] {
  return [...hours].sort((a, b) => a.startMinute - b.startMinute);
}

/** 0 is Monday; 1970-01-01 was a Thursday. */
function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}
