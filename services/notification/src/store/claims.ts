import { throwKind } from "@calends/kit/database-errors";
import type { Claimed, Outcome } from "../domain/delivery.ts";
import type { Notice, NoticeKind, Told } from "../domain/notice.ts";
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
    SET status = CASE WHEN r.stale THEN 'superseded' ELSE 'failed' END,
        lease = NULL,
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
    SELECT c.organization_id, c.id, c.booking_id, c.recipient, c.attempts + 1 AS attempts, c.lease, c.maybe_sent, n.facts,
      COALESCE(told.anything, false) AS anything, COALESCE(told.latest, false) AS latest,
      COALESCE(told.invited, false) AS invited
    FROM claimed c JOIN notices n USING (organization_id, booking_id, booking_version)
    CROSS JOIN LATERAL (
      SELECT bool_or(sent) AS anything, (array_agg(sent ORDER BY booking_version DESC))[1] AS latest,
        (array_agg(invites ORDER BY booking_version DESC) FILTER (WHERE sent AND invites IS NOT NULL))[1] AS invited
      FROM (
        SELECT e.booking_version, e.status = 'sent' OR e.maybe_sent AS sent,
          CASE WHEN e.kind = ANY (${invitingKinds}) AND NOT (en.facts->>'pending')::boolean THEN true
               WHEN e.kind = ANY (${endingKinds}) THEN false END AS invites
        FROM deliveries e JOIN notices en USING (organization_id, booking_id, booking_version)
        WHERE e.organization_id = c.organization_id AND e.booking_id = c.booking_id AND e.recipient = c.recipient
          AND e.booking_version < c.booking_version
      ) earlier
    ) told`.catch(throwKind);
  return rows.map(toClaimed);
}

/**
 * Counts the try of a claimed delivery and marks the mail as one that may have been sent, until {@link settle} says otherwise.
 * Commit this before anything is sent. Returns false if the lease is over.
 */
export async function beginTry(db: Tx, { organizationId, id, lease, attempts }: Claimed): Promise<boolean> {
  const where = { organizationId, id, lease, status: "queued" };
  const { count } = await db.delivery.updateMany({ where, data: { attempts, maybeSent: true } }).catch(throwKind);
  return count === 1;
}

/** Kinds of deliveries whose mail has an invitation, unless a host has yet to confirm. */
const invitingKinds: readonly NoticeKind[] = ["confirmation", "rescheduled"];
/** Kinds of deliveries whose mail withdraws the invitation. */
const endingKinds: readonly NoticeKind[] = ["cancellation", "declined", "released"];

/** Writes down what became of a try. False when the lease was over and somebody else holds the delivery. */
export async function settle(db: Tx, claimed: Claimed, outcome: Outcome, retry: Retry): Promise<boolean> {
  switch (outcome.kind) {
    case "sent":
      return finish(db, claimed, { status: "sent", sentAt: retry.now, lastError: "", maybeSent: true });
    case "needless":
      return finish(db, claimed, { status: "superseded", lastError: "", maybeSent: claimed.maybeSent });
    case "refused":
      return finish(db, claimed, { status: "failed", lastError: outcome.error, maybeSent: claimed.maybeSent });
    default:
      return postpone(db, claimed, outcome.error, retry.at, outcome.kind === "lost");
  }
}

async function finish(
  db: Tx,
  claimed: Claimed,
  data: { status: string; sentAt?: Date; lastError: string; maybeSent: boolean },
): Promise<boolean> {
  const { organizationId, id, lease } = claimed;
  const where = { organizationId, id, lease, status: "queued" };
  const { count } = await db.delivery.updateMany({ where, data: { ...data, lease: null } }).catch(throwKind);
  return count === 1;
}

/**
 * Releases a claimed delivery, so that it is due again at an instant; its tries are not changed. `isLost` says that the try may
 * have sent the mail. Returns false if the lease is over.
 */
export async function postpone(
  db: Tx,
  { organizationId, id, lease, maybeSent }: Claimed,
  error: string,
  at: Date,
  isLost = false,
): Promise<boolean> {
  const count = await db.$executeRaw`
    UPDATE deliveries d
    SET status = CASE WHEN d.booking_version < b.version THEN 'superseded'
                      WHEN d.attempts >= d.max_attempts THEN 'failed' ELSE 'queued' END,
        due_at = ${at}, lease = NULL, last_error = ${error}, maybe_sent = ${maybeSent || isLost}
    FROM notified_bookings b
    WHERE d.organization_id = ${organizationId}::uuid AND d.id = ${id}::uuid AND d.lease = ${lease}::uuid
      AND d.status = 'queued' AND b.organization_id = d.organization_id AND b.booking_id = d.booking_id`.catch(
    throwKind,
  );
  return count === 1;
}

/** Facts that notices of earlier releases may lack. */
type LaterFact = "formerHosts" | "audience" | "bookerUnconfirmed" | "answers" | "byBooker" | "moves" | "sessions";

/** The JSON column holds exactly what queueNotice of this release or of an earlier one put there. */
interface ClaimedRow extends Told {
  readonly organization_id: string;
  readonly id: string;
  readonly booking_id: string;
  readonly recipient: string;
  readonly attempts: number;
  readonly lease: string;
  readonly maybe_sent: boolean;
  readonly facts: Omit<Notice, LaterFact> & Partial<Pick<Notice, LaterFact>>;
}

function toClaimed(row: ClaimedRow): Claimed {
  const { organization_id: organizationId, booking_id: bookingId, id, recipient, attempts, lease } = row;
  const { facts, anything, latest, invited, maybe_sent: maybeSent } = row;
  const audience = facts.kind === "offer" ? ("booker" as const) : ("all" as const);
  const flags = { bookerUnconfirmed: false, byBooker: false };
  const later = { formerHosts: [], audience, answers: [], moves: 0, sessions: [], ...flags };
  const told = { anything, latest, invited };
  return { organizationId, bookingId, id, recipient, attempts, lease, notice: { ...later, ...facts }, maybeSent, told };
}
