import { zoneOf } from "@calends/time/zone";
import { breaksOf, closuresOf, plannedHours, rangesOn, type Closure, type PlannedHours } from "./closures.ts";
import { cutRanges, type Range, hoursOf } from "./cut-ranges.ts";
import { createDates } from "./dates.ts";
import { createLocalClock } from "./local-clock.ts";
import type { HolidayFinder, Schedule } from "./schedule.ts";

/** When a schedule is open around a question. */
export interface Hours {
  /** The open ranges that overlap the question, whole, by start; each is the origin of a grid of starts. */
  readonly ranges: readonly Range[];
  /**
   * What the schedule closes over the question, whole, by start: with hours or without, but for what is open all the same.
   * Worked out when it is asked for, as few who ask for hours do.
   */
  readonly closures: () => readonly Closure[];
  /** The hours around the question as they would be if nothing closed them. */
  readonly planned: () => PlannedHours;
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
 * Hours belong to the date on which they begin, and go on to their end whatever the next date is: an override gives its
 * date its own, and on the dates of vacations and public holidays none begin. A break closes its local time and belongs to
 * the date on which it begins; an override's date has none.
 */
export function createHours(schedule: Schedule, holidays: HolidayFinder): HoursFinder {
  const clock = createLocalClock(zoneOf(schedule.timeZone));
  const dates = createDates(schedule, holidays);
  const hasBreaks = schedule.breaks.length > 0;
  return (fromMs, toMs) => {
    const days = { firstDay: clock.dayOf(fromMs) - marginDays, lastDay: clock.dayOf(toMs) + marginDays };
    const overlaps = ({ startMs, endMs }: Range) => startMs < toMs && endMs > fromMs;
    const open = rangesOn(dates.hours, clock, days, overlaps);
    return {
      ranges: hasBreaks ? cutRanges(open, breaksOf(dates, clock, days)).filter(overlaps) : open,
      closures: () => closuresOf(dates, clock, days).filter(overlaps),
      planned: () => plannedHours(dates, clock, days),
    };
  };
}

/** Hours that nothing closes. */
export function plainHours(ranges: readonly Range[]): Hours {
  return { ranges, closures: () => [], planned: () => ({ hours: hoursOf(ranges), lost: [] }) };
}
