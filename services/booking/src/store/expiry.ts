import { throwKind } from "@calends/kit/database-errors";
import type { Tx } from "./index.ts";

/** A booking whose time has come for something. */
export interface Due {
  readonly organizationId: string;
  readonly id: string;
}

/** Which of them, in their order. */
export interface Page {
  readonly limit: number;
  readonly skip: number;
}

/** Holds and offers that have run out, the first first. */
export async function findExpired(tx: Tx, now: Date, page: Page): Promise<Due[]> {
  const where = { expiresAt: { lte: now }, status: { in: ["hold", "offered"] } };
  const select = { organizationId: true, id: true };
  return tx.booking.findMany({ where, select, orderBy: { expiresAt: "asc" }, ...pageOf(page) }).catch(throwKind);
}

/** Who still waits for a session that has begun, the first first. */
export async function findWaiting(tx: Tx, now: Date, page: Page): Promise<Due[]> {
  const where = { startsAt: { lte: now }, status: "waitlisted" };
  const select = { organizationId: true, id: true };
  return tx.booking.findMany({ where, select, orderBy: { startsAt: "asc" }, ...pageOf(page) }).catch(throwKind);
}

/** Confirmed bookings that have ended before a time, the first first. */
export async function findPast(tx: Tx, before: Date, page: Page): Promise<Due[]> {
  const where = { endsAt: { lte: before }, status: "confirmed" };
  const select = { organizationId: true, id: true };
  return tx.booking.findMany({ where, select, orderBy: { endsAt: "asc" }, ...pageOf(page) }).catch(throwKind);
}

/** Pending bookings that should have begun, the first first. */
export async function findUnanswered(tx: Tx, now: Date, page: Page): Promise<Due[]> {
  const where = { startsAt: { lte: now }, status: "pending" };
  const select = { organizationId: true, id: true };
  return tx.booking.findMany({ where, select, orderBy: { startsAt: "asc" }, ...pageOf(page) }).catch(throwKind);
}

/** Pending bookings that have waited too long for an outside condition, the first first. */
export async function findLapsed(tx: Tx, now: Date, page: Page): Promise<Due[]> {
  const where = { requirementUntil: { lte: now }, status: "pending" };
  const select = { organizationId: true, id: true };
  return tx.booking.findMany({ where, select, orderBy: { requirementUntil: "asc" }, ...pageOf(page) }).catch(throwKind);
}

function pageOf({ limit, skip }: Page) {
  return { take: limit, skip };
}
