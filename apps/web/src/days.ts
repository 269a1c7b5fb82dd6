/** Calendar days in a time zone. Pure: the only inputs are instants, zone names and days, never a clock. */

/** A day of the calendar as "2026-11-23". Days compare as text. */
export type Day = string;

/** A month of the calendar as "2026-11". Months compare as text. */
export type Month = string;

/** Span is a half-open span of absolute time in epoch milliseconds. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** Slot is a time that can be booked. */
export interface Slot extends Span {
  /** Whether it is a session that is full, so that its booker joins the waitlist. */
  readonly waitlist: boolean;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How far local midnight can lie before midnight UTC: UTC+14, in Kiritimati. */
const EARLIEST_ZONE_MS = 14 * HOUR_MS;

/** How far local midnight can lie after midnight UTC: UTC−12, on Baker Island. */
const LATEST_ZONE_MS = 12 * HOUR_MS;

const formatters = new Map<string, Intl.DateTimeFormat>();

function dayFormatter(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}

/** Returns the day that the calendar on the wall shows in a zone at an instant. */
export function dayAt(instantMs: number, zone: string): Day {
  const parts = new Map(
    dayFormatter(zone)
      .formatToParts(instantMs)
      .map((part) => [part.type, part.value]),
  );
  return `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`;
}

/** Groups slots by the local day of their start; each group keeps the order it was given in. */
export function groupByDay<T extends Span>(slots: readonly T[], zone: string): Map<Day, T[]> {
  const days = new Map<Day, T[]>();
  for (const slot of slots) {
    const day = dayAt(slot.startMs, zone);
    const group = days.get(day);
    if (group === undefined) {
      days.set(day, [slot]);
    } else {
      group.push(slot);
    }
  }
  return days;
}

/** Returns the month of a day. */
export function monthOf(day: Day): Month {
  return day.slice(0, 7);
}

/** Returns the day's instant at noon UTC, at which it can be formatted with the zone "UTC". */
export function noonOf(day: Day): number {
  return Date.parse(`${day}T12:00:00Z`);
}

/** Returns the day that lies a number of days after, or before when negative. */
export function addDays(day: Day, count: number): Day {
  return new Date(noonOf(day) + count * DAY_MS).toISOString().slice(0, 10);
}

/** Returns the month that lies a number of months after, or before when negative. */
export function addMonths(month: Month, count: number): Month {
  const date = new Date(`${month}-01T12:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + count);
  return date.toISOString().slice(0, 7);
}

/** Returns the weekday of a day: 1 is Monday, 7 is Sunday. */
export function weekdayOf(day: Day): number {
  return new Date(noonOf(day)).getUTCDay() || 7;
}

/** Returns the weeks of a month, each of seven cells; cells outside the month are empty. */
export function weeksOf(month: Month, firstWeekday: number): (Day | undefined)[][] {
  const first = `${month}-01`;
  const last = addDays(`${addMonths(month, 1)}-01`, -1);
  const weeks: (Day | undefined)[][] = [];
  let day = addDays(first, -((weekdayOf(first) - firstWeekday + 7) % 7));
  while (day <= last) {
    const weekStart = day;
    weeks.push(Array.from({ length: 7 }, (_, index) => inMonth(addDays(weekStart, index), month)));
    day = addDays(day, 7);
  }
  return weeks;
}

function inMonth(day: Day, month: Month): Day | undefined {
  return monthOf(day) === month ? day : undefined;
}

/**
 * Returns a span that holds the whole month in whichever zone it is read, so that one answer serves every zone. It is
 * at most 33 days long.
 */
export function spanOf(month: Month): Span {
  return {
    startMs: Date.parse(`${month}-01T00:00:00Z`) - EARLIEST_ZONE_MS,
    endMs: Date.parse(`${addMonths(month, 1)}-01T00:00:00Z`) + LATEST_ZONE_MS,
  };
}

/** Returns the last month in which a meeting can start; undefined when there is no horizon (0 days). */
export function lastMonth(nowMs: number, maxFutureDays: number, zone: string): Month | undefined {
  return maxFutureDays === 0 ? undefined : monthOf(dayAt(nowMs + maxFutureDays * DAY_MS, zone));
}
