import { dayOf } from "./civil.ts";
import { monthBegin } from "./new-moons.ts";

/** A year of a calendar, its months as day numbers. */
export interface CalendarYear {
  readonly number: number;
  /** The first day of each month, and behind them that of the next year. */
  readonly starts: readonly number[];
  /** The months' names as {@link monthCode} writes them. */
  readonly codes: readonly number[];
}

/** Days between which calendars other than the Gregorian are asked of Intl: the years 1600 to 2599. */
export const firstCalendarDay = dayOf(1600, 1, 1);
export const lastCalendarDay = dayOf(2600, 1, 1) - 1;

/** A month's number, and whether it is the leap month of that number, as one number below 32. */
export function monthCode(month: number, isLeap: boolean): number {
  return month * 2 + (isLeap ? 1 : 0);
}

/** What Intl says of a day; `month` is NaN where it is written as a name. */
export interface DayParts {
  readonly year: number;
  readonly month: number;
  readonly monthDay: number;
}

/** Makes the function that asks Intl for the parts of days in a calendar; undefined where Intl does not have it. */
export function readerOf(calendar: string): ((day: number) => DayParts) | undefined {
  const fields = { year: "numeric", month: "numeric", day: "numeric", timeZone: "UTC" } as const;
  const format = new Intl.DateTimeFormat("en", { ...fields, calendar, numberingSystem: "latn" });
  if (format.resolvedOptions().calendar !== calendar) {
    return undefined;
  }
  return (day) => {
    const parts = new Map<string, number>();
    for (const { type, value } of format.formatToParts(day * 86_400_000)) {
      parts.set(type, Number.parseInt(value, 10));
    }
    const year = parts.get("relatedYear") ?? parts.get("year") ?? Number.NaN;
    return { year, month: parts.get("month") ?? Number.NaN, monthDay: parts.get("day") ?? Number.NaN };
  };
}

/** Builds the year that holds a day, month by month; quickest near its beginning. */
export function yearAround(calendar: string, ask: (day: number) => DayParts, day: number): CalendarYear {
  const read = remembering(ask);
  const { year, monthDay } = read(day);
  let start = day - monthDay + 1;
  for (let before = read(start - 1); before.year === year; before = read(start - 1)) {
    start -= before.monthDay;
  }
  const starts = [start];
  const numbers: number[] = [];
  for (let parts = read(start); parts.year === year; parts = read(start)) {
    numbers.push(parts.month);
    start = nextMonth(read, start);
    starts.push(start);
  }
  return {
    number: year,
    starts: starts.map((first) => monthBegin(calendar, first)),
    codes: codesOf(calendar, numbers),
  };
}

/** Intl takes its time over the moon: no day is asked for twice. */
function remembering(ask: (day: number) => DayParts): (day: number) => DayParts {
  const answers = new Map<number, DayParts>();
  return (day) => {
    const answer = answers.get(day) ?? ask(day);
    answers.set(day, answer);
    return answer;
  };
}

/** The first day of the next month. No two months together are shorter than the shortest guess. */
function nextMonth(read: (day: number) => DayParts, start: number): number {
  for (let length = 29; ; length += 1) {
    const { monthDay } = read(start + length);
    if (monthDay <= length) {
      return start + length - monthDay + 1;
    }
  }
}

/** Leap months stand behind the month of their number; Hebrew ones (Adar I) are always the sixth of thirteen. */
function codesOf(calendar: string, numbers: readonly number[]): number[] {
  if (calendar === "hebrew" && numbers.length === 13) {
    return numbers.map((_, i) => (i < 5 ? monthCode(i + 1, false) : monthCode(Math.max(i, 5), i === 5)));
  }
  const areTold = calendar === "chinese" || calendar === "dangi";
  return numbers.map((n, i) => (areTold ? monthCode(n, n === numbers[i - 1]) : monthCode(i + 1, false)));
}
