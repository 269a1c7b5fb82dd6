import { throwKind } from "@calends/kit/database-errors";
import type { Tx } from "./index.ts";

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

/** Pending bookings that should have begun, the first first. */
export async function findUnanswered(tx: Tx, now: Date, limit: number): Promise<Due[]> {
  const where = { startsAt: { lte: now }, status: "pending" };
  const select = { organizationId: true, id: true };
  return tx.booking.findMany({ where, select, orderBy: { startsAt: "asc" }, take: limit }).catch(throwKind);
}

/** Pending bookings that have waited too long for an outside condition, the first first. */
export async function findLapsed(tx: Tx, now: Date, limit: number): Promise<Due[]> {
  const where = { requirementUntil: { lte: now }, status: "pending" };
  const select = { organizationId: true, id: true };
  return tx.booking.findMany({ where, select, orderBy: { requirementUntil: "asc" }, take: limit }).catch(throwKind);
}
