import { throwKind } from "@calends/kit/database-errors";
import { dailyLimit } from "../domain/errors.ts";
import type { Store, Tx } from "./index.ts";

/** A type's local day. */
export interface LimitedDay {
  readonly organizationId: string;
  readonly appointmentTypeId: string;
  readonly day: string;
}

/**
 * Takes one of the day's bookings, or throws DAILY_LIMIT. The counter is made on first use from the bookings that are
 * there; its row makes racing transactions queue, so that the limit holds under any race.
 */
export async function takeDay(
  tx: Tx,
  { organizationId, appointmentTypeId, day }: LimitedDay,
  limit: number,
): Promise<void> {
  const taken = await tx.$queryRaw<unknown[]>`
      INSERT INTO daily_counts (organization_id, appointment_type_id, day, taken)
      SELECT ${organizationId}::uuid, ${appointmentTypeId}::uuid, ${day}, count(*)::int + 1
      FROM bookings
      WHERE organization_id = ${organizationId}::uuid AND appointment_type_id = ${appointmentTypeId}::uuid
        AND limit_day = ${day} AND status <> 'cancelled'
      HAVING count(*) < ${limit}
      ON CONFLICT (organization_id, appointment_type_id, day)
      DO UPDATE SET taken = daily_counts.taken + 1 WHERE daily_counts.taken < ${limit}
      RETURNING taken`.catch(throwKind);
  if (taken.length === 0) {
    throw dailyLimit(day, limit);
  }
}

/** Gives one of the day's bookings back. */
export async function releaseDay(tx: Tx, { organizationId, appointmentTypeId, day }: LimitedDay): Promise<void> {
  const where = { organizationId, appointmentTypeId, day, taken: { gt: 0 } };
  await tx.dailyCount.updateMany({ where, data: { taken: { decrement: 1 } } }).catch(throwKind);
}

/** Forgets a type's counters, so that they are made anew under its new limit or zone. */
export async function resetDays(tx: Tx, organizationId: string, appointmentTypeId: string): Promise<void> {
  await tx.dailyCount.deleteMany({ where: { organizationId, appointmentTypeId } }).catch(throwKind);
}

/** The local days from one to another on which a type has reached its limit. */
export async function fullDays(
  { db }: Store,
  organizationId: string,
  appointmentTypeId: string,
  limit: number,
  from: string,
  to: string,
): Promise<ReadonlySet<string>> {
  const groups = await db.booking
    .groupBy({
      by: ["limitDay"],
      where: { organizationId, appointmentTypeId, limitDay: { gte: from, lte: to }, status: { not: "cancelled" } },
      _count: true,
    })
    .catch(throwKind);
  return new Set(groups.filter(({ _count }) => _count >= limit).map(({ limitDay }) => limitDay));
}
