import {
  dateOf,
  dayOf,
  daysInMonth,
  daysInYear,
  firstWeekOf,
  monthDayIn,
  monthIn,
  weekdayOf,
  yearIn,
} from "./civil.ts";
import type { Plan } from "./plan.ts";
import type { Skip } from "./rule.ts";

/**
 * The days of a period, before times of day: RFC 5545's table of parts that expand or limit, with errata 1913, 3747 and
 * 3779 (an ordinal of BYDAY counts within the month where BYMONTH stands, else within the year). Each function appends
 * to `out`; {@link keep} then leaves out what the limiting parts do not allow, sorts, and removes repetitions.
 */

/** The days of a year. */
export function daysOfYear(plan: Plan, year: number, out: number[]): void {
  shorten(out, 0);
  const { yearDays, monthDays, weekNumbers, hasByDay, months } = plan;
  if (yearDays.length > 0) {
    for (const yearDay of yearDays) {
      addYearDay(plan, year, yearDay, out);
    }
    const isLeft = (day: number) => isInMonths(plan, day) && isOnMonthDay(plan, day);
    keep(out, (day) => isLeft(day) && isInWeek(plan, day, year) && isOnWeekday(plan, day));
  } else if (monthDays.length > 0) {
    forMonths(months, (month) => addMonthDays(plan, year, month, out));
    keep(out, (day) => isInWeek(plan, day, year) && isOnWeekday(plan, day));
  } else if (weekNumbers.length > 0) {
    addWeeks(plan, year, out);
    addMissingWeeks(plan, year, out);
  } else if (hasByDay && months === 0) {
    addWeekdaysOf(plan, dayOf(year, 1, 1), daysInYear(year), out);
    sortUnique(out);
  } else if (hasByDay) {
    forMonths(months, (month) => addWeekdaysOf(plan, dayOf(year, month, 1), daysInMonth(year, month), out));
    sortUnique(out);
  } else {
    forMonths(months, (month) => addMonthDay(plan, year, month, plan.startMonthDay, out));
    sortUnique(out);
  }
}

/** The days of a month. */
export function daysOfMonth(plan: Plan, year: number, month: number, out: number[]): void {
  shorten(out, 0);
  const { months, monthDays, hasByDay } = plan;
  if (months !== 0 && (months & (1 << month)) === 0) {
    return;
  }
  if (monthDays.length > 0) {
    addMonthDays(plan, year, month, out);
    keep(out, (day) => isOnWeekday(plan, day));
  } else if (hasByDay) {
    addWeekdaysOf(plan, dayOf(year, month, 1), daysInMonth(year, month), out);
    sortUnique(out);
  } else {
    addMonthDay(plan, year, month, plan.startMonthDay, out);
  }
}

/** The days of the week that begins on a day. */
export function daysOfWeek(plan: Plan, weekBegin: number, out: number[]): void {
  shorten(out, 0);
  const mask = plan.hasByDay ? plan.weekdays : 1 << plan.startWeekday;
  for (let i = 0; i < 7; i += 1) {
    if ((mask & (1 << ((plan.weekStart + i) % 7))) !== 0) {
      const day = weekBegin + i;
      if (isInMonths(plan, day)) {
        out.push(day);
      }
    }
  }
}

/** Whether a day passes BYMONTH, BYYEARDAY, BYMONTHDAY and BYDAY: what limits DAILY and finer rules. */
export function passesLimits(plan: Plan, day: number): boolean {
  if (plan.hasByDay && (plan.weekdays & (1 << weekdayOf(day))) === 0) {
    return false;
  }
  if (plan.months === 0 && plan.monthDays.length === 0 && plan.yearDays.length === 0) {
    return true;
  }
  const date = dateOf(day);
  if (plan.months !== 0 && (plan.months & (1 << monthIn(date))) === 0) {
    return false;
  }
  return (
    (plan.monthDays.length === 0 || isMonthDay(plan.monthDays, date)) &&
    (plan.yearDays.length === 0 || isYearDay(plan.yearDays, day, yearIn(date)))
  );
}

