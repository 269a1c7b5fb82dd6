import { monthCode, type CalendarYear } from "./calendar-years.ts";
import { calendarOf, type Calendar } from "./calendars.ts";
import { dayOf } from "./civil.ts";
import type { ByMonth } from "./rule.ts";

/** A leap month is looked for in so many years; rarer ones are called by the month of their number. */
const years = 60;

/** The name of a month of a calendar; undefined where Intl does not have the calendar, or only numbers for its months ("M01", "6月"). */
export function monthNameIn(locale: string, name: string, { month, leap = false }: ByMonth): string | undefined {
  const calendar = calendarOf(name);
  const number = `${month}${leap ? "L" : ""}`;
  if (calendar === undefined) {
    return undefined;
  }
  const format = new Intl.DateTimeFormat(locale, { calendar: name, month: "long", timeZone: "UTC" });
  const own = firstDayOf(calendar, monthCode(month, leap));
  const regular = firstDayOf(calendar, monthCode(month, false));
  const said = format.format(own ?? regular);
  if (/\d/.test(said)) {
    return undefined;
  }
  return own === undefined ? `${said} (${number})` : said;
}

/** When a month of some year begins; a regular one in a year without leap months, where it has its usual name. */
function firstDayOf(calendar: Calendar, code: number): number | undefined {
  const { number } = calendar.monthAt(dayOf(2000, 7, 1)).year;
  for (let at = number; at < number + years; at += 1) {
    const year = calendar.year(at);
    const position = year.codes.indexOf(code);
    if (position >= 0 && (isOdd(code) || !hasLeapMonth(year))) {
      return (year.starts[position] ?? 0) * 86_400_000;
    }
  }
  return undefined;
}

function hasLeapMonth({ codes }: CalendarYear): boolean {
  return codes.some(isOdd);
}

function isOdd(code: number): boolean {
  return code % 2 === 1;
}
