import { startOfLocalDay } from "@calends/time/local-date";
import { zoneOf } from "@calends/time/zone";
import { dayMs } from "./all-day.ts";
import { toWallClock } from "@calends/recurrence/pattern";
import { endOf } from "./pattern.ts";
import type { Exception, Held, Series } from "./series-types.ts";

/** One date of a series. Instants are epoch milliseconds. */
export interface Occurrence {
  readonly recurrenceId: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly state: "planned" | "changed" | "cancelled";
  readonly title: string;
  readonly reason: string;
}

/** Which occurrences are asked for. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether an occurrence counts that is in progress at the start of the window; else it has to start inside. */
  readonly inProgress: boolean;
  readonly includeCancelled: boolean;
  readonly limit: number;
}

/** Where the pattern's starts are looked for, and how many of the first are enough. */
export interface Search {
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
}

/** No clock has ever gone back by more. */
const longestChangeMs = 86_400_000;

/** What of the pattern has to be known to answer for a window. */
export function searchOf({ series, exceptions }: Held, window: Window): Search {
  const { durationMs, allDay } = series.pattern;
  // A clock change may make whole days longer; one that has ended all the same is found too much.
  const reachMs = window.inProgress ? durationMs - 1 + (allDay ? longestChangeMs : 0) : 0;
  // Each exception may take one of the pattern's starts away; one more than asked for says that there are more.
  const limit = window.limit + exceptions.length + (allDay ? 2 : 1);
  return { fromMs: window.fromMs - reachMs, toMs: window.toMs, limit };
}

/** Applies the exceptions to the pattern's starts of {@link searchOf}: the occurrences of a window by start. */
export function occurrencesIn(
  held: Held,
  starts: readonly number[],
  window: Window,
): { occurrences: Occurrence[]; truncated: boolean } {
  const { series, exceptions } = held;
  const ids = new Set(exceptions.map(({ recurrenceId }) => recurrenceId));
  const planned = starts.filter((start) => !ids.has(start)).map((start) => occurrenceOf(series, start));
  const excepted = exceptions.map((exception) => occurrenceOf(series, exception.recurrenceId, exception));
  const found = [...planned, ...excepted]
    .filter((occurrence) => isInside(occurrence, window))
    .filter(({ state }) => window.includeCancelled || state !== "cancelled")
    .sort((a, b) => a.startMs - b.startMs || a.recurrenceId - b.recurrenceId);
  return { occurrences: found.slice(0, window.limit), truncated: found.length > window.limit };
}

/** One date of a series as it is now. */
export function occurrenceOf(series: Series, recurrenceId: number, exception?: Exception): Occurrence {
  const { pattern, cancelledAt, cancellationReason } = series;
  const startMs = exception?.startMs ?? recurrenceId;
  const endMs = endOf(pattern, startMs, exception?.durationMs ?? pattern.durationMs);
  const kind = exception?.kind ?? "planned";
  const { title = "", reason = "" } = exception ?? {};
  const occurrence: Occurrence = { recurrenceId, startMs, endMs, state: kind, title, reason };
  return cancelledAt !== null && startMs >= cancelledAt.getTime() && kind !== "cancelled"
    ? { ...occurrence, state: "cancelled", reason: cancellationReason }
    : occurrence;
}

/** What is planned of an active series: from now to its horizon or its end. Null where nothing is. */
export function planWindow(series: Series, now: Date): Window | null {
  return rollWindow(series, now.getTime(), now);
}

/** Most occurrences that are planned at once: what one event can carry. */
const maxPlanned = 5_000;

/** What is planned of an active series that has been planned until an instant. Null where nothing is. */
export function rollWindow({ status, maxAdvanceDays, endsAt }: Series, fromMs: number, now: Date): Window | null {
  const toMs = Math.min(now.getTime() + maxAdvanceDays * dayMs, endsAt?.getTime() ?? Number.POSITIVE_INFINITY);
  return status !== "active" || toMs <= fromMs
    ? null
    : { fromMs, toMs, inProgress: false, includeCancelled: false, limit: maxPlanned };
}

/** Midnight of today in the series' zone. */
export function startOfToday({ pattern }: Series, now: Date): number {
  const midnight = startOfLocalDay(toWallClock(pattern.timeZone, now.getTime()));
  return zoneOf(pattern.timeZone).toUtc(midnight);
}

function isInside({ startMs, endMs }: Occurrence, { fromMs, toMs, inProgress }: Window): boolean {
  return startMs < toMs && (inProgress ? endMs > fromMs : startMs >= fromMs);
}

/** One date of a series as it is now, with what became of it. */
export function occurrenceNow({ series, exceptions }: Held, recurrenceId: number): Occurrence {
  const exception = exceptions.find((other) => other.recurrenceId === recurrenceId);
  return occurrenceOf(series, recurrenceId, exception);
}
