import { endOf, firstDayOf, monthLength, monthStart, type CalendarMonth } from "./calendars.ts";
import type { CalendarYear } from "./calendar-years.ts";
import type { CalendarPlan } from "./calendar-plan.ts";
import { weekdayOf } from "./civil.ts";
import { addWeekdaysOf, keep, missingWeeks, placeDay, sortUnique } from "./days.ts";

/**
 * The days of a period in a calendar of its own, before times of day: the same table of parts as in days.ts, the months
 * and years another calendar's. SKIP comes twice (RFC 7529 section 4.1): a leap month that the year does not have is
 * its neighbour, before the days are looked for in it; then a day that the month does not have is its neighbour.
 */

/** The days of a year. */
export function daysOfCalendarYear(of: CalendarPlan, year: CalendarYear, out: number[]): void {
  const { plan, months, startMonthDay } = of;
  const { yearDays, monthDays, weekNumbers, hasByDay } = plan;
  const length = endOf(year) - firstDayOf(year);
  const implied = yearDays.length + monthDays.length + weekNumbers.length === 0 && !hasByDay;
  out.length = 0;
  if (yearDays.length > 0) {
    yearDays.forEach((n) => placeDay(of.plan.skip, firstDayOf(year), length, n, out));
  } else if (monthDays.length > 0 || implied) {
    for (const month of monthsOf(of, year, months)) {
      (implied ? [startMonthDay] : monthDays).forEach((n) => {
        placeDay(of.plan.skip, monthStart(month), monthLength(month), n, out);
      });
    }
  } else if (weekNumbers.length > 0) {
    addDays(firstDayOf(year), length, out);
  } else if (months.length === 0) {
    addWeekdaysOf(plan, firstDayOf(year), length, out);
  } else {
    monthsOf(of, year, months).forEach((month) => addWeekdaysOf(plan, monthStart(month), monthLength(month), out));
  }
  const moved = yearDays.length + monthDays.length === 0 ? movedWeeks(of, year) : [];
  keep(out, (day) => isLeft(of, day, year));
  if (moved.length > 0) {
    out.push(...moved);
    sortUnique(out);
  }
}

/** What SKIP makes of weeks that a year does not have, as far as BYMONTH and BYDAY leave it. */
function movedWeeks(of: CalendarPlan, year: CalendarYear): number[] {
  const { plan, calendar } = of;
  if (plan.skip === "OMIT" || plan.weekNumbers.length === 0) {
    return [];
  }
  const weeks = (firstWeek(of, year.number + 1) - firstWeek(of, year.number)) / 7;
  const first = firstDayOf(year);
  const moved = missingWeeks(plan, weeks, first, endOf(year) - first);
  return moved.filter((day) => isNamedMonth(of, calendar.monthAt(day)) && (!plan.hasByDay || isNamedWeekday(of, day)));
}

/** The days of a month. */
export function daysOfCalendarMonth(of: CalendarPlan, month: CalendarMonth, out: number[]): void {
  const { monthDays, hasByDay } = of.plan;
  out.length = 0;
  if (!isNamedMonth(of, month)) {
    return;
  }
  const first = monthStart(month);
  const length = monthLength(month);
  if (monthDays.length === 0 && hasByDay) {
    addWeekdaysOf(of.plan, first, length, out);
  } else {
    (monthDays.length > 0 ? monthDays : [of.startMonthDay]).forEach((n) =>
      placeDay(of.plan.skip, first, length, n, out),
    );
  }
  keep(out, (day) => !hasByDay || isNamedWeekday(of, day));
}

/** The days of the week that begins on a day. */
export function daysOfCalendarWeek(of: CalendarPlan, weekBegin: number, out: number[]): void {
  const { hasByDay, weekdays, startWeekday } = of.plan;
  const mask = hasByDay ? weekdays : 1 << startWeekday;
  out.length = 0;
  addDays(weekBegin, 7, out);
  keep(out, (day) => (mask & (1 << weekdayOf(day))) !== 0 && isNamedMonth(of, of.calendar.monthAt(day)));
}

/** Whether BYMONTH names a month, leap months that its year does not have put in place. */
export function isNamedMonth(of: CalendarPlan, { year, position }: CalendarMonth): boolean {
  if (of.months.length === 0) {
    return true;
  }
  const before = position === 0 && of.plan.skip === "FORWARD" ? of.calendar.year(year.number - 1) : undefined;
  return (
    positionsOf(of, year, of.months).includes(position) ||
    // A leap month at the end of a year that does not have it is the first of the next.
    (before !== undefined && positionsOf(of, before, of.months).includes(before.codes.length))
  );
}

