import { throwKind } from "@calends/kit/database-errors";
import type { Claimed, Outcome } from "../domain/delivery.ts";
import type { Notice } from "../domain/notice.ts";
import type { Tx } from "./index.ts";

/** When the next try of a delivery that was not sent is due. */
export interface Retry {
  readonly now: Date;
  readonly at: Date;
}

/**
 * Ends what is due but must not be sent: what a newer version of its booking has made pointless, and what was
 * interrupted at its last try. Both are left behind by senders that died.
 */
export async function retireDue(db: Tx, now: Date): Promise<number> {
  return db.$executeRaw`
    UPDATE deliveries d
    SET status = CASE WHEN r.stale THEN 'superseded' ELSE 'failed' END, lease = NULL,
        last_error = CASE WHEN r.stale THEN d.last_error ELSE 'the sender was interrupted' END
    FROM (
      SELECT d.organization_id, d.id, d.booking_version < b.version AS stale
      FROM deliveries d JOIN notified_bookings b USING (organization_id, booking_id)
      WHERE d.status = 'queued' AND d.due_at <= ${now}
        AND (d.booking_version < b.version OR d.attempts >= d.max_attempts)
      FOR UPDATE OF d SKIP LOCKED
    ) r
    WHERE d.organization_id = r.organization_id AND d.id = r.id`.catch(throwKind);
}

/**
 * Claims due deliveries for one sender. The try is not counted yet: {@link beginTry} does, before anything is sent.
 * A delivery waits while an older one about the same booking is being sent to the same recipient; one that is itself
 * outdated is left to {@link retireDue}.
 */
export async function claimDue(db: Tx, now: Date, leaseUntil: Date, lease: string, limit: number): Promise<Claimed[]> {
  const rows = await db.$queryRaw<ClaimedRow[]>`
    WITH due AS (
      SELECT d.organization_id, d.id FROM deliveries d JOIN notified_bookings b USING (organization_id, booking_id)
      WHERE d.status = 'queued' AND d.due_at <= ${now} AND d.attempts < d.max_attempts AND d.booking_version >= b.version
        AND NOT EXISTS (
          SELECT 1 FROM deliveries e
          WHERE e.organization_id = d.organization_id AND e.booking_id = d.booking_id AND e.recipient = d.recipient
            AND e.booking_version < d.booking_version AND e.status = 'queued'
            AND e.lease IS NOT NULL AND e.due_at > ${now})
      ORDER BY d.due_at, d.id LIMIT ${limit} FOR UPDATE OF d SKIP LOCKED
    ), claimed AS (
      UPDATE deliveries d SET lease = ${lease}::uuid, due_at = ${leaseUntil}
      FROM due WHERE d.organization_id = due.organization_id AND d.id = due.id
      RETURNING d.*
    )
    SELECT organization_id, id, booking_id, recipient, attempts + 1 AS attempts, lease, facts
    FROM claimed JOIN notices USING (organization_id, booking_id, booking_version)`.catch(throwKind);
  return rows.map(toClaimed);
}

/** Counts the try of a claimed delivery; it is committed before anything is sent. False when the lease is over. */
export async function beginTry(db: Tx, { organizationId, id, lease, attempts }: Claimed): Promise<boolean> {
  const where = { organizationId, id, lease, status: "queued" };
  const { count } = await db.delivery.updateMany({ where, data: { attempts } }).catch(throwKind);
  return count === 1;
}

/** Writes down what became of a try. False when the lease was over and somebody else holds the delivery. */
export async function settle(db: Tx, claimed: Claimed, outcome: Outcome, retry: Retry): Promise<boolean> {
  if (outcome.kind === "sent") {
    return finish(db, claimed, { status: "sent", sentAt: retry.now, lastError: "" });
  }
  if (outcome.kind === "refused") {
    return finish(db, claimed, { status: "failed", lastError: outcome.error });
  }
  return postpone(db, claimed, outcome.error, retry.at);
}

async function finish(
  db: Tx,
  claimed: Claimed,
  data: { status: string; sentAt?: Date; lastError: string },
): Promise<boolean> {
  const { organizationId, id, lease } = claimed;
  const where = { organizationId, id, lease, status: "queued" };
  const { count } = await db.delivery.updateMany({ where, data: { ...data, lease: null } }).catch(throwKind);
  return count === 1;
}

/** Puts a claimed delivery back until an instant, with its tries as they are. False when the lease is over. */
export async function postpone(
  db: Tx,
  { organizationId, id, lease }: Claimed,
  error: string,
  at: Date,
): Promise<boolean> {
  const count = await db.$executeRaw`
    UPDATE deliveries d
    SET status = CASE WHEN d.booking_version < b.version THEN 'superseded'
                      WHEN d.attempts >= d.max_attempts THEN 'failed' ELSE 'queued' END,
        due_at = ${at}, lease = NULL, last_error = ${error}
    FROM notified_bookings b
    WHERE d.organization_id = ${organizationId}::uuid AND d.id = ${id}::uuid AND d.lease = ${lease}::uuid
      AND d.status = 'queued' AND b.organization_id = d.organization_id AND b.booking_id = d.booking_id`.catch(
    throwKind,
  );
  return count === 1;
}

type LaterFact = "formerHosts" | "audience";

/** The JSON column holds exactly what queueNotice put there, which may have been an earlier version of it. */
interface ClaimedRow {
  readonly organization_id: string;
  readonly id: string;
  readonly booking_id: string;
  readonly recipient: string;
  readonly attempts: number;
  readonly lease: string;
  readonly facts: Omit<Notice, LaterFact> & Partial<Pick<Notice, LaterFact>>;
}

function toClaimed(row: ClaimedRow): Claimed {
  const { organization_id: organizationId, booking_id: bookingId, id, recipient, attempts, lease } = row;
  const { facts } = row;
  const audience = facts.audience ?? (facts.kind === "offer" ? "booker" : "all");
  const notice = { ...facts, formerHosts: facts.formerHosts ?? [], audience };
  return { organizationId, bookingId, id, recipient, attempts, lease, notice };
}
