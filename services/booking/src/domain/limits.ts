import { formatLocalDate, isoWeekday, parseLocalDate } from "@calends/time/local-date";
import { zoneOf } from "@calends/time/zone";
import type { TypeFields } from "./appointment-type.ts";

/** A limit of a type: so many bookings and so many minutes in each span; 0 means no limit. */
export interface TypeLimit {
  readonly kind: SpanKind;
  readonly reason: "DAILY_LIMIT" | "WEEKLY_LIMIT" | "MONTHLY_LIMIT";
  readonly maxBookings: number;
  readonly maxMinutes: number;
}

/** What limits are counted over, in the order in which their counters are locked. */
export type SpanKind = "day" | "week" | "month";

/** A day, a week that begins on Monday, or a month of a zone. */
export interface LimitSpan {
  readonly kind: SpanKind;
  /** First local date. */
  readonly from: string;
  /** First local date after. */
  readonly to: string;
}

const dayMs = 86_400_000;

/** The limits that a type has. */
export function limitsOf(fields: TypeFields): TypeLimit[] {
  const day = { maxBookings: fields.maxBookingsPerDay, maxMinutes: fields.maxMinutesPerDay };
  const limits: TypeLimit[] = [
    { kind: "day", reason: "DAILY_LIMIT", ...day },
    { kind: "week", reason: "WEEKLY_LIMIT", ...fields.weeklyLimit },
    { kind: "month", reason: "MONTHLY_LIMIT", ...fields.monthlyLimit },
  ];
  return limits.filter(({ maxBookings, maxMinutes }) => maxBookings > 0 || maxMinutes > 0);
}

/** The span of a kind in which a local date lies. */
export function spanOf(kind: SpanKind, date: string): LimitSpan {
  const midnight = parseLocalDate(date) ?? 0;
  const from = kind === "day" ? midnight : kind === "week" ? mondayOf(midnight) : firstOfMonth(midnight, 0);
  const to = kind === "day" ? from + dayMs : kind === "week" ? from + 7 * dayMs : firstOfMonth(midnight, 1);
  return { kind, from: formatLocalDate(from), to: formatLocalDate(to) };
}

/** All spans of a kind between two local dates, both included. */
export function spansBetween(kind: SpanKind, firstDate: string, lastDate: string): LimitSpan[] {
  const spans: LimitSpan[] = [];
  for (let span = spanOf(kind, firstDate); span.from <= lastDate; span = spanOf(kind, span.to)) {
    spans.push(span);
  }
  return spans;
}

/** A span as instants of a zone. */
export function instantsOf({ from, to }: LimitSpan, timeZone: string): { startMs: number; endMs: number } {
  const zone = zoneOf(timeZone);
  return { startMs: zone.toUtc(parseLocalDate(from) ?? 0), endMs: zone.toUtc(parseLocalDate(to) ?? 0) };
}

/** The bookings, or else the minutes, at which a limit has no room left for one more booking of a length; null for room. */
export function reachedFigure(
  { maxBookings, maxMinutes }: TypeLimit,
  taken: { bookings: number; minutes: number },
  minutes: number,
): number | null {
  if (maxBookings > 0 && taken.bookings + 1 > maxBookings) {
    return maxBookings;
  }
  return maxMinutes > 0 && taken.minutes + minutes > maxMinutes ? maxMinutes : null;
}

/** A limit for people, as in "3 bookings and 90 minutes a day". */
export function wordsOf({ kind, maxBookings, maxMinutes }: TypeLimit): string {
  const parts = [
    ...(maxBookings > 0 ? [`${maxBookings} bookings`] : []),
    ...(maxMinutes > 0 ? [`${maxMinutes} minutes`] : []),
  ];
  return `${parts.join(" and ")} a ${kind}`;
}

function mondayOf(midnight: number): number {
  return midnight - (isoWeekday(midnight) - 1) * dayMs;
}

function firstOfMonth(midnight: number, monthsOn: number): number {
  const date = new Date(midnight);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsOn, 1);
}
