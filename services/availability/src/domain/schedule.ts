import { invalidField } from "@calends/kit/domain-error";
import { parseLocalDate } from "@calends/time/local-date";
import { isZone } from "@calends/time/zone";

/** A range of wall-clock time in minutes after local midnight; an end over 1440 lies on the next day. */
export interface LocalTimeRange {
  readonly startMinute: number;
  readonly endMinute: number;
}

/** Hours on one ISO weekday. */
export interface WeeklyHours extends LocalTimeRange {
  readonly weekday: number;
}

/** Time of one ISO weekday that is taken out of the hours. It belongs to the date on which it begins. */
export interface WeeklyBreak extends WeeklyHours {
  readonly reason: string;
}

/** The hours of one local date, in place of the week's. */
export interface DateOverride {
  readonly date: string;
  readonly hours: readonly LocalTimeRange[];
  readonly reason: string;
}

/** Whole local days without hours, the last included. */
export interface Vacation {
  readonly startDate: string;
  readonly endDate: string;
  readonly reason: string;
}

/** Whose public holidays: ISO 3166 codes, the region and its district empty for the whole. */
export interface PublicHolidays {
  readonly country: string;
  readonly region: string;
  readonly district: string;
}

/** Hours of the week in a zone, with dates that differ and what takes away from them (feature A5). */
export interface Schedule {
  readonly timeZone: string;
  readonly weeklyHours: readonly WeeklyHours[];
  readonly dateOverrides: readonly DateOverride[];
  readonly breaks: readonly WeeklyBreak[];
  readonly vacations: readonly Vacation[];
  readonly holidays: PublicHolidays | null;
}

/** The public holidays of a calendar year of the years 1 to 9999, by local date. */
export type HolidayFinder = (holidays: PublicHolidays, year: number) => readonly Holiday[];

/** One local date of a public holiday. */
export interface Holiday {
  readonly date: string;
  readonly name: string;
}

/** Says which part of a place is not known to have holidays; undefined where all are. */
export type HolidayPlaces = (holidays: PublicHolidays) => keyof PublicHolidays | undefined;

const dayMinutes = 1440;
const dayMs = 86_400_000;
const maxVacationDays = 366;

/** Throws naming the first thing at fault; `path` is the schedule's place in the request. */
export function validateSchedule(schedule: Schedule, path: string, unknownPart: HolidayPlaces): void {
  if (!isZone(schedule.timeZone)) {
    throw invalidField(`${path}.time_zone`, `unknown time zone: ${schedule.timeZone}`);
  }
  validateWeek(schedule.weeklyHours, `${path}.weekly_hours`, "the ranges of one day must not overlap");
  validateOverrides(schedule.dateOverrides, `${path}.date_overrides`);
  validateWeek(schedule.breaks, `${path}.breaks`, "the breaks of one day must not overlap");
  schedule.vacations.forEach((vacation, index) => validateVacation(vacation, `${path}.vacations[${index}]`));
  validateHolidays(schedule.holidays, `${path}.holidays`, unknownPart);
}

function validateWeek(week: readonly WeeklyHours[], field: string, rule: string): void {
  week.forEach((hours, index) => validateRange(hours, `${field}[${index}].hours`));
  for (let weekday = 1; weekday <= 7; weekday += 1) {
    const ofDay = week.filter((hours) => hours.weekday === weekday);
    refuseOverlap(ofDay, field, rule);
  }
}

function validateOverrides(overrides: readonly DateOverride[], path: string): void {
  const seen = new Set<string>();
  overrides.forEach(({ date, hours }, index) => {
    const field = `${path}[${index}]`;
    localDate(date, `${field}.date`);
    if (seen.has(date)) {
      throw invalidField(`${field}.date`, `the date ${date} has two overrides`);
    }
    seen.add(date);
    hours.forEach((range, i) => validateRange(range, `${field}.hours[${i}]`));
    refuseOverlap(hours, `${field}.hours`, "the ranges of one day must not overlap");
  });
}

function validateVacation({ startDate, endDate }: Vacation, field: string): void {
  const start = localDate(startDate, `${field}.start_date`);
  const end = localDate(endDate, `${field}.end_date`);
  if (end < start) {
    throw invalidField(`${field}.end_date`, "end_date must not be before start_date");
  }
  if (end - start >= maxVacationDays * dayMs) {
    throw invalidField(`${field}.end_date`, `a vacation is at most ${maxVacationDays} days long`);
  }
}

function validateHolidays(holidays: PublicHolidays | null, field: string, unknownPart: HolidayPlaces): void {
  const part = holidays === null ? undefined : unknownPart(holidays);
  if (holidays !== null && part !== undefined) {
    throw invalidField(`${field}.${part}`, `no public holidays are known of the ${part} ${holidays[part]}`);
  }
}

function localDate(date: string, field: string): number {
  const ms = parseLocalDate(date);
  if (ms === undefined) {
    throw invalidField(field, `not a date: ${date}`);
  }
  return ms;
}

function validateRange({ startMinute, endMinute }: LocalTimeRange, field: string): void {
  if (endMinute <= startMinute) {
    throw invalidField(`${field}.end_minute`, "end_minute must be after start_minute");
  }
  if (endMinute - startMinute > dayMinutes) {
    throw invalidField(`${field}.end_minute`, "a range is at most 24 hours long");
  }
}

function refuseOverlap(ranges: readonly LocalTimeRange[], field: string, rule: string): void {
  const sorted = [...ranges].sort((a, b) => a.startMinute - b.startMinute);
  sorted.forEach((range, index) => {
    const next = sorted[index + 1];
    if (next !== undefined && next.startMinute < range.endMinute) {
      throw invalidField(field, rule);
    }
  });
}
