import { throwKind } from "@calends/kit/database-errors";
import type { Tx } from "./index.ts";

/** What came of a date. */
export type Outcome = "planned" | "booked" | "skipped" | "conflict" | "cancelled";

/** A series of an organization. */
export interface SeriesKey {
  readonly organizationId: string;
  readonly seriesId: string;
}

/** A date as it is planned. */
export interface PlannedDate {
  readonly recurrenceId: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** Writes dates as planned, whatever they were before; those that are as they should be stay untouched. */
export async function writePlanned(tx: Tx, key: SeriesKey, dates: readonly PlannedDate[]): Promise<void> {
  await write(tx, key, "planned", dates, []);
}

/** Writes dates as skipped, also those that have not been planned. */
export async function writeSkipped(
  tx: Tx,
  key: SeriesKey,
  dates: readonly (PlannedDate & { readonly reason: string })[],
): Promise<void> {
  await write(
    tx,
    key,
    "skipped",
    dates,
    dates.map(({ reason }) => reason),
  );
}

async function write(
  tx: Tx,
  { organizationId, seriesId }: SeriesKey,
  plan: "planned" | "skipped",
  dates: readonly PlannedDate[],
  reasons: readonly string[],
): Promise<void> {
  for (let from = 0; from < dates.length; from += datesAtOnce) {
    const to = from + datesAtOnce;
    await writeSome(tx, { organizationId, seriesId }, plan, dates.slice(from, to), reasons.slice(from, to));
  }
}

/** Writing the parameters of a statement holds the event loop: some hundred dates take a few milliseconds. */
const datesAtOnce = 500;

async function writeSome(
  tx: Tx,
  { organizationId, seriesId }: SeriesKey,
  plan: "planned" | "skipped",
  dates: readonly PlannedDate[],
  reasons: readonly string[],
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO planned_occurrences AS kept
      (organization_id, series_id, recurrence_id, starts_at, ends_at, plan, plan_reason, was_planned)
    SELECT ${organizationId}::uuid, ${seriesId}::uuid, d.recurrence_id, d.starts_at, d.ends_at, ${plan}, coalesce(d.reason, ''),
      ${plan === "planned"}
    FROM unnest(
      ${dates.map(({ recurrenceId }) => new Date(recurrenceId))}::timestamptz[],
      ${dates.map(({ startMs }) => new Date(startMs))}::timestamptz[],
      ${dates.map(({ endMs }) => new Date(endMs))}::timestamptz[],
      ${reasons}::text[]
    ) AS d (recurrence_id, starts_at, ends_at, reason)
    ON CONFLICT (organization_id, series_id, recurrence_id) DO UPDATE
      SET starts_at = excluded.starts_at, ends_at = excluded.ends_at, plan = excluded.plan, plan_reason = excluded.plan_reason,
        was_planned = kept.was_planned OR excluded.was_planned
      WHERE (kept.starts_at, kept.ends_at, kept.plan, kept.plan_reason)
        IS DISTINCT FROM (excluded.starts_at, excluded.ends_at, excluded.plan, excluded.plan_reason)`.catch(throwKind);
}

/** Why a date that was planned does not take place: the series has another pattern. */
export const changedReason = "Recurring series changed";

/** Gives up planned dates from an instant on that are not among these: the series has another pattern. */
export async function dropPlanned(
  tx: Tx,
  { organizationId, seriesId }: SeriesKey,
  from: Date,
  kept: readonly PlannedDate[],
): Promise<void> {
  await tx.$executeRaw`
    UPDATE planned_occurrences SET plan = 'dropped', plan_reason = ${changedReason}
    WHERE organization_id = ${organizationId}::uuid AND series_id = ${seriesId}::uuid AND plan = 'planned'
      AND starts_at >= ${from} AND NOT recurrence_id = ANY (${kept.map((d) => new Date(d.recurrenceId))}::timestamptz[])`.catch(
    throwKind,
  );
}

/** Cancels planned dates from an instant on: the series is cancelled. */
export async function cancelPlanned(
  tx: Tx,
  { organizationId, seriesId }: SeriesKey,
  from: Date,
  planReason: string,
): Promise<void> {
  const where = { organizationId, seriesId, plan: "planned", startsAt: { gte: from } };
  await tx.plannedOccurrence.updateMany({ where, data: { plan: "cancelled", planReason } }).catch(throwKind);
}

/** Plans a date again, or at other times, that has been planned before. */
export async function replan(
  tx: Tx,
  { organizationId, seriesId }: SeriesKey,
  { recurrenceId, startMs, endMs }: PlannedDate,
): Promise<void> {
  const where = { organizationId, seriesId, recurrenceId: new Date(recurrenceId), wasPlanned: true };
  const data = { plan: "planned", planReason: "", startsAt: new Date(startMs), endsAt: new Date(endMs) };
  await tx.plannedOccurrence.updateMany({ where, data }).catch(throwKind);
}

/**
 * Takes back the skips of dates from an instant on that are not among these: those that were never planned are forgotten, and
 * those that were are not planned, unless they are planned again after this.
 */
export async function unskip(
  tx: Tx,
  key: SeriesKey,
  from: Date,
  skipped: readonly Pick<PlannedDate, "recurrenceId">[],
): Promise<void> {
  const recurrenceId = { notIn: skipped.map((date) => new Date(date.recurrenceId)) };
  const where = { ...key, plan: "skipped", startsAt: { gte: from }, recurrenceId };
  await tx.plannedOccurrence.deleteMany({ where: { ...where, wasPlanned: false } }).catch(throwKind);
  const data = { plan: "dropped", planReason: changedReason };
  await tx.plannedOccurrence.updateMany({ where, data }).catch(throwKind);
}

/** Whether a date has been planned before, whatever became of it. */
export async function isPlanned(tx: Tx, key: SeriesKey, recurrenceId: number): Promise<boolean> {
  const where = { ...key, recurrenceId: new Date(recurrenceId), wasPlanned: true };
  return (await tx.plannedOccurrence.count({ where }).catch(throwKind)) > 0;
}

/** The original starts of dates from an instant on that are planned, in epoch milliseconds. */
export async function readPlannedStarts(tx: Tx, key: SeriesKey, from: Date): Promise<ReadonlySet<number>> {
  const where = { ...key, plan: "planned", startsAt: { gte: from } };
  const rows = await tx.plannedOccurrence.findMany({ where, select: { recurrenceId: true } }).catch(throwKind);
  return new Set(rows.map(({ recurrenceId }) => recurrenceId.getTime()));
}

/** What booking says of a date. */
export interface Settlement {
  readonly recurrenceId: Date;
  readonly outcome: Exclude<Outcome, "planned">;
  readonly reason: string;
  readonly version: bigint;
  readonly bookingId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** The calendars that its booking is with. */
  readonly calendarIds: readonly string[];
}

/** Writes what booking says of a date, unless something newer is known. A date or series that is unknown is left alone. */
export async function settlePlanned(tx: Tx, key: SeriesKey, settlement: Settlement): Promise<void> {
  const { recurrenceId, outcome, reason, version, bookingId, startsAt, endsAt, calendarIds } = settlement;
  const where = { ...key, recurrenceId, settledVersion: { lt: version } };
  const place = { bookedFrom: startsAt, bookedTo: endsAt, calendarIds: [...calendarIds] };
  const data = { settled: outcome, settledReason: reason, settledVersion: version, bookingId, ...place };
  const { count } = await tx.plannedOccurrence.updateMany({ where, data }).catch(throwKind);
  if (count > 0) {
    const rows = calendarIds.toSorted().map((calendarId) => ({ ...key, calendarId }));
    await tx.seriesCalendar.createMany({ data: rows, skipDuplicates: true }).catch(throwKind);
  }
}