/** First day on or after one that BYMONTH allows. */
export function skipToMonth({ months }: Plan, day: number): number {
  if (months === 0) {
    return day;
  }
  const date = dateOf(day);
  let month = monthIn(date);
  if ((months & (1 << month)) !== 0) {
    return day;
  }
  let year = yearIn(date);
  do {
    month += 1;
    if (month > 12) {
      month = 1;
      year += 1;
    }
  } while ((months & (1 << month)) === 0);
  return dayOf(year, month, 1);
}

function forMonths(months: number, visit: (month: number) => void): void {
  for (let month = 1; month <= 12; month += 1) {
    if (months === 0 || (months & (1 << month)) !== 0) {
      visit(month);
    }
  }
}

function addMonthDays(plan: Plan, year: number, month: number, out: number[]): void {
  for (const monthDay of plan.monthDays) {
    addMonthDay(plan, year, month, monthDay, out);
  }
}

function addMonthDay(plan: Plan, year: number, month: number, monthDay: number, out: number[]): void {
  placeDay(plan.skip, dayOf(year, month, 1), daysInMonth(year, month), monthDay, out);
}

function addYearDay(plan: Plan, year: number, yearDay: number, out: number[]): void {
  placeDay(plan.skip, dayOf(year, 1, 1), daysInYear(year), yearDay, out);
}

/** A day of a month or year, counted from either end; where there is none such, what SKIP says (RFC 7529 section 4.1). */
export function placeDay(skip: Skip, first: number, length: number, n: number, out: number[]): void {
  const day = n > 0 ? n : length + 1 + n;
  if (day >= 1 && day <= length) {
    out.push(first + day - 1);
  } else if (skip === "BACKWARD") {
    out.push(day < 1 ? first - 1 : first + length - 1);
  } else if (skip === "FORWARD") {
    out.push(day < 1 ? first : first + length);
  }
}

/** Plain weekdays, and ordinals counted within [first, first + length). */
export function addWeekdaysOf(
  plan: Pick<Plan, "weekdays" | "nth">,
  first: number,
  length: number,
  out: number[],
): void {
  const firstWeekday = weekdayOf(first);
  if (plan.weekdays !== 0) {
    for (let i = 0; i < length; i += 1) {
      if ((plan.weekdays & (1 << ((firstWeekday + i) % 7))) !== 0) {
        out.push(first + i);
      }
    }
  }
  for (const { weekday, n } of plan.nth) {
    const offset = (weekday - firstWeekday + 7) % 7;
    const count = Math.floor((length - 1 - offset) / 7) + 1;
    const index = n > 0 ? n - 1 : count + n;
    if (index >= 0 && index < count) {
      out.push(first + offset + 7 * index);
    }
  }
}

/** Days of the calendar year whose week, of whichever week-year, is named; without BYDAY on the start's weekday. */
function addWeeks(plan: Plan, year: number, out: number[]): void {
  const mask = plan.hasByDay ? plan.weekdays : 1 << plan.startWeekday;
  const first = dayOf(year, 1, 1);
  const length = daysInYear(year);
  for (let i = 0; i < length; i += 1) {
    const day = first + i;
    if ((mask & (1 << weekdayOf(day))) !== 0 && isInWeek(plan, day, year) && isInMonths(plan, day)) {
      out.push(day);
    }
  }
}

/**
 * What SKIP makes of weeks that a year does not have: the day next to the year, as of days of the year that it does not
 * have. BYMONTH and BYDAY, which comes after SKIP, limit it.
 */
function addMissingWeeks(plan: Plan, year: number, out: number[]): void {
  if (plan.skip === "OMIT") {
    return;
  }
  const weeks = (firstWeekOf(year + 1, plan.weekStart) - firstWeekOf(year, plan.weekStart)) / 7;
  const moved = missingWeeks(plan, weeks, dayOf(year, 1, 1), daysInYear(year));
  out.push(...moved.filter((day) => isInMonths(plan, day) && isOnWeekday(plan, day)));
  sortUnique(out);
}

/** The days next to a year, of so many days from the first on, in whose place SKIP puts weeks beyond those that it has. */
export function missingWeeks(
  { skip, weekNumbers }: Pick<Plan, "skip" | "weekNumbers">,
  weeks: number,
  first: number,
  length: number,
): number[] {
  const days: number[] = [];
  for (const week of weekNumbers) {
    if (Math.abs(week) > weeks) {
      placeDay(skip, first, length, Math.sign(week) * (length + 1), days);
    }
  }
  return days;
}

