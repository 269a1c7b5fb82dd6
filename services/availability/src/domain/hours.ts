import { zoneOf } from "@calends/time/zone";
import { closureSources, dayOfDate, type Closure, type ClosureSource } from "./closures.ts";
import { cutRanges, type Range } from "./cut-ranges.ts";
import { createLocalClock } from "./local-clock.ts";
import { byStart, eachOnDays, weekPattern } from "./local-week.ts";
import type { HolidayFinder, Schedule } from "./schedule.ts";

/** When a schedule is open around a question. */
export interface Hours {
  /** The open ranges that overlap the question, whole, by start; each is the origin of a grid of starts. */
  readonly ranges: readonly Range[];
  /** What the schedule closes over the question, whole, by start: what is left of a date without hours beside a night. */
  readonly closures: readonly Closure[];
}

/** Answers for [fromMs, toMs). */
export type HoursFinder = (fromMs: number, toMs: number) => Hours;

/**
 * A range may reach into the question from the day before or out of it into the day after, and a break into that range
 * from a day before that; one more day makes up for changes of offset.
 */
const marginDays = 3;

/**
 * Prepares a valid schedule for questions about its hours: wall-clock time, so that 09:00 stays 09:00 across a clock change.
 * Vacations and holidays close their local days from midnight to midnight, breaks their local time. An override's date
 * has its own hours and none of the week's, and no break, vacation or holiday of that date applies. A night belongs to
 * the date on which it begins, and so does a break.
 */
export function createHours(schedule: Schedule, holidays: HolidayFinder): HoursFinder {
  const clock = createLocalClock(zoneOf(schedule.timeZone));
  const overrides = new Map(schedule.dateOverrides.map(({ date, hours }) => [dayOfDate(date), byStart(hours)]));
  const isOverridden = (day: number) => overrides.has(day);
  const week = weekPattern(schedule.weeklyHours, isOverridden);
  const pattern = (day: number) => overrides.get(day) ?? week(day);
  const sources = closureSources(schedule, holidays, pattern, isOverridden, clock);
  return (fromMs, toMs) => {
    const firstDay = clock.dayOf(fromMs) - marginDays;
    const lastDay = clock.dayOf(toMs) + marginDays;
    const ranges: Range[] = [];
    eachOnDays(pattern, clock, firstDay, lastDay, (startMs, endMs) => {
      if (startMs < toMs && endMs > fromMs) {
        ranges.push({ startMs, endMs });
      }
    });
    return closeHours(ranges, closuresOf(sources, firstDay, lastDay), fromMs, toMs);
  };
}

function closuresOf(sources: readonly ClosureSource[], firstDay: number, lastDay: number): readonly Closure[] {
  const closures: Closure[] = [];
  for (const source of sources) {
    source(firstDay, lastDay, closures);
  }
  return closures.sort((a, b) => a.startMs - b.startMs);
}

function closeHours(ranges: readonly Range[], closures: readonly Closure[], fromMs: number, toMs: number): Hours {
  if (closures.length === 0) {
    return { ranges, closures };
  }
  const overlaps = ({ startMs, endMs }: Range) => startMs < toMs && endMs > fromMs;
  return { ranges: cutRanges(ranges, closures).filter(overlaps), closures: closures.filter(overlaps) };
}
