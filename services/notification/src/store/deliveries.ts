import { throwKind } from "@calends/kit/database-errors";
import { DomainError, invalidField, notFound } from "@calends/kit/domain-error";
import { newId } from "@calends/kit/ids";
import { statuses, type Delivery, type DeliveryStatus } from "../domain/delivery.ts";
import {
  deliveryKind,
  isOver,
  recipientKey,
  recipientsOf,
  type FormerHost,
  type Notice,
  type NoticeKind,
} from "../domain/notice.ts";
import type { Delivery as DeliveryRow } from "../gen/prisma/client.ts";
import type { Tx } from "./index.ts";

/** One version of a booking. */
export interface BookingVersion {
  readonly organizationId: string;
  readonly bookingId: string;
  readonly version: bigint;
}

/** How deliveries are queued. */
export interface Queuing {
  readonly now: Date;
  /** From when on they may be sent. */
  readonly dueAt: Date;
  /** Tries before a delivery has failed. */
  readonly maxAttempts: number;
}

/**
 * Queues a notice to its recipients and to the former hosts of the booking, each once. What older versions of the booking have
 * not yet sent is superseded; the notice of a version older than one already queued is itself superseded. The booking's row is
 * locked for the rest of the transaction, so that two versions cannot pass each other.
 */
export async function queueNotice(
  tx: Tx,
  booking: BookingVersion,
  facts: Notice,
  { now, dueAt, maxAttempts }: Queuing,
): Promise<DeliveryStatus> {
  const { organizationId, bookingId, version: bookingVersion } = booking;
  const newest = await raiseVersion(tx, booking);
  const status = bookingVersion < newest ? "superseded" : "queued";
  // A delivery whose lease runs is being sent: it is settled, or superseded at the end of the lease. No sender claims any other
  // older delivery from here on, so that from here on it is known who was told.
  await tx.$executeRaw`
    UPDATE deliveries SET status = 'superseded', lease = NULL
    WHERE organization_id = ${organizationId}::uuid AND booking_id = ${bookingId}::uuid
      AND booking_version < ${newest} AND status = 'queued' AND (lease IS NULL OR due_at <= ${now})`;
  const notice = { ...facts, formerHosts: await findFormerHosts(tx, booking, facts, now) };
  const version = { organizationId, bookingId, bookingVersion };
  await tx.notice.createMany({ data: [{ ...version, facts: toFacts(notice) }], skipDuplicates: true });
  const common = { ...version, status, maxAttempts, dueAt, createdAt: now };
  const upToDate = notice.audience === "newcomers" ? await findUpToDate(tx, booking) : new Set();
  const readers = recipientsOf(notice).filter(({ email }) => !upToDate.has(recipientKey(email)));
  const data = readers.map((reader) => {
    const kind = deliveryKind(notice, reader);
    return { ...common, kind, id: newId(now.getTime()), recipient: recipientKey(reader.email) };
  });
  await tx.delivery.createMany({ data, skipDuplicates: true });
  return status;
}

/**
 * The recipients whose latest mail before a version was sent. For those whose mail only may have been sent, the sender decides
 * when the new one is due.
 */
async function findUpToDate(tx: Tx, { organizationId, bookingId, version }: BookingVersion): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ recipient: string; status: string }[]>`
    SELECT DISTINCT ON (recipient) recipient, status FROM deliveries
    WHERE organization_id = ${organizationId}::uuid AND booking_id = ${bookingId}::uuid AND booking_version < ${version}
    ORDER BY recipient, booking_version DESC`.catch(throwKind);
  return new Set(rows.flatMap(({ recipient, status }) => (status === "sent" ? [recipient] : [])));
}

/**
 * Those who, by the last mail that they were or are being sent, host a booking, and who do not host the given version of it.
 * Whoever was told that the booking is over, or no longer theirs, is not among them.
 */
async function findFormerHosts(
  tx: Tx,
  { organizationId, bookingId, version }: BookingVersion,
  { hosts }: Notice,
  now: Date,
): Promise<FormerHost[]> {
  const rows = await tx.$queryRaw<{ recipient: string; kind: NoticeKind; facts: Notice }[]>`
    SELECT DISTINCT ON (d.recipient) d.recipient, d.kind, n.facts
    FROM deliveries d JOIN notices n USING (organization_id, booking_id, booking_version)
    WHERE d.organization_id = ${organizationId}::uuid AND d.booking_id = ${bookingId}::uuid
      AND d.booking_version < ${version} AND (d.status = 'sent' OR d.maybe_sent OR (d.status = 'queued' AND d.lease IS NOT NULL AND d.due_at > ${now}))
    ORDER BY d.recipient, d.booking_version DESC`.catch(throwKind);
  const current = new Set(hosts.map(({ email }) => recipientKey(email)));
  return rows.flatMap(({ recipient, kind, facts: { startMs, endMs, ...told } }) => {
    const host = told.hosts.find(({ email }) => recipientKey(email) === recipient);
    return host === undefined || current.has(recipient) || isOver(kind) ? [] : [{ ...host, startMs, endMs }];
  });
}

