import { throwKind } from "@calends/kit/database-errors";
import { DomainError, notFound } from "@calends/kit/domain-error";
import type { ConflictPolicy, RecurringBooking } from "../domain/recurring.ts";
import type { RecurringBooking as Row } from "../gen/prisma/client.ts";
import type { Tx } from "./index.ts";

/** A recurring booking that is not made yet. */
export type RecurringDraft = Omit<RecurringBooking, "seriesVersion" | "planVersion" | "cancellationReason">;

/** A request by which a recurring booking is made. */
export interface RecurringRequest {
  readonly id: string;
  readonly hash: Buffer;
}

/** Writes a recurring booking, or reads the one that the same request wrote before. Throws REQUEST_ID_REUSED. */
export async function claimRecurring(
  db: Tx,
  organizationId: string,
  draft: RecurringDraft,
  request: RecurringRequest,
  now: Date,
): Promise<RecurringBooking> {
  const requestHash = new Uint8Array(request.hash);
  const data = { organizationId, ...columnsOf(draft), requestId: request.id, requestHash, createdAt: now };
  await db.recurringBooking.createMany({ data: [data], skipDuplicates: true }).catch(throwKind);
  const claimed = await findClaimed(db, organizationId, request);
  if (claimed === null) {
    throw new DomainError("conflict", "STALE_VERSION", "the same request was refused at this moment");
  }
  return claimed;
}

/** Reads what a request wrote before, unless that was refused; null for nothing. Throws REQUEST_ID_REUSED. */
export async function findClaimed(
  db: Tx,
  organizationId: string,
  { id: requestId, hash }: RecurringRequest,
): Promise<RecurringBooking | null> {
  const where = { organizationId, requestId, state: { not: "refused" } };
  const row = await db.recurringBooking.findFirst({ where }).catch(throwKind);
  if (row === null) {
    return null;
  }
  if (hash.compare(row.requestHash) !== 0) {
    throw new DomainError("exists", "REQUEST_ID_REUSED", "the request_id was used before with a different request");
  }
  return toRecurring(row);
}

/** How a series says which recurring booking it belongs to. */
export interface SeriesNames {
  readonly id: string;
  readonly externalId: string;
  readonly continuesSeriesId: string;
  readonly timeZone: string;
}

/** The external id of a recurring booking's series. */
export function externalIdOf(recurringId: string): string {
  return `${prefix}${recurringId}`;
}

const prefix = "booking:";
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Finds the recurring booking of a series and locks it; null where the series has none. One that is heard of for the first
 * time is joined to its own, or, where it continues another, to a copy of that one's.
 */
export async function lockRecurring(
  tx: Tx,
  organizationId: string,
  series: SeriesNames,
): Promise<RecurringBooking | null> {
  const { id: seriesId, externalId, timeZone, continuesSeriesId } = series;
  const ownId = externalId.startsWith(prefix) ? externalId.slice(prefix.length) : "";
  if (uuid.test(ownId)) {
    const where = { organizationId, id: ownId, seriesId: null };
    await tx.recurringBooking.updateMany({ where, data: { seriesId, timeZone } }).catch(throwKind);
  } else if (continuesSeriesId !== "") {
    await tx.$executeRaw`
      INSERT INTO recurring_bookings (organization_id, id, series_id, appointment_type_id, booker, attendees, answers,
        policy, nearest_within_ms, time_zone, host_calendar_id, made_by, request_hash, state, created_at)
      SELECT organization_id, ${seriesId}::uuid, ${seriesId}::uuid, appointment_type_id, booker, attendees, answers,
        policy, nearest_within_ms, ${timeZone}, host_calendar_id, made_by, request_hash, 'standing', created_at
      FROM recurring_bookings WHERE organization_id = ${organizationId}::uuid AND series_id = ${continuesSeriesId}::uuid
      ON CONFLICT DO NOTHING`.catch(throwKind);
  }
  await tx.$queryRaw`
    SELECT 1 AS locked FROM recurring_bookings
    WHERE organization_id = ${organizationId}::uuid AND series_id = ${seriesId}::uuid FOR UPDATE`.catch(throwKind);
  return findRecurring(tx, organizationId, seriesId);
}

/** Locks a recurring booking that is known to exist. */
export async function lockRecurringById(tx: Tx, organizationId: string, id: string): Promise<RecurringBooking> {
  await tx.$queryRaw`
    SELECT 1 AS locked FROM recurring_bookings
    WHERE organization_id = ${organizationId}::uuid AND id = ${id}::uuid FOR UPDATE`.catch(throwKind);
  const where = { organizationId_id: { organizationId, id } };
  return toRecurring(await tx.recurringBooking.findUniqueOrThrow({ where }).catch(throwKind));
}

/** Reads the recurring booking of a series; null where there is none. */
export async function findRecurring(
  db: Tx,
  organizationId: string,
  seriesId: string,
): Promise<RecurringBooking | null> {
  const row = await db.recurringBooking.findFirst({ where: { organizationId, seriesId } }).catch(throwKind);
  return row === null ? null : toRecurring(row);
}

/** Reads the recurring booking of a series. Throws "not found". */
export async function readRecurring(db: Tx, organizationId: string, seriesId: string): Promise<RecurringBooking> {
  const found = await findRecurring(db, organizationId, seriesId);
  if (found === null) {
    throw notFound("Series");
  }
  return found;
}

/** Writes what has become of a recurring booking itself. */
export async function updateRecurring(
  tx: Tx,
  organizationId: string,
  id: string,
  data: Partial<
    Pick<RecurringBooking, "state" | "seriesVersion" | "planVersion" | "hostCalendarId" | "cancellationReason">
  >,
): Promise<void> {
  await tx.recurringBooking.update({ where: { organizationId_id: { organizationId, id } }, data }).catch(throwKind);
}

function columnsOf({ booker, attendees, answers, ...rest }: RecurringDraft) {
  return {
    ...rest,
    booker: { ...booker },
    attendees: attendees.map((person) => ({ ...person })),
    answers: answers.map((answer) => ({ ...answer })),
  };
}

/** The JSON columns hold exactly what {@link columnsOf} put there. */
function toRecurring(whole: Row): RecurringBooking {
  const { organizationId: _, requestId: _id, requestHash: _hash, createdAt: _at, ...row } = whole;
  return {
    ...row,
    booker: row.booker as unknown as RecurringBooking["booker"],
    attendees: row.attendees as unknown as RecurringBooking["attendees"],
    answers: row.answers as unknown as RecurringBooking["answers"],
    policy: row.policy as ConflictPolicy,
    state: row.state as RecurringBooking["state"],
  };
}
