import { throwKind } from "@calends/kit/database-errors";
import { changedReason } from "../domain/recurring.ts";
import { Prisma } from "../gen/prisma/client.ts";
import type { Tx } from "./index.ts";

/** A date as the series has it. */
export interface PlannedDate {
  readonly recurrenceId: Date;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly changed: boolean;
}

/** Which version of a series says something, and when what follows from it is settled. */
export interface Heard {
  readonly organizationId: string;
  readonly seriesId: string;
  readonly version: bigint;
  readonly settleAt: Date;
  /** Whether confirmed bookings follow. */
  readonly forced: boolean;
  /** Who changed the series; empty where it plans on as time goes by. */
  readonly actor: string;
}

/** Notes dates that are to take place. What is as it should be stays untouched; what is newer is left alone. */
export async function wantDates(tx: Tx, heard: Heard, dates: readonly PlannedDate[]): Promise<void> {
  const { organizationId, seriesId, version, settleAt, forced, actor } = heard;
  if (dates.length === 0) {
    return;
  }
  await tx.$executeRaw`
    INSERT INTO series_occurrences AS kept (organization_id, series_id, recurrence_id, starts_at, ends_at, changed, wanted,
      reason, forced, plan_version, was_planned, actor, outcome, settle_at)
    SELECT ${organizationId}::uuid, ${seriesId}::uuid, d.recurrence_id, d.starts_at, d.ends_at, d.changed, 'date',
      '', ${forced}, ${version}, true, ${actor}, 'planned', ${settleAt}
    FROM unnest(
      ${dates.map((d) => d.recurrenceId)}::timestamptz[], ${dates.map((d) => d.startsAt)}::timestamptz[],
      ${dates.map((d) => d.endsAt)}::timestamptz[], ${dates.map((d) => d.changed)}::boolean[]
    ) AS d (recurrence_id, starts_at, ends_at, changed)
    ORDER BY d.recurrence_id
    ON CONFLICT (organization_id, series_id, recurrence_id) DO UPDATE
      SET starts_at = excluded.starts_at, ends_at = excluded.ends_at, changed = excluded.changed, wanted = 'date',
        reason = '', obstacle = '', forced = excluded.forced, plan_version = excluded.plan_version,
        was_planned = true, actor = excluded.actor, settle_at = excluded.settle_at, tries = 0
      WHERE kept.plan_version <= excluded.plan_version
        AND (kept.starts_at, kept.ends_at, kept.changed, kept.wanted)
          IS DISTINCT FROM (excluded.starts_at, excluded.ends_at, excluded.changed, excluded.wanted)`.catch(throwKind);
}

/**
 * Offers dates again whose bookings were cancelled by themselves, before somebody restored the dates: what is cancelled after
 * that stays so, however late or often this is heard.
 */
