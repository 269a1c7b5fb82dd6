/**
 * Dates of the proleptic Gregorian calendar as day numbers: 0 is 1970-01-01. No Date objects, no allocation: these
 * functions are the inner loop.
 */

/** Day number of a date. */
export function dayOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** A date packed into one number, so that it can be returned without an object: see {@link yearIn} and its like. */
export function dateOf(day: number): number {
  const z = day + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return year * 512 + month * 32 + dayOfMonth;
}

/** The year of a packed date. */
export function yearIn(date: number): number {
  return Math.floor(date / 512);
}

/** The month of a packed date, 1 to 12. */
export function monthIn(date: number): number {
  return (date >> 5) & 15;
}

/** The day of the month of a packed date. */
export function monthDayIn(date: number): number {
  return date & 31;
}

/** Weekday of a day: 0 is Monday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** Whether a year has a 29 February. */
export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const lengths = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days of a month. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (lengths[month] ?? 0);
}

/** Days of a year. */
export function daysInYear(year: number): number {
  return isLeap(year) ? 366 : 365;
}

/** Day number of the first day of week 1 of a year: the first week with at least four days in it (ISO 8601). */
export function firstWeekOf(year: number, weekStart: number): number {
  const january4 = dayOf(year, 1, 4);
  return january4 - ((weekdayOf(january4) - weekStart + 7) % 7);
}
