import { invalidField } from "@calends/kit/domain-error";
import { wrongStatus } from "./errors.ts";
import { compilePattern, endDateOf, endOn, hasDate, lastStart, type Pattern } from "./pattern.ts";

/** Where a series stands: active ⇄ paused; both → cancelled; active → completed → active again when extended. */
export type SeriesStatus = "active" | "paused" | "cancelled" | "completed";

/** What happened to a series. */
export type SeriesChange =
  | "created"
  | "updated"
  | "paused"
  | "resumed"
  | "extended"
  | "split"
  | "cancelled"
  | "completed"
  | "occurrence_cancelled"
  | "occurrence_changed"
  | "occurrence_restored";

/** A pattern as a record. */
export interface Series {
  readonly id: string;
  readonly title: string;
  readonly calendarId: string | null;
  readonly pattern: Pattern;
  readonly maxAdvanceDays: number;
  readonly status: SeriesStatus;
  readonly cancellationReason: string;
  /** Occurrences that start from then on do not take place; null unless cancelled. */
  readonly cancelledAt: Date | null;
  readonly continuesSeriesId: string | null;
  readonly externalId: string | null;
  /** From then on no occurrence is in progress; null where there is no end. Cancelled ones count: they may be restored. */
  readonly endsAt: Date | null;
  readonly version: bigint;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** An occurrence that is not as the pattern has it. Instants are epoch milliseconds. */
export interface Exception {
  /** Its original start. */
  readonly recurrenceId: number;
  readonly kind: "changed" | "cancelled";
  /** Its start now; of a cancelled one its original start. */
  readonly startMs: number;
  /** Null is the length of the series, also when that changes. */
  readonly durationMs: number | null;
  readonly title: string;
  readonly reason: string;
}

/** A series with its exceptions: one for each recurrence id, in their order, all of dates that the pattern has. */
export interface Held {
  readonly series: Series;
  readonly exceptions: readonly Exception[];
}

/** A series after a change, and what changed. */
export interface Changed extends Held {
  readonly change: SeriesChange;
  /** The occurrence that it was about; null when it was about the series. */
  readonly recurrenceId: number | null;
}

/** What a new series is made of. */
export interface SeriesDraft {
  readonly title: string;
  readonly calendarId: string | null;
  readonly pattern: Pattern;
  readonly maxAdvanceDays: number;
  readonly externalId: string | null;
}

/** Why a series is cancelled when nobody says. */
export const cancelledReason = "Recurring series cancelled";

/** How many days ahead occurrences are planned when nobody says. */
export const defaultAdvanceDays = 90;

/** Makes an active series; `exceptions` are of dates that its pattern has. */
export function createSeries(
  id: string,
  draft: SeriesDraft,
  now: Date,
  exceptions: readonly Exception[] = [],
): Changed {
  const series: Series = {
    id,
    ...draft,
    status: "active",
    cancellationReason: "",
    cancelledAt: null,
    continuesSeriesId: null,
    endsAt: endsAtOf(draft.pattern, exceptions),
    version: 1n,
    createdAt: now,
    updatedAt: now,
  };
  return { series, exceptions: inOrder(exceptions), change: "created", recurrenceId: null };
}

/** Changes name and pattern; exceptions stay whose recurrence id the new pattern still has. */
export function updateSeries(held: Held, title: string, pattern: Pattern, now: Date): Changed {
  refuseUnless(held.series, ["active", "paused"], "only an active or paused series can be changed");
  const set = compilePattern(pattern);
  const exceptions = held.exceptions.filter(({ recurrenceId }) => hasDate(set, recurrenceId));
  return changed({ ...held, exceptions }, "updated", { title, pattern }, now);
}

/** Stops planning. */
export function pauseSeries(held: Held, now: Date): Changed {
  refuseUnless(held.series, ["active"], "only an active series can be paused");
  return changed(held, "paused", { status: "paused" }, now);
}

/** Plans again. */
export function resumeSeries(held: Held, now: Date): Changed {
  refuseUnless(held.series, ["paused"], "only a paused series can be resumed");
  return changed(held, "resumed", { status: "active" }, now);
}

/** Sets a new last date, or none; a completed series becomes active again. */
export function extendSeries(held: Held, endDate: string, now: Date): Changed {
  const { status, pattern } = held.series;
  refuseUnless(held.series, ["active", "paused", "completed"], "a cancelled series cannot be extended");
  const current = endDateOf(pattern);
  if (endDate !== "" && (current === null || endDate < current)) {
    const end = current === null ? "the series has no end" : `the series ends on ${current}`;
    throw invalidField("end_date", `end_date is before the current end: ${end}`);
  }
  const extended = endOn(pattern, endDate);
  return changed(held, "extended", { pattern: extended, status: status === "paused" ? status : "active" }, now);
}

/** Ends a series now; what has begun stays. */
export function cancelSeries(held: Held, reason: string, now: Date): Changed {
  refuseUnless(held.series, ["active", "paused"], "only an active or paused series can be cancelled");
  const cancellationReason = reason === "" ? cancelledReason : reason;
  return changed(held, "cancelled", { status: "cancelled", cancellationReason, cancelledAt: now }, now);
}

/** The last occurrence is past. */
export function completeSeries(held: Held, now: Date): Changed {
  refuseUnless(held.series, ["active"], "only an active series is completed");
  if (!isPast(held.series, now)) {
    throw wrongStatus(held.series.status, "the last occurrence is not past");
  }
  return changed(held, "completed", { status: "completed" }, now);
}

/** Whether nothing of a series is left to take place. */
export function isPast({ endsAt }: Series, now: Date): boolean {
  return endsAt !== null && endsAt <= now;
}

/** Throws SERIES_STATUS unless the series has one of these statuses. */
export function refuseUnless({ status }: Series, allowed: readonly SeriesStatus[], why: string): void {
  if (!allowed.includes(status)) {
    throw wrongStatus(status, why);
  }
}

/** A series one version on. */
export function changed(
  { series, exceptions }: Held,
  change: SeriesChange,
  values: Partial<Series>,
  now: Date,
  recurrenceId: number | null = null,
): Changed {
  const next = { ...series, ...values, version: series.version + 1n, updatedAt: now };
  const endsAt = endsAtOf(next.pattern, exceptions);
  return { series: { ...next, endsAt }, exceptions: inOrder(exceptions), change, recurrenceId };
}

function inOrder(exceptions: readonly Exception[]): Exception[] {
  return exceptions.toSorted((a, b) => a.recurrenceId - b.recurrenceId);
}

/** A series that has no occurrence has ended long ago. */
function endsAtOf(pattern: Pattern, exceptions: readonly Exception[]): Date | null {
  const last = lastStart(pattern);
  if (last === null) {
    return null;
  }
  const ends = exceptions.map(({ startMs, durationMs }) => startMs + (durationMs ?? pattern.durationMs));
  return new Date(Math.max(0, last + pattern.durationMs, ...ends));
}
