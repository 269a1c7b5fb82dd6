import { throwKind } from "@calends/kit/database-errors";
import type { Floor } from "../domain/lost-timeline.ts";
import type { Tx } from "./index.ts";

/** A booking or a group session whose version was raised. */
export interface Raised {
  readonly organizationId: string;
  readonly id: string;
  readonly endsAt: Date;
}

/** Who is named in the history of bookings for a restore. */
const actor = "restore";

/**
 * Raises version and SEQUENCE of the bookings after a place in their order to a floor, so many at once, and notes it in their
 * history. Returns them in their order; none at the end.
 */
export async function raiseBookings(
  tx: Tx,
  after: Pick<Raised, "organizationId" | "id">,
  floor: Floor,
  now: Date,
  limit: number,
): Promise<Raised[]> {
  return tx.$queryRaw<Raised[]>`
    WITH page AS (
      SELECT organization_id, id FROM bookings
      WHERE (organization_id, id) > (${after.organizationId}::uuid, ${after.id}::uuid)
      ORDER BY organization_id, id LIMIT ${limit} FOR UPDATE
    ), raised AS (
      UPDATE bookings b
      SET version = greatest(version + 1, ${floor.version}::bigint), sequence = greatest(sequence + 1, ${floor.sequence}::int),
        updated_at = ${now}
      FROM page WHERE b.organization_id = page.organization_id AND b.id = page.id
      RETURNING b.*
    ), noted AS (
      INSERT INTO booking_history (organization_id, booking_id, version, change, actor, at, status, starts_at, ends_at, reason)
      SELECT organization_id, id, version, 'restored', ${actor}, ${now}, status, starts_at, ends_at, '' FROM raised
    )
    SELECT organization_id::text AS "organizationId", id::text, ends_at AS "endsAt" FROM raised
    ORDER BY raised.organization_id, raised.id`.catch(throwKind);
}

/** Raises the versions of group sessions, and of what is told of their seats, which is their SEQUENCE. Returns the sessions. */
export async function raiseSessions(tx: Tx, floor: Floor, now: Date): Promise<Raised[]> {
  return tx.$queryRaw<Raised[]>`
    UPDATE group_sessions
    SET version = greatest(version + 1, ${floor.version}::bigint),
      seats_version = greatest(seats_version + 1, ${floor.sequence}::int), updated_at = ${now}
    RETURNING organization_id::text AS "organizationId", id::text, ends_at AS "endsAt"`.catch(throwKind);
}

/** Raises the versions of what no event tells of, but callers may have seen. */
export async function raiseOthers(tx: Tx, { version }: Floor): Promise<void> {
  const higher = { where: { version: { lt: version } }, data: { version } };
  await tx.appointmentType.updateMany(higher).catch(throwKind);
  await tx.bookingLink.updateMany(higher).catch(throwKind);
  await tx.poll.updateMany(higher).catch(throwKind);
  await tx.routingForm.updateMany(higher).catch(throwKind);
}
