import { invalidField } from "@calends/kit/domain-error";
import { formatLocalDate, isoWeekday, parseLocalDate, startOfLocalDay } from "@calends/time/local-date";
import { isZone, zoneOf } from "@calends/time/zone";

/** A range of wall-clock time in minutes after local midnight; an end over 1440 lies on the next day. */
export interface LocalTimeRange {
  readonly startMinute: number;
  readonly endMinute: number;
}

/** Hours on one ISO weekday. */
export interface WeeklyHours extends LocalTimeRange {
  readonly weekday: number;
}

/** The hours of one local date, in place of the week's. */
export interface DateOverride {
  readonly date: string;
  readonly hours: readonly LocalTimeRange[];
  readonly reason: string;
}

/** A weekly schedule in a zone, with dates that differ (feature A5). */
export interface Profile {
  readonly timeZone: string;
  readonly weeklyHours: readonly WeeklyHours[];
  readonly dateOverrides: readonly DateOverride[];
}

/** One range of hours as instants. */
export interface Range {
  readonly startMs: number;
  readonly endMs: number;
}

const minuteMs = 60_000;
const dayMinutes = 1440;
const dayMs = dayMinutes * minuteMs;

/** Throws naming the first range or date that breaks a rule; `path` is the profile's place in the request. */
export function validateProfile(profile: Profile, path: string): void {
  if (!isZone(profile.timeZone)) {
    throw invalidField(`${path}.time_zone`, `unknown time zone: ${profile.timeZone}`);
  }
  profile.weeklyHours.forEach((hours, index) => validateRange(hours, `${path}.weekly_hours[${index}].hours`));
  for (let weekday = 1; weekday <= 7; weekday += 1) {
    const ofDay = profile.weeklyHours.filter((hours) => hours.weekday === weekday);
    refuseOverlap(ofDay, `${path}.weekly_hours`);
  }
  const seen = new Set<string>();
  profile.dateOverrides.forEach(({ date, hours }, index) => {
    const field = `${path}.date_overrides[${index}]`;
    if (parseLocalDate(date) === undefined) {
      throw invalidField(`${field}.date`, `not a date: ${date}`);
    }
    if (seen.has(date)) {
      throw invalidField(`${field}.date`, `the date ${date} has two overrides`);
    }
    seen.add(date);
    hours.forEach((range, i) => validateRange(range, `${field}.hours[${i}]`));
    refuseOverlap(hours, `${field}.hours`);
  });
}

/**
 * The ranges of a profile that overlap [fromMs, toMs), whole and by start. Hours are wall-clock time: 09:00 stays 09:00
 * across a clock change, and a range over a change is as long as the clock makes it.
 */
export function rangesBetween(profile: Profile, fromMs: number, toMs: number): Range[] {
  const zone = zoneOf(profile.timeZone);
  const byWeekday = groupByWeekday(profile.weeklyHours);
  const overrides = new Map(profile.dateOverrides.map(({ date, hours }) => [date, hours]));
  const ranges: Range[] = [];
  // A range that began on the day before may still run; one more day makes up for changes of offset.
  const firstDay = startOfLocalDay(fromMs + zone.offsetAt(fromMs)) - 2 * dayMs;
  const lastDay = toMs + zone.offsetAt(toMs) + dayMs;
  for (let day = firstDay; day <= lastDay; day += dayMs) {
    const hours = overrides.get(formatLocalDate(day)) ?? byWeekday[isoWeekday(day)] ?? [];
    for (const { startMinute, endMinute } of hours) {
      const startMs = zone.toUtc(day + startMinute * minuteMs);
      const endMs = zone.toUtc(day + endMinute * minuteMs);
      if (startMs < endMs && startMs < toMs && endMs > fromMs) {
        ranges.push({ startMs, endMs });
      }
    }
  }
  return ranges.sort((a, b) => a.startMs - b.startMs);
}

function groupByWeekday(weeklyHours: readonly WeeklyHours[]): readonly WeeklyHours[][] {
  const groups: WeeklyHours[][] = Array.from({ length: 8 }, () => []);
  for (const hours of weeklyHours) {
    groups[hours.weekday]?.push(hours);
  }
  return groups;
}

function validateRange({ startMinute, endMinute }: LocalTimeRange, field: string): void {
  if (endMinute <= startMinute) {
    throw invalidField(`${field}.end_minute`, "end_minute must be after start_minute");
  }
  if (endMinute - startMinute > dayMinutes) {
    throw invalidField(`${field}.end_minute`, "a range is at most 24 hours long");
  }
}

function refuseOverlap(ranges: readonly LocalTimeRange[], field: string): void {
  const sorted = [...ranges].sort((a, b) => a.startMinute - b.startMinute);
  sorted.forEach((range, index) => {
    const next = sorted[index + 1];
    if (next !== undefined && next.startMinute < range.endMinute) {
      throw invalidField(field, "the ranges of one day must not overlap");
    }
  });
}
