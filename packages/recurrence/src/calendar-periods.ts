import { daysOfCalendarMonth, daysOfCalendarWeek, daysOfCalendarYear } from "./calendar-days.ts";
import type { CalendarPlan } from "./calendar-plan.ts";
import { firstDayOf, monthStart } from "./calendars.ts";
import { lastCalendarDay } from "./calendar-years.ts";

/** Frequencies whose periods hold sets of days. */
export type CalendarFrequency = "YEARLY" | "MONTHLY" | "WEEKLY";

/** The periods of a rule in a calendar of its own, numbered from the one that holds its start. */
export interface CalendarPeriods {
  /** Puts the days of a period into `out`. */
  fill(index: number, out: number[]): void;
  /** The first period that can have a day on or after one. */
  indexOf(day: number): number;
  /** The first day of a period; Infinity of those behind the last day of calendars. */
  begin(index: number): number;
}

/** Makes the periods of a rule. The first year or month is so many before or behind the one that holds the start. */
export function calendarPeriodsOf(of: CalendarPlan, freq: CalendarFrequency, shift: number): CalendarPeriods {
  switch (freq) {
    case "YEARLY":
      return yearly(of, of.start.year.number + shift);
    case "MONTHLY":
      return monthly(of, of.calendar.monthNumber(of.start) + shift);
    case "WEEKLY":
      return weekly(of);
  }
}

function yearly(of: CalendarPlan, first: number): CalendarPeriods {
  const { calendar } = of;
  const at = (index: number) => first + index * of.plan.interval;
  return {
    fill: (index, out) => daysOfCalendarYear(of, calendar.year(at(index)), out),
    begin: (index) => (at(index) > calendar.lastYear ? Infinity : firstDayOf(calendar.year(at(index)))),
    indexOf: (day) => steps(of, calendar.monthAt(within(of, day)).year.number - first),
  };
}

function monthly(of: CalendarPlan, first: number): CalendarPeriods {
  const { calendar } = of;
  const at = (index: number) => first + index * of.plan.interval;
  return {
    fill: (index, out) => daysOfCalendarMonth(of, calendar.monthOfNumber(at(index)), out),
    begin: (index) => (at(index) > calendar.lastMonth ? Infinity : monthStart(calendar.monthOfNumber(at(index)))),
    indexOf: (day) => steps(of, calendar.monthNumber(calendar.monthAt(within(of, day))) - first),
  };
}

function weekly(of: CalendarPlan): CalendarPeriods {
  const { startDay, startWeekday, weekStart, interval } = of.plan;
  const first = startDay - ((startWeekday - weekStart + 7) % 7);
  return {
    fill: (index, out) => daysOfCalendarWeek(of, first + index * interval * 7, out),
    begin: (index) => first + index * interval * 7,
    indexOf: (day) => Math.max(0, Math.floor((day - first) / (interval * 7))),
  };
}

/** Whole intervals in a distance from the start; SKIP=FORWARD may carry a day of a period into the next. */
function steps({ plan }: CalendarPlan, distance: number): number {
  return Math.max(0, Math.floor(distance / plan.interval) - (plan.skip === "FORWARD" ? 1 : 0));
}

/** Before the start, which may be asked for from any distance, and behind the last day there are no periods. */
function within({ plan }: CalendarPlan, day: number): number {
  return Math.max(plan.startDay, Math.min(day, lastCalendarDay));
}