/** Whether BYWEEKNO names a day's week, or there is none. */
function isInWeek({ weekNumbers, weekStart }: Plan, day: number, calendarYear: number): boolean {
  if (weekNumbers.length === 0) {
    return true;
  }
  let first = firstWeekOf(calendarYear, weekStart);
  let next = firstWeekOf(calendarYear + 1, weekStart);
  if (day < first) {
    next = first;
    first = firstWeekOf(calendarYear - 1, weekStart);
  } else if (day >= next) {
    first = next;
    next = firstWeekOf(calendarYear + 2, weekStart);
  }
  const week = Math.floor((day - first) / 7) + 1;
  const weeks = (next - first) / 7;
  return weekNumbers.includes(week) || weekNumbers.includes(week - weeks - 1);
}

/** Leaves the days that pass, in order and each once. */
export function keep(out: number[], passes: (day: number) => boolean): void {
  let kept = 0;
  for (const day of out) {
    if (passes(day)) {
      out[kept] = day;
      kept += 1;
    }
  }
  shorten(out, kept);
  sortUnique(out);
}

/** Whether BYMONTH names a day's month, or there is none. */
function isInMonths({ months }: Plan, day: number): boolean {
  return months === 0 || (months & (1 << monthIn(dateOf(day)))) !== 0;
}

/** Whether BYMONTHDAY names a day, or there is none. */
function isOnMonthDay({ monthDays }: Plan, day: number): boolean {
  return monthDays.length === 0 || isMonthDay(monthDays, dateOf(day));
}

/** Whether BYDAY names a day, or there is none. */
function isOnWeekday(plan: Plan, day: number): boolean {
  return !plan.hasByDay || isWeekday(plan, day, dateOf(day));
}

/** Whether BYDAY names a day; an ordinal counts within the month for MONTHLY or with BYMONTH, else within the year. */
function isWeekday(plan: Plan, day: number, date: number): boolean {
  const weekday = weekdayOf(day);
  if ((plan.weekdays & (1 << weekday)) !== 0) {
    return true;
  }
  if (plan.nth.length === 0) {
    return false;
  }
  const inMonth = plan.rule.freq === "MONTHLY" || plan.months !== 0;
  const year = yearIn(date);
  const index = inMonth ? monthDayIn(date) - 1 : day - dayOf(year, 1, 1);
  const length = inMonth ? daysInMonth(year, monthIn(date)) : daysInYear(year);
  const fromStart = Math.floor(index / 7) + 1;
  const fromEnd = -(Math.floor((length - 1 - index) / 7) + 1);
  return plan.nth.some(({ weekday: named, n }) => named === weekday && (n === fromStart || n === fromEnd));
}

function isMonthDay(monthDays: readonly number[], date: number): boolean {
  const day = monthDayIn(date);
  return monthDays.includes(day) || monthDays.includes(day - daysInMonth(yearIn(date), monthIn(date)) - 1);
}

function isYearDay(yearDays: readonly number[], day: number, year: number): boolean {
  const yearDay = day - dayOf(year, 1, 1) + 1;
  return yearDays.includes(yearDay) || yearDays.includes(yearDay - daysInYear(year) - 1);
}

/** Shortens a list. Setting its length instead costs more than all days of a month, and a new store for the next ones. */
export function shorten(out: number[], length: number): void {
  while (out.length > length) {
    out.pop();
  }
}

/** Puts days in order and removes repetitions, in place. */
export function sortUnique(out: number[]): void {
  let sorted = true;
  for (let i = 1; i < out.length; i += 1) {
    if ((out[i - 1] ?? 0) >= (out[i] ?? 0)) {
      sorted = false;
      break;
    }
  }
  if (sorted) {
    return;
  }
  out.sort((a, b) => a - b);
  let kept = 0;
  for (const day of out) {
    if (kept === 0 || out[kept - 1] !== day) {
      out[kept] = day;
      kept += 1;
    }
  }
  shorten(out, kept);
}
