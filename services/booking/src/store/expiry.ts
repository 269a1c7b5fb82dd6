import type { Sql } from "@calends/kit/database";
import { throwKind } from "@calends/kit/database-errors";
import type { Tx } from "./index.ts";

/**
 * Locks the holds that have run out and whose time overlaps a span on some calendars. Whoever makes a booking of one of
 * them at this moment either has done so, and it is not found, or waits and then finds that it has ended.
 */
export async function lockExpired(
  tx: Sql,
  organizationId: string,
  calendarIds: readonly string[],
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  now: Date,
): Promise<string[]> {
  const rows = await tx
    .$queryRawUnsafe<{ id: string }[]>(
      `SELECT id::text FROM bookings
       WHERE organization_id = $1::uuid AND status = 'hold' AND expires_at <= $2::timestamptz AND EXISTS (
         SELECT 1 FROM allocations
         WHERE allocations.organization_id = bookings.organization_id AND booking_id = bookings.id AND active
           AND calendar_id = ANY ($3::uuid[])
           AND tstzrange(allocations.starts_at, allocations.ends_at, '[)') && tstzrange($4::timestamptz, $5::timestamptz, '[)'))
       ORDER BY id FOR UPDATE`,
      organizationId,
      now,
      calendarIds,
      new Date(startMs - widestMs),
      new Date(endMs + widestMs),
    )
    .catch(throwKind);
  return rows.map(({ id }) => id);
}

/** Buffers and work around a meeting are at most two days on either side. */
const widestMs = 2 * 86_400_000;

/** A booking whose time has come for something. */
export interface Due {
  readonly organizationId: string;
  readonly id: string;
}

/** Holds and offers that have run out, the first first. */
export async function findExpired(tx: Tx, now: Date, limit: number): Promise<Due[]> {
  const where = { expiresAt: { lte: now }, status: { in: ["hold", "offered"] } };
  const select = { organizationId: true, id: true };
  return tx.booking.findMany({ where, select, orderBy: { expiresAt: "asc" }, take: limit }).catch(throwKind);
}

/** Who still waits for a session that has begun, the first first. */
export async function findWaiting(tx: Tx, now: Date, limit: number): Promise<Due[]> {
  const where = { startsAt: { lte: now }, status: "waitlisted" };
  const select = { organizationId: true, id: true };
  return tx.booking.findMany({ where, select, orderBy: { startsAt: "asc" }, take: limit }).catch(throwKind);
}

/** Confirmed bookings that have ended before a time, the first first. */
export async function findPast(tx: Tx, before: Date, limit: number): Promise<Due[]> {
  const where = { endsAt: { lte: before }, status: "confirmed" };
  const select = { organizationId: true, id: true };
  return tx.booking.findMany({ where, select, orderBy: { endsAt: "asc" }, take: limit }).catch(throwKind);
}

/** Pending bookings that have waited too long for an outside condition, the first first. */
export async function findLapsed(tx: Tx, now: Date, limit: number): Promise<Due[]> {
  const where = { requirementUntil: { lte: now }, status: "pending" };
  const select = { organizationId: true, id: true };
  return tx.booking.findMany({ where, select, orderBy: { requirementUntil: "asc" }, take: limit }).catch(throwKind);
}
