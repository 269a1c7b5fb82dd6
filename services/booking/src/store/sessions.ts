import { throwKind } from "@calends/kit/database-errors";
import type { Booking } from "../domain/booking.ts";
import type { Session, SessionKey } from "../domain/session.ts";
import type { GroupSession as SessionRow } from "../gen/prisma/client.ts";
import type { Tx } from "./index.ts";

/** A range of starts of sessions of a type that are of one length and on one calendar. */
export interface SessionFilter {
  readonly appointmentTypeId: string;
  readonly calendarId: string;
  readonly durationMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Locks the open session of a key and reads it; null where there is none, or it has ended before its lock was free. */
export async function lockOpen(tx: Tx, organizationId: string, key: SessionKey): Promise<Session | null> {
  const { appointmentTypeId, calendarId, startsAt, endsAt } = key;
  const rows = await tx.$queryRaw<Session[]>`
    SELECT id::text, appointment_type_id::text AS "appointmentTypeId", calendar_id::text AS "calendarId",
      starts_at AS "startsAt", ends_at AS "endsAt", capacity, taken, place, status, version, updated_at AS "updatedAt"
    FROM group_sessions
    WHERE organization_id = ${organizationId}::uuid AND appointment_type_id = ${appointmentTypeId}::uuid
      AND calendar_id = ${calendarId}::uuid AND starts_at = ${startsAt} AND ends_at = ${endsAt} AND status = 'open'
    FOR UPDATE`.catch(throwKind);
  return rows[0] ?? null;
}

/** Finds the open session of a key without waiting for its lock; null where there is none. */
export async function findSessionId(tx: Tx, organizationId: string, key: SessionKey): Promise<string | null> {
  const where = { organizationId, ...key, status: "open" };
  const row = await tx.groupSession.findFirst({ where, select: { id: true } }).catch(throwKind);
  return row?.id ?? null;
}

/** Finds open sessions by start, at most `limit`; those without a seat left only where asked for. */
export async function findSessions(
  db: Tx,
  organizationId: string,
  { appointmentTypeId, calendarId, durationMs, fromMs, toMs }: SessionFilter,
  full: boolean,
  limit: number,
): Promise<Session[]> {
  const startsAt = { gte: new Date(fromMs), lt: new Date(toMs) };
  const room = full ? {} : { taken: { lt: db.groupSession.fields.capacity } };
  const where = { organizationId, appointmentTypeId, calendarId, startsAt, status: "open", ...room };
  const rows = await db.groupSession.findMany({ where, orderBy: { startsAt: "asc" }, take: limit }).catch(throwKind);
  return rows.map(toSession).filter((session) => session.endsAt.getTime() - session.startsAt.getTime() === durationMs);
}

/**
 * Locks sessions in one order and reads them. Whoever changes a seat holds its session's lock, and takes it before that of
 * any booking.
 */
export async function lockSessions(tx: Tx, organizationId: string, ids: readonly string[]): Promise<Session[]> {
  await tx.$queryRaw`
    SELECT 1 AS locked FROM group_sessions
    WHERE organization_id = ${organizationId}::uuid AND id = ANY (${ids}::uuid[]) ORDER BY id FOR UPDATE`.catch(
    throwKind,
  );
  const rows = await tx.groupSession.findMany({ where: { organizationId, id: { in: [...ids] } } }).catch(throwKind);
  return rows.map(toSession);
}

/** The sessions of some bookings, each once. */
export async function sessionIdsOf(tx: Tx, organizationId: string, bookingIds: readonly string[]): Promise<string[]> {
  const where = { organizationId, id: { in: [...bookingIds] }, sessionId: { not: null } };
  const rows = await tx.booking.findMany({ where, select: { sessionId: true } }).catch(throwKind);
  return [...new Set(rows.flatMap(({ sessionId }) => (sessionId === null ? [] : [sessionId])))];
}

/** The session that ends when a registration leaves it, and so does not stand in its way; null where it goes on. */
export async function sessionOfLast(db: Tx, organizationId: string, { sessionId }: Booking): Promise<string | null> {
  const where = { organizationId, id: sessionId ?? "", taken: 1 };
  const row = sessionId === null ? null : await db.groupSession.findFirst({ where }).catch(throwKind);
  return row?.id ?? null;
}

/** Writes a new session; says whether it was the first of its key. Whoever races it waits, and then is not. */
export async function insertSession(tx: Tx, organizationId: string, session: Session): Promise<boolean> {
  const data = { organizationId, ...session };
  const { count } = await tx.groupSession.createMany({ data, skipDuplicates: true }).catch(throwKind);
  return count === 1;
}

/** Takes a seat of a session that is locked and has one left. */
export async function takeSeat(tx: Tx, organizationId: string, id: string): Promise<void> {
  const where = { organizationId_id: { organizationId, id } };
  await tx.groupSession.update({ where, data: { taken: { increment: 1 } } }).catch(throwKind);
}

/** Gives a seat back. */
export async function leaveSeat(tx: Tx, organizationId: string, id: string): Promise<void> {
  const where = { organizationId_id: { organizationId, id } };
  await tx.groupSession.update({ where, data: { taken: { decrement: 1 } } }).catch(throwKind);
}

/** Ends a session and gives its hosts' time back. */
export async function closeSession(tx: Tx, organizationId: string, id: string, now: Date): Promise<void> {
  const data = { status: "cancelled", version: { increment: 1 }, updatedAt: now };
  await tx.groupSession.update({ where: { organizationId_id: { organizationId, id } }, data }).catch(throwKind);
  const where = { organizationId, bookingId: id };
  await tx.allocation.updateMany({ where, data: { active: false } }).catch(throwKind);
}

/** How many seats of a session an address has, or waits for. The session is locked. */
export async function countSeatsOf(tx: Tx, organizationId: string, sessionId: string, email: string): Promise<number> {
  const rows = await tx.$queryRaw<{ seats: number }[]>`
    SELECT count(*)::int AS seats FROM bookings
    WHERE organization_id = ${organizationId}::uuid AND session_id = ${sessionId}::uuid
      AND lower(booker ->> 'email') = lower(${email}) AND status <> 'cancelled'`.catch(throwKind);
  return rows[0]?.seats ?? 0;
}

/** The sessions of a type that are to come and have fewer seats than this, in one order. */
export async function findSmaller(
  db: Tx,
  organizationId: string,
  appointmentTypeId: string,
  capacity: number,
  now: Date,
): Promise<string[]> {
  const open = { status: "open", startsAt: { gt: now }, capacity: { lt: capacity } };
  const where = { organizationId, appointmentTypeId, ...open };
  const rows = await db.groupSession
    .findMany({ where, select: { id: true }, orderBy: { startsAt: "asc" } })
    .catch(throwKind);
  return rows.map(({ id }) => id);
}

/** Writes a session that was given more seats. It is locked. */
export async function updateCapacity(
  tx: Tx,
  organizationId: string,
  { id, capacity, version, updatedAt }: Session,
): Promise<void> {
  const where = { organizationId_id: { organizationId, id } };
  await tx.groupSession.update({ where, data: { capacity, version, updatedAt } }).catch(throwKind);
}

/** The next place on the waitlists. The session is locked. */
export async function nextArrival(tx: Tx): Promise<bigint> {
  const rows = await tx.$queryRaw<{ arrival: bigint }[]>`SELECT nextval('waitlist_arrivals') AS arrival`.catch(
    throwKind,
  );
  return rows[0]?.arrival ?? 0n;
}

/** Locks the first who waits for a session; null where nobody does. The session is locked. */
export async function lockFirstWaiting(tx: Tx, organizationId: string, sessionId: string): Promise<string | null> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM bookings
    WHERE organization_id = ${organizationId}::uuid AND session_id = ${sessionId}::uuid AND status = 'waitlisted'
    ORDER BY waitlist_position LIMIT 1 FOR UPDATE`.catch(throwKind);
  return rows[0]?.id ?? null;
}

function toSession({ organizationId: _, seatsVersion: __, ...row }: SessionRow): Session {
  return { ...row, status: row.status === "open" ? "open" : "cancelled" };
}
