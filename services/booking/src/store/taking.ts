import { send, type Sql } from "@calends/kit/database";
import { throwKind } from "@calends/kit/database-errors";
import type { Allocation } from "../domain/allocations.ts";
import { slotTaken } from "../domain/errors.ts";
import type { Tx } from "./index.ts";

/**
 * Takes all of the time that a booking or a session needs, or throws SLOT_TAKEN. The constraint decides: an overlapping row
 * is not inserted, waiting for racing transactions first, and without the deadlocks that a plain INSERT runs into.
 */
export async function takeTime(
  tx: Sql,
  organizationId: string,
  takerId: string,
  allocations: readonly Allocation[],
): Promise<void> {
  if (!(await insertAll(tx, organizationId, takerId, allocations))) {
    throw slotTaken();
  }
}

/**
 * As {@link takeTime}, for a transaction whose statements go out together: where a part of the time is not free, the
 * transaction ends with SLOT_TAKEN.
 */
export async function takeTimeUnseen(
  tx: Sql,
  organizationId: string,
  takerId: string,
  allocations: readonly Allocation[],
): Promise<void> {
  const statement = `WITH taken AS (${takeFree}) SELECT refuse_unless_all(count(*), $6::integer) FROM taken`;
  await send(tx, statement, ...valuesOf(organizationId, takerId, allocations), allocations.length);
}

/** As {@link takeTime}, but says whether it was free. Where a part of it was not, nothing is taken. */
export async function tryTime(
  tx: Tx,
  organizationId: string,
  takerId: string,
  allocations: readonly Allocation[],
): Promise<boolean> {
  if (allocations.length <= 1) {
    return insertAll(tx, organizationId, takerId, allocations); // Of one row, there is no part.
  }
  // Deleting the part would not do: others would go on waiting for it until this transaction ends.
  await tx.$executeRaw`SAVEPOINT taking`;
  const taken = await insertAll(tx, organizationId, takerId, allocations);
  await (taken ? tx.$executeRaw`RELEASE SAVEPOINT taking` : tx.$executeRaw`ROLLBACK TO SAVEPOINT taking`);
  return taken;
}

/** Gives up all the time of a booking that is about to take another. */
export async function leaveTime(tx: Tx, organizationId: string, takerId: string): Promise<void> {
  await tx.allocation.deleteMany({ where: { organizationId, bookingId: takerId } }).catch(throwKind);
}

/** One statement, in the order of calendars, so that racing transactions wait for one another in one direction. */
const takeFree = `
  INSERT INTO allocations (organization_id, calendar_id, booking_id, starts_at, ends_at)
  SELECT $1::uuid, a.calendar_id, $2::uuid, a.starts_at, a.ends_at
  FROM unnest($3::uuid[], $4::timestamptz[], $5::timestamptz[]) AS a (calendar_id, starts_at, ends_at)
  ORDER BY a.calendar_id
  ON CONFLICT ON CONSTRAINT allocations_no_overlap DO NOTHING
  RETURNING calendar_id::text`;

function valuesOf(organizationId: string, takerId: string, allocations: readonly Allocation[]): unknown[] {
  return [
    organizationId,
    takerId,
    allocations.map(({ calendarId }) => calendarId),
    allocations.map(({ startsAt }) => startsAt),
    allocations.map(({ endsAt }) => endsAt),
  ];
}

async function insertAll(
  tx: Sql,
  organizationId: string,
  takerId: string,
  allocations: readonly Allocation[],
): Promise<boolean> {
  if (allocations.length === 0) {
    return true;
  }
  const taken = await tx
    .$queryRawUnsafe<unknown[]>(takeFree, ...valuesOf(organizationId, takerId, allocations))
    .catch(throwKind);
  return taken.length === allocations.length;
}
