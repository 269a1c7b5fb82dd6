import { throwKind } from "@calends/kit/database-errors";
import { notFound } from "@calends/kit/domain-error";
import type { Strategy } from "../domain/appointment-type.ts";
import { creditsOf, type Candidate, type Decision } from "../domain/round-robin.ts";
import type { Tx } from "./index.ts";

/** Whose choices. */
export interface RoundKey {
  readonly organizationId: string;
  readonly appointmentTypeId: string;
}

/** A choice as it is kept. */
export interface Assignment extends Decision {
  readonly bookingId: string;
  /** The version of the booking that it made. */
  readonly version: bigint;
  readonly round: bigint;
  readonly assignedAt: Date;
}

/** What a host has been given. */
export type HostNumbers = Pick<Candidate, "balance" | "lastRound">;

/**
 * Begins a choice: whoever chooses for the same type waits until this transaction ends, and then sees its numbers. What
 * ended bookings gave back is taken out first. Nothing may be locked before this but the booking that is moved.
 */
export async function openRound(tx: Tx, key: RoundKey): Promise<bigint> {
  const { organizationId, appointmentTypeId } = key;
  const rows = await tx.$queryRaw<{ round: bigint }[]>`
    INSERT INTO round_robins (organization_id, appointment_type_id, round)
    VALUES (${organizationId}::uuid, ${appointmentTypeId}::uuid, 1)
    ON CONFLICT (organization_id, appointment_type_id) DO UPDATE SET round = round_robins.round + 1
    RETURNING round`.catch(throwKind);
  await takeOutReturned(tx, key);
  return rows[0]?.round ?? 1n;
}

/** The numbers of each host of a type that has any. */
export async function readNumbers(tx: Tx, key: RoundKey): Promise<ReadonlyMap<string, HostNumbers>> {
  const rows = await tx.hostCount.findMany({ where: key }).catch(throwKind);
  return new Map(
    rows.map(({ calendarId, balance, lastRound }) => [calendarId, { balance, lastRound: Number(lastRound) }]),
  );
}

/** Minutes of the bookings and of group sessions, of any type, that begin in a span on each of some calendars. */
export async function readMinutes(
  tx: Tx,
  organizationId: string,
  calendarIds: readonly string[],
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.$queryRaw<{ calendar_id: string; minutes: number }[]>`
    SELECT a.calendar_id::text, sum(extract(epoch FROM m.ends_at - m.starts_at) / 60)::float8 AS minutes
    FROM (
      SELECT organization_id, id, starts_at, ends_at FROM bookings WHERE status <> 'cancelled'
      UNION ALL SELECT organization_id, id, starts_at, ends_at FROM group_sessions WHERE status = 'open'
    ) m
    JOIN allocations a ON a.organization_id = m.organization_id AND a.booking_id = m.id
    WHERE m.organization_id = ${organizationId}::uuid
      AND m.starts_at >= ${new Date(startMs)} AND m.starts_at < ${new Date(endMs)}
      AND a.calendar_id = ANY (${calendarIds}::uuid[])
    GROUP BY a.calendar_id`.catch(throwKind);
  return new Map(rows.map(({ calendar_id: calendarId, minutes }) => [calendarId, minutes]));
}

/** Keeps a choice, and counts it. */
export async function insertAssignment(tx: Tx, key: RoundKey, assignment: Assignment): Promise<void> {
  const { strategy, candidates, chosen, bookingId, version, round, assignedAt } = assignment;
  const choice = { strategy, chosen, candidates: candidates.map((candidate) => ({ ...candidate })) };
  await tx.assignment.create({ data: { ...key, ...choice, bookingId, version, round, assignedAt } }).catch(throwKind);
  await count(tx, key, assignment, 1);
  const where = { ...key, calendarId: chosen };
  await tx.hostCount.updateMany({ where, data: { lastRound: round } }).catch(throwKind);
}

/** Marks the choice for a booking as one that no longer counts; the next choice of the type takes it out. */
export async function returnAssignment(tx: Tx, organizationId: string, bookingId: string): Promise<void> {
  const where = { organizationId, bookingId, returned: false };
  await tx.assignment.updateMany({ where, data: { returned: true } }).catch(throwKind);
}

/** Reads the last choice for a booking. Throws "not found" where it has none. */
export async function readAssignment(db: Tx, organizationId: string, bookingId: string): Promise<Assignment> {
  const where = { organizationId, bookingId };
  const row = await db.assignment.findFirst({ where, orderBy: { version: "desc" } }).catch(throwKind);
  if (row === null) {
    throw notFound("Assignment");
  }
  return toAssignment(row);
}

/** Takes out of the numbers what was given back since the last choice. The round has been opened. */
export async function takeOutReturned(tx: Tx, key: RoundKey): Promise<void> {
  const where = { ...key, returned: true, counted: true };
  const returned = await tx.assignment.updateManyAndReturn({ where, data: { counted: false } }).catch(throwKind);
  for (const row of returned) {
    await count(tx, key, toAssignment(row), -1);
  }
  if (returned.length === 0) {
    return;
  }
  await tx.$executeRaw`
    UPDATE host_counts h SET last_round = coalesce((
      SELECT max(round) FROM assignments a
      WHERE a.organization_id = h.organization_id AND a.appointment_type_id = h.appointment_type_id
        AND a.chosen = h.calendar_id AND NOT a.returned), 0)
    WHERE organization_id = ${key.organizationId}::uuid AND appointment_type_id = ${key.appointmentTypeId}::uuid
      AND calendar_id = ANY (${returned.map(({ chosen }) => chosen)}::uuid[])`.catch(throwKind);
}

/** Adds what a choice changed of the numbers, or with -1 takes it away. */
async function count(tx: Tx, key: RoundKey, decision: Decision, sign: 1 | -1): Promise<void> {
  const credits = creditsOf(decision);
  const calendarIds = [...new Set([...credits.keys(), decision.chosen])];
  const nothing = { assigned: 0, balance: 0, lastRound: 0n };
  const data = calendarIds.map((calendarId) => ({ ...key, calendarId, ...nothing }));
  await tx.hostCount.createMany({ data, skipDuplicates: true }).catch(throwKind);
  await tx.$executeRaw`
    UPDATE host_counts h SET assigned = h.assigned + c.assigned, balance = h.balance + c.balance
    FROM unnest(
      ${calendarIds}::uuid[],
      ${calendarIds.map((id) => (id === decision.chosen ? sign : 0))}::int[],
      ${calendarIds.map((id) => sign * (credits.get(id) ?? 0))}::float8[]
    ) AS c (calendar_id, assigned, balance)
    WHERE organization_id = ${key.organizationId}::uuid AND appointment_type_id = ${key.appointmentTypeId}::uuid
      AND h.calendar_id = c.calendar_id`.catch(throwKind);
}

interface AssignmentRow {
  readonly bookingId: string;
  readonly version: bigint;
  readonly round: bigint;
  readonly strategy: string;
  readonly candidates: unknown;
  readonly chosen: string;
  readonly assignedAt: Date;
}

/** The JSON column holds exactly what {@link insertAssignment} put there. */
function toAssignment({ bookingId, version, round, chosen, assignedAt, ...row }: AssignmentRow): Assignment {
  const candidates = row.candidates as readonly Candidate[];
  return { bookingId, version, round, chosen, assignedAt, strategy: row.strategy as Strategy, candidates };
}
