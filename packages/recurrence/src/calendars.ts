import { dayOf } from "./civil.ts";
import { lastCalendarDay, readerOf, yearAround, type CalendarYear } from "./calendar-years.ts";

/** A month of a calendar: its year, and its place there from 0 on. */
export interface CalendarMonth {
  readonly year: CalendarYear;
  readonly position: number;
}

/** A calendar with years of months. Asked for days from 1600 to 2599, and a year or so around them. */
export interface Calendar {
  readonly year: (number: number) => CalendarYear;
  readonly monthAt: (day: number) => CalendarMonth;
  /** Months numbered through all years. */
  readonly monthNumber: (month: CalendarMonth) => number;
  readonly monthOfNumber: (number: number) => CalendarMonth;
  /** Days of the longest month and of the longest year. */
  readonly longestMonth: number;
  readonly longestYear: number;
  readonly lastYear: number;
  readonly lastMonth: number;
}

const known = new Map<string, Calendar | undefined>();

/** The calendar of a name in Intl; undefined where this Intl does not have it. */
export function calendarOf(name: string): Calendar | undefined {
  if (!known.has(name)) {
    known.set(name, createCalendar(name));
  }
  return known.get(name);
}

const lunarMonth = 29.530_59;
const isLunisolar = (name: string) => name === "hebrew" || name === "chinese" || name === "dangi";

function createCalendar(name: string): Calendar | undefined {
  const read = readerOf(name);
  if (read === undefined) {
    return undefined;
  }
  const isLunar = name.startsWith("islamic");
  const meanYear = isLunar ? 12 * lunarMonth : 365.2425;
  const middle = yearAround(name, read, dayOf(2000, 7, 1));
  const epoch = firstDayOf(middle);
  // A thousand years or so, for no more are asked for.
  const years = new Map<number, CalendarYear>([[middle.number, middle]]);

  const year = (number: number): CalendarYear => {
    let found = years.get(number);
    if (found === undefined) {
      // New Year moves by weeks, and by a day from where Intl has it: days well within the year are asked for.
      const before = years.get(number - 1);
      const inside = before === undefined ? epoch + (number - middle.number + 0.5) * meanYear : endOf(before) + 15;
      found = yearAround(name, read, Math.round(inside));
      years.set(number, found);
    }
    return found;
  };
  const monthAt = (day: number): CalendarMonth => {
    let found = year(middle.number + Math.floor((day - epoch) / meanYear));
    while (day < firstDayOf(found)) {
      found = year(found.number - 1);
    }
    while (day >= endOf(found)) {
      found = year(found.number + 1);
    }
    return { year: found, position: found.starts.findLastIndex((start) => start <= day) };
  };
  const numbering = isLunisolar(name) ? byMoons(epoch, monthAt) : byYears(middle.codes.length, year);
  const last = monthAt(lastCalendarDay);
  return {
    year,
    monthAt,
    ...numbering,
    longestMonth: name === "indian" || name === "persian" ? 31 : 30,
    longestYear: isLunisolar(name) ? 385 : isLunar ? 355 : 366,
    lastYear: last.year.number,
    lastMonth: numbering.monthNumber(last),
  };
}

type Numbering = Pick<Calendar, "monthNumber" | "monthOfNumber">;

/** New moons stray from their mean by less than a day, and the mean from itself by less than another in 600 years. */
function byMoons(epoch: number, monthAt: Calendar["monthAt"]): Numbering {
  return {
    monthNumber: ({ year, position }) => Math.round(((year.starts[position] ?? 0) - epoch) / lunarMonth),
    monthOfNumber: (number) => monthAt(Math.round(epoch + (number + 0.5) * lunarMonth)),
  };
}

function byYears(months: number, year: Calendar["year"]): Numbering {
  return {
    monthNumber: ({ year: { number }, position }) => number * months + position,
    monthOfNumber(number) {
      const found = Math.floor(number / months);
      return { year: year(found), position: number - found * months };
    },
  };
}

/** The first day of a year. */
export function firstDayOf({ starts }: CalendarYear): number {
  return starts[0] ?? 0;
}

/** The first day after a year. */
export function endOf({ starts }: CalendarYear): number {
  return starts.at(-1) ?? 0;
}

/** The first day of a month. */
export function monthStart({ year, position }: CalendarMonth): number {
  return year.starts[position] ?? 0;
}

/** Days of a month. */
export function monthLength({ year, position }: CalendarMonth): number {
  return (year.starts[position + 1] ?? 0) - (year.starts[position] ?? 0);
}