/** Whether BYMONTHDAY names a day, or there is none. */
export function isNamedMonthDay({ plan, calendar }: CalendarPlan, day: number): boolean {
  const month = calendar.monthAt(day);
  return isCounted(plan.monthDays, day - monthStart(month) + 1, monthLength(month));
}

/** Whether BYYEARDAY names a day, or there is none. */
export function isNamedYearDay({ plan, calendar }: CalendarPlan, day: number): boolean {
  const { year } = calendar.monthAt(day);
  return isCounted(plan.yearDays, day - firstDayOf(year) + 1, endOf(year) - firstDayOf(year));
}

/** Whether a list is empty or has a number, or the number counted from the end. */
function isCounted(numbers: readonly number[], n: number, length: number): boolean {
  return numbers.length === 0 || numbers.includes(n) || numbers.includes(n - length - 1);
}

/** The months of some codes, or all. */
function monthsOf(of: CalendarPlan, year: CalendarYear, codes: readonly number[]): CalendarMonth[] {
  const positions = codes.length === 0 ? year.codes.map((_, index) => index) : positionsOf(of, year, codes);
  return positions.map((position) =>
    position < year.codes.length ? { year, position } : { year: of.calendar.year(year.number + 1), position: 0 },
  );
}

/** Where in a year months stand: a leap month that is not there before or behind the month of its number. */
function positionsOf({ plan }: CalendarPlan, year: CalendarYear, codes: readonly number[]): number[] {
  return codes.flatMap((code) => {
    const position = year.codes.indexOf(code);
    if (position >= 0) {
      return [position];
    }
    const regular = year.codes.indexOf(code - 1);
    return plan.skip === "OMIT" ? [] : [plan.skip === "FORWARD" ? regular + 1 : regular];
  });
}

function addDays(first: number, length: number, out: number[]): void {
  for (let day = first; day < first + length; day += 1) {
    out.push(day);
  }
}

/** Whether the parts of a YEARLY rule that limit leave a day. */
function isLeft(of: CalendarPlan, day: number, year: CalendarYear): boolean {
  const { yearDays, monthDays, weekNumbers, hasByDay, startWeekday } = of.plan;
  const byYearDay = yearDays.length > 0;
  const byWeek = weekNumbers.length > 0;
  const byWeekOnly = byWeek && !byYearDay && monthDays.length === 0;
  // Days of the month were looked for in the months that are named, and SKIP may have moved them out of these.
  if ((byYearDay || byWeekOnly) && !isNamedMonth(of, of.calendar.monthAt(day))) {
    return false;
  }
  if ((byYearDay && !isNamedMonthDay(of, day)) || (byWeek && !isNamedWeek(of, day, year))) {
    return false;
  }
  return hasByDay ? isNamedWeekday(of, day) : !byWeekOnly || weekdayOf(day) === startWeekday;
}

/** Whether BYWEEKNO names a day's week, of whichever year: the first with four days of its year is week one. */
function isNamedWeek(of: CalendarPlan, day: number, { number }: CalendarYear): boolean {
  const own = day < firstWeek(of, number) ? number - 1 : day >= firstWeek(of, number + 1) ? number + 1 : number;
  const weeks = (firstWeek(of, own + 1) - firstWeek(of, own)) / 7;
  return isCounted(of.plan.weekNumbers, Math.floor((day - firstWeek(of, own)) / 7) + 1, weeks);
}

/** The first day of week one of a year. */
function firstWeek({ plan, calendar }: CalendarPlan, year: number): number {
  const fourth = firstDayOf(calendar.year(year)) + 3;
  return fourth - ((weekdayOf(fourth) - plan.weekStart + 7) % 7);
}

/** Whether BYDAY names a day; an ordinal counts within the month for MONTHLY or with BYMONTH, else within the year. */
function isNamedWeekday({ plan, calendar, months }: CalendarPlan, day: number): boolean {
  const weekday = weekdayOf(day);
  if (plan.nth.length === 0 || (plan.weekdays & (1 << weekday)) !== 0) {
    return (plan.weekdays & (1 << weekday)) !== 0;
  }
  const month = calendar.monthAt(day);
  const inMonth = plan.rule.freq === "MONTHLY" || months.length > 0;
  const index = day - (inMonth ? monthStart(month) : firstDayOf(month.year));
  const length = inMonth ? monthLength(month) : endOf(month.year) - firstDayOf(month.year);
  const fromStart = Math.floor(index / 7) + 1;
  const fromEnd = -(Math.floor((length - 1 - index) / 7) + 1);
  return plan.nth.some(({ weekday: named, n }) => named === weekday && (n === fromStart || n === fromEnd));
}