export async function restoreDates(
  tx: Tx,
  { organizationId, seriesId, version, settleAt, actor }: Heard,
  dates: readonly PlannedDate[],
  restoredAt: Date,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE series_occurrences o SET outcome = 'planned', actor = ${actor}, settle_at = ${settleAt}, tries = 0
    FROM bookings b
    WHERE o.organization_id = ${organizationId}::uuid AND o.series_id = ${seriesId}::uuid
      AND o.recurrence_id = ANY (${dates.map(({ recurrenceId }) => recurrenceId)}::timestamptz[])
      AND o.outcome = 'withdrawn' AND o.wanted = 'date' AND o.plan_version <= ${version}
      AND b.organization_id = o.organization_id AND b.id = o.booking_id AND b.updated_at <= ${restoredAt}`.catch(
    throwKind,
  );
}

/**
 * Notes that no other dates than these take place from an instant on: the series has another pattern. Where confirmed
 * bookings follow, so do those that stayed at a change before.
 */
export async function dropOthers(tx: Tx, heard: Heard, from: Date, kept: readonly PlannedDate[]): Promise<void> {
  const { organizationId, seriesId, version, settleAt, forced, actor } = heard;
  await tx.$executeRaw`
    UPDATE series_occurrences SET wanted = 'dropped', reason = ${changedReason}, forced = ${forced},
      plan_version = ${version}, actor = ${actor}, settle_at = ${settleAt}, tries = 0
    WHERE organization_id = ${organizationId}::uuid AND series_id = ${seriesId}::uuid
      AND (wanted = 'date' OR (wanted = 'dropped' AND ${forced} AND NOT forced))
      AND plan_version <= ${version} AND starts_at >= ${from}
      AND NOT recurrence_id = ANY (${kept.map(({ recurrenceId }) => recurrenceId)}::timestamptz[])`.catch(throwKind);
}

/**
 * Notes dates of a plan that came after what has taken its place: those that are not known by then were given up in the
 * meantime, and are kept as given up, as the series keeps them.
 */
export async function keepOvertaken(
  tx: Tx,
  { organizationId, seriesId, version }: Heard,
  dates: readonly PlannedDate[],
  cancellationReason: string | null,
): Promise<void> {
  const [wanted, reason] = cancellationReason === null ? ["dropped", changedReason] : ["cancelled", cancellationReason];
  const data = dates.map((date) => ({
    ...date,
    organizationId,
    seriesId,
    wanted,
    reason,
    forced: false,
    planVersion: version,
    wasPlanned: true,
    outcome: wanted,
    outcomeReason: reason,
  }));
  await tx.seriesOccurrence.createMany({ data, skipDuplicates: true }).catch(throwKind);
}

/**
 * Notes which dates from an instant on are not skipped any more: all that are not among these. Those that were never planned
 * are forgotten; of those that were, their plan says more, sooner or later.
 */
export async function unskipDates(
  tx: Tx,
  { organizationId, seriesId, version, settleAt, actor }: Heard,
  from: Date,
  skipped: readonly PlannedDate[],
): Promise<void> {
  const recurrenceId = { notIn: skipped.map((date) => date.recurrenceId) };
  const older = { planVersion: { lte: version }, startsAt: { gte: from } };
  const where = { organizationId, seriesId, wanted: "skipped", ...older, recurrenceId };
  await tx.seriesOccurrence.deleteMany({ where: { ...where, wasPlanned: false } }).catch(throwKind);
  const data = { wanted: "dropped", reason: changedReason, planVersion: version, settleAt, actor };
  await tx.seriesOccurrence.updateMany({ where, data }).catch(throwKind);
}

/** Notes that dates are skipped, also those that have not been planned yet. */
export async function skipDates(
  tx: Tx,
  { organizationId, seriesId, version, settleAt, actor }: Heard,
  dates: readonly (PlannedDate & { readonly reason: string })[],
): Promise<void> {
  if (dates.length === 0) {
    return;
  }
  await tx.$executeRaw`
    INSERT INTO series_occurrences AS kept (organization_id, series_id, recurrence_id, starts_at, ends_at, changed, wanted,
      reason, forced, plan_version, outcome, outcome_reason)
    SELECT ${organizationId}::uuid, ${seriesId}::uuid, d.recurrence_id, d.starts_at, d.ends_at, false, 'skipped',
      d.reason, true, ${version}, 'skipped', d.reason
    FROM unnest(
      ${dates.map((d) => d.recurrenceId)}::timestamptz[], ${dates.map((d) => d.startsAt)}::timestamptz[],
      ${dates.map((d) => d.endsAt)}::timestamptz[], ${dates.map((d) => d.reason)}::text[]
    ) AS d (recurrence_id, starts_at, ends_at, reason)
    ORDER BY d.recurrence_id
    ON CONFLICT (organization_id, series_id, recurrence_id) DO UPDATE
      SET wanted = 'skipped', reason = excluded.reason, plan_version = excluded.plan_version, actor = ${actor},
        settle_at = ${settleAt}, tries = 0
      WHERE kept.plan_version <= excluded.plan_version
        AND (kept.wanted, kept.reason) IS DISTINCT FROM (excluded.wanted, excluded.reason)`.catch(throwKind);
}

/** Notes that what starts from an instant on does not take place: the series is cancelled. What has been given up before, stays. */
export async function cancelDates(tx: Tx, heard: Heard, from: Date, reason: string): Promise<void> {
  const { organizationId, seriesId, version, settleAt, actor } = heard;
  await tx.$executeRaw`
    UPDATE series_occurrences o SET wanted = 'cancelled', reason = ${reason}, plan_version = ${version},
      actor = ${actor}, settle_at = ${settleAt}, tries = 0
    WHERE organization_id = ${organizationId}::uuid AND series_id = ${seriesId}::uuid
      AND (wanted = 'date' OR (wanted = 'dropped' AND EXISTS (SELECT 1 FROM bookings b
        WHERE b.organization_id = o.organization_id AND b.id = o.booking_id AND b.status IN ('pending', 'confirmed'))))
      AND plan_version <= ${version}
      AND (starts_at >= ${from} OR EXISTS (SELECT 1 FROM bookings b
        WHERE b.organization_id = o.organization_id AND b.id = o.booking_id AND b.starts_at >= ${from}))`.catch(
    throwKind,
  );
}

/**
 * Looks again soon at placeholders that are near a span of time that has been given back. Those whose settling is just being
 * written are left out where the caller holds locks of bookings: waiting for one another would end one of the two.
 */
export async function offerAgain(
  tx: Tx,
  organizationId: string,
  { from, to }: { readonly from: Date; readonly to: Date },
  now: Date,
  patient = false,
): Promise<void> {
  const locking = patient ? Prisma.sql`ORDER BY 1, 2, 3 FOR UPDATE` : Prisma.sql`FOR UPDATE SKIP LOCKED`;
  await tx.$executeRaw`
    UPDATE series_occurrences SET settle_at = ${now}, tries = 0
    WHERE (organization_id, series_id, recurrence_id) IN (
      SELECT organization_id, series_id, recurrence_id FROM series_occurrences
      WHERE organization_id = ${organizationId}::uuid AND outcome = 'conflict' AND wanted = 'date'
        AND starts_at > ${now} AND starts_at >= ${from} AND starts_at < ${to}
      ${locking})`.catch(throwKind);
}