/** Reads a page of deliveries, newest first: their ids grow with time. The token is the last delivery's id. */
export async function listDeliveries(
  db: Tx,
  organizationId: string,
  status: DeliveryStatus | null,
  pageSize: number,
  pageToken: string,
): Promise<{ deliveries: Delivery[]; nextPageToken: string }> {
  const rows = await db.delivery
    .findMany({
      where: {
        organizationId,
        ...(status === null ? {} : { status }),
        ...(pageToken === "" ? {} : { id: { lt: asId(pageToken) } }),
      },
      orderBy: { id: "desc" },
      take: pageSize + 1,
    })
    .catch(throwKind);
  const deliveries = rows.slice(0, pageSize).map(toDelivery);
  return { deliveries, nextPageToken: rows.length > pageSize ? (deliveries.at(-1)?.id ?? "") : "" };
}

/**
 * Queues a failed delivery again with so many more tries, or supersedes it where its booking has since changed. Throws
 * "not found", or "precondition" where it has not failed.
 */
export async function requeue(
  tx: Tx,
  organizationId: string,
  id: string,
  now: Date,
  moreAttempts: number,
): Promise<Delivery> {
  const changed = await tx.$executeRaw`
    UPDATE deliveries d
    SET status = CASE WHEN d.booking_version < b.version THEN 'superseded' ELSE 'queued' END,
        due_at = ${now}, lease = NULL, max_attempts = d.attempts + ${moreAttempts}
    FROM notified_bookings b
    WHERE d.organization_id = ${organizationId}::uuid AND d.id = ${id}::uuid AND d.status = 'failed'
      AND b.organization_id = d.organization_id AND b.booking_id = d.booking_id`;
  const row = await tx.delivery.findUnique({ where: { organizationId_id: { organizationId, id } } });
  if (row === null) {
    throw notFound("Delivery");
  }
  if (changed === 0) {
    throw new DomainError("precondition", "DELIVERY_STATUS", "only a failed delivery can be sent again");
  }
  return toDelivery(row);
}

/**
 * Empties the links that the previous release stored in notices. Notices that wait to be sent keep theirs, because a replica
 * of that release may still send them.
 */
export async function forgetPaths(db: Tx): Promise<void> {
  await db.$executeRaw`
    UPDATE notices n SET facts = jsonb_set(facts, '{managePath}', '""')
    WHERE facts ->> 'managePath' <> '' AND NOT EXISTS (
      SELECT FROM deliveries d
      WHERE d.organization_id = n.organization_id AND d.booking_id = n.booking_id
        AND d.booking_version = n.booking_version AND d.status = 'queued')`.catch(throwKind);
}

/** Notes that a version has something to say; returns the newest one that has. */
async function raiseVersion(tx: Tx, { organizationId, bookingId, version }: BookingVersion): Promise<bigint> {
  const rows = await tx.$queryRaw<{ version: bigint }[]>`
    INSERT INTO notified_bookings AS b (organization_id, booking_id, version)
    VALUES (${organizationId}::uuid, ${bookingId}::uuid, ${version})
    ON CONFLICT (organization_id, booking_id) DO UPDATE SET version = GREATEST(b.version, EXCLUDED.version)
    RETURNING version`;
  return rows[0]?.version ?? version;
}

function toFacts(notice: Notice) {
  return {
    ...notice,
    booker: { ...notice.booker },
    hosts: notice.hosts.map((host) => ({ ...host })),
    formerHosts: notice.formerHosts.map((host) => ({ ...host })),
    attendees: notice.attendees.map((attendee) => ({ ...attendee })),
    sessions: notice.sessions.map((session) => ({ ...session })),
    answers: notice.answers.map((answer) => ({ ...answer })),
  };
}

function toDelivery(row: DeliveryRow): Delivery {
  const { id, bookingId, kind, recipient, attempts, lastError, createdAt, sentAt } = row;
  const status = statuses.find((known) => known === row.status) ?? "failed"; // A CHECK lists the statuses.
  return { id, bookingId, kind, recipient, status, attempts, lastError, createdAt, sentAt };
}

function asId(token: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(token)) {
    throw invalidField("page_token", "page_token is not one that was given out");
  }
  return token;
}
