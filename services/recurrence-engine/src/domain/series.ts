import { invalidField } from "@calends/kit/domain-error";
import { carry, placesUnder } from "./carry.ts";
import { wrongStatus } from "./errors.ts";
import { lineEnds } from "./texts.ts";
import { keepLength, type LengthPolicy } from "./length.ts";
import { endDateOf, endOf, endOn, lastStart, type Pattern } from "./pattern.ts";
import type {
  Changed,
  Exception,
  Held,
  Series,
  SeriesChange,
  SeriesDraft,
  SeriesEdit,
  SeriesStatus,
  Standing,
} from "./series-types.ts";

/** Why a series is cancelled when nobody says. */
export const cancelledReason = "Recurring series cancelled";

/** How many days ahead occurrences are planned when nobody says. */
export const defaultAdvanceDays = 90;

const active: Standing = { status: "active", cancelledAt: null, cancellationReason: "" };

/** Makes a series, active unless it is said where it stands; `exceptions` are of dates that its pattern has. */
export function createSeries(
  id: string,
  draft: SeriesDraft,
  now: Date,
  exceptions: readonly Exception[] = [],
  standing: Standing = active,
): Changed {
  const pattern = keepLength(draft.pattern, draft);
  const series: Series = {
    id,
    ...draft,
    ...standing,
    title: lineEnds(draft.title),
    pattern,
    continuesSeriesId: null,
    endsAt: endsAtOf(pattern, exceptions),
    version: 1n,
    createdAt: now,
    updatedAt: now,
  };
  return { series, exceptions: inOrder(exceptions), change: "created", recurrenceId: null };
}

/**
 * Changes name and pattern. Exceptions stay with their dates, also where these begin at another time of day; those of
 * dates that the new pattern does not have are dropped.
 */
export function updateSeries(held: Held, edit: SeriesEdit, now: Date): Changed {
  refuseUnless(held.series, ["active", "paused"], "only an active or paused series can be changed");
  const policy = { ...policyOf(held.series, edit.maxLengthMonths), lengthFrom: lengthFromOf(held.series, edit) };
  const pattern = keepLength(edit.pattern, policy);
  const exceptions = carry(held.exceptions, pattern, placesUnder(held.series.pattern, pattern));
  return changed({ ...held, exceptions }, "updated", { ...policy, title: lineEnds(edit.title), pattern }, now);
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

/** Sets a new last date, or none but that of its policy; a completed series becomes active again. */
export function extendSeries(held: Held, endDate: string, now: Date, maxLengthMonths?: number): Changed {
  const { status, pattern } = held.series;
  refuseUnless(held.series, ["active", "paused", "completed"], "a cancelled series cannot be extended");
  const current = endDateOf(pattern);
  if (endDate !== "" && (current === null || endDate < current)) {
    const end = current === null ? "the series has no end" : `the series ends on ${current}`;
    throw invalidField("end_date", `end_date is before the current end: ${end}`);
  }
  const policy = policyOf(held.series, maxLengthMonths);
  const extended = keepLength(endOn(pattern, endDate), policy, "end_date");
  return changed(
    held,
    "extended",
    { ...policy, pattern: extended, status: status === "paused" ? status : "active" },
    now,
  );
}

/** Ends a series now; what has begun stays. */
export function cancelSeries(held: Held, reason: string, now: Date): Changed {
  refuseUnless(held.series, ["active", "paused"], "only an active or paused series can be cancelled");
  const cancellationReason = reason === "" ? cancelledReason : lineEnds(reason);
  return changed(held, "cancelled", { status: "cancelled", cancellationReason, cancelledAt: now }, now);
}

/** The last occurrence is past. Of a paused series nothing is left to resume. */
export function completeSeries(held: Held, now: Date): Changed {
  if (!mayComplete(held.series, now)) {
    throw wrongStatus(held.series.status, "an active or paused series is completed when its last occurrence is past");
  }
  return changed(held, "completed", { status: "completed" }, now);
}

/** Whether nothing of a series is left to take place that has not been ended yet. */
export function mayComplete({ status, endsAt }: Series, now: Date): boolean {
  return (status === "active" || status === "paused") && endsAt !== null && endsAt <= now;
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

/** The months of a policy do not move along with the start: they are counted from the earlier one. */
function lengthFromOf({ pattern, lengthFrom, maxLengthMonths }: Series, edit: SeriesEdit): string | null {
  const [before, after] = [pattern, edit.pattern].map(({ localStart }) => localStart.slice(0, 10));
  const from = lengthFrom ?? before ?? null;
  return maxLengthMonths === 0 ? lengthFrom : from !== null && after !== undefined && after < from ? after : from;
}

function policyOf({ maxLengthMonths, lengthFrom }: LengthPolicy, newMonths: number | undefined): LengthPolicy {
  return { maxLengthMonths: newMonths ?? maxLengthMonths, lengthFrom };
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
  const ends = exceptions.map(({ startMs, durationMs }) => endOf(pattern, startMs, durationMs ?? pattern.durationMs));
  return new Date(Math.max(0, Number.isFinite(last) ? endOf(pattern, last, pattern.durationMs) : 0, ...ends));
}
