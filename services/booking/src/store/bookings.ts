import { send, type Sql } from "@calends/kit/database";
import { throwKind } from "@calends/kit/database-errors";
import { notFound } from "@calends/kit/domain-error";
import { decodePageToken, pageOf } from "@calends/kit/paging";
import type { AppointmentType } from "../domain/appointment-type.ts";
import { countsTowardsLimits, takesTime } from "../domain/allocations.ts";
import type { Booking, BookingChange, BookingStatus, Changed } from "../domain/booking.ts";
import type { Booking as BookingRow, Prisma } from "../gen/prisma/client.ts";
import { countAnyway, releaseLimits, takeLimits } from "./limits.ts";
import type { Tx } from "./index.ts";
import { returnAssignment } from "./round-robin.ts";

/** One change of a booking as it is kept. */
export interface HistoryEntry {
  readonly version: bigint;
  readonly change: string;
  readonly actor: string;
  readonly at: Date;
  readonly status: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly reason: string;
}

/** Which bookings are listed. */
export interface BookingFilter {
  readonly from: Date | null;
  readonly to: Date | null;
  readonly calendarId: string | null;
  readonly statuses: readonly BookingStatus[];
}

/** Writes a new booking whose time has been taken. Throws the reason of a limit that is reached. */
export async function writeBooking(
  tx: Sql,
  organizationId: string,
  type: AppointmentType,
  changed: Changed,
  actor: string,
): Promise<void> {
  await takeLimits(tx, organizationId, type, changed.booking);
  const row = rowOf(organizationId, changed.booking);
  // By name: a column that a newer version of the service adds keeps its default.
  const names = Object.keys(row).toSorted().join(", ");
  await send(
    tx,
    `WITH booking AS (
       INSERT INTO bookings (${names}) SELECT ${names} FROM jsonb_populate_record(NULL::bookings, $1::jsonb) RETURNING *
     )
     INSERT INTO booking_history (organization_id, booking_id, version, change, actor, at, status, starts_at, ends_at, reason)
     SELECT organization_id, id, version, $2, $3, updated_at, status, starts_at, ends_at, $4 FROM booking`,
    JSON.stringify(row),
    changed.change,
    actor,
    changed.reason,
  ).catch(throwKind);
}

/** Writes a cancelled booking that takes place after all, and whose time has been taken. Throws the reason of a limit. */
export async function reviveBooking(
  tx: Tx,
  organizationId: string,
  type: AppointmentType,
  changed: Changed,
  actor: string,
): Promise<void> {
  await takeLimits(tx, organizationId, type, changed.booking);
  const where = { organizationId_id: { organizationId, id: changed.booking.id } };
  await tx.booking.update({ where, data: columns(changed.booking) }).catch(throwKind);
  await insertHistory(tx, organizationId, changed, actor);
}

/** Writes a changed booking, whose new time has been taken where it was moved. One that has ended gives back what it took. */
export async function updateBooking(
  tx: Tx,
  organizationId: string,
  before: Booking,
  changed: Changed,
  actor: string,
): Promise<void> {
  const { booking } = changed;
  const ofBooking = { organizationId, bookingId: booking.id };
  if (takesTime(before) && !takesTime(booking)) {
    await tx.allocation.updateMany({ where: ofBooking, data: { active: false } }).catch(throwKind);
  }
  if (countsTowardsLimits(before) && !countsTowardsLimits(booking)) {
    await releaseLimits(tx, organizationId, before);
  } else if (before.status === "waitlisted" && countsTowardsLimits(booking)) {
    await countAnyway(tx, organizationId, booking);
  }
  if (booking.status === "cancelled") {
    await returnAssignment(tx, organizationId, booking.id);
  }
  const where = { organizationId_id: { organizationId, id: booking.id } };
  await tx.booking.update({ where, data: columns(booking) }).catch(throwKind);
  await insertHistory(tx, organizationId, changed, actor);
}

async function insertHistory(tx: Tx, organizationId: string, { booking, change, reason }: Changed, actor: string) {
  const { id: bookingId, version, status, startsAt, endsAt, updatedAt: at } = booking;
  const data = { organizationId, bookingId, version, change, actor, at, status, startsAt, endsAt, reason };
  await tx.bookingHistory.create({ data }).catch(throwKind);
}

/** Reads a booking and keeps it from being changed by others until the transaction ends. Throws "not found". */
export async function lockBooking(tx: Tx, organizationId: string, id: string): Promise<Booking> {
  await tx.$queryRaw`
    SELECT 1 FROM bookings WHERE organization_id = ${organizationId}::uuid AND id = ${id}::uuid FOR UPDATE`;
  return readBooking(tx, organizationId, id);
}

/** Reads a booking; throws "not found" also where another organization has it. */
export async function readBooking(db: Tx, organizationId: string, id: string): Promise<Booking> {
  const row = await db.booking.findUnique({ where: { organizationId_id: { organizationId, id } } }).catch(throwKind);
  if (row === null) {
    throw notFound("Booking");
  }
  return toBooking(row);
}

/** Reads the bookings of these ids that the organization has, by id. */
export async function readManyBookings(
  db: Tx,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Booking>> {
  const rows = await db.booking.findMany({ where: { organizationId, id: { in: [...ids] } } }).catch(throwKind);
  return new Map(rows.map((row) => [row.id, toBooking(row)]));
}

/** Reads the bookings of a series that are to come, by their start: all, or that of one date. */
export async function listSeriesToCome(
  db: Tx,
  organizationId: string,
  seriesId: string,
  now: Date,
  recurrenceId?: Date,
): Promise<Booking[]> {
  const ofDate = recurrenceId === undefined ? {} : { recurrenceId };
  const where = {
    organizationId,
    seriesId,
    status: { in: ["pending", "confirmed"] },
    startsAt: { gt: now },
    ...ofDate,
  };
  const rows = await db.booking.findMany({ where, orderBy: { startsAt: "asc" } }).catch(throwKind);
  return rows.map(toBooking);
}

/** Reads the changes of a booking, oldest first. */
export async function readHistory(db: Tx, organizationId: string, bookingId: string): Promise<HistoryEntry[]> {
  return db.bookingHistory
    .findMany({ where: { organizationId, bookingId }, orderBy: { version: "asc" } })
    .catch(throwKind);
}

/** Reads when something happened to a booking since an instant. */
export async function listChangedAt(
  db: Tx,
  booking: { readonly organizationId: string; readonly bookingId: string },
  change: BookingChange,
  since: Date,
): Promise<Date[]> {
  const where = { ...booking, change, at: { gte: since } };
  const rows = await db.bookingHistory.findMany({ where, select: { at: true } }).catch(throwKind);
  return rows.map(({ at }) => at);
}

/** Reads a page of bookings by start. */
export async function listBookings(
  db: Tx,
  organizationId: string,
  filter: BookingFilter,
  pageSize: number,
  pageToken: string,
): Promise<{ bookings: Booking[]; nextPageToken: string }> {
  const after = decodePageToken(pageToken, ["instant", "uuid"]);
  const where: Prisma.BookingWhereInput = {
    organizationId,
    ...(filter.to === null ? {} : { startsAt: { lt: filter.to } }),
    ...(filter.statuses.length === 0 ? {} : { status: { in: [...filter.statuses] } }),
    AND: [
      ...(filter.calendarId === null ? [] : [shownOn(filter.calendarId)]),
      ...(filter.from === null ? [] : [endingAfter(filter.from)]),
      ...(after === null ? [] : [startingAfter(after)]),
    ],
  };
  const orderBy = [{ startsAt: "asc" as const }, { id: "asc" as const }];
  const rows = await db.booking.findMany({ where, orderBy, take: pageSize + 1 }).catch(throwKind);
  const page = pageOf(rows, pageSize, ({ startsAt, id }) => [startsAt.toISOString(), id]);
  return { bookings: page.rows.map(toBooking), nextPageToken: page.nextPageToken };
}

/** On the calendar of a host, or of the primary member of a bundle that is one. */
function shownOn(calendarId: string): Prisma.BookingWhereInput {
  return { OR: [{ hosts: { array_contains: [{ calendarId }] } }, { bundlePrimaryIds: { has: calendarId } }] };
}

/** The longest booking that the table takes. */
const longestMs = 31 * 86_400_000;
/** The first instant that a timestamp message has, and that is sent to Postgres without an era. */
const earliestMs = Date.parse("0001-01-01T00:00:00Z");

/** None of these has begun longer before than a booking is long: so the index of starts leaves the past out. */
function endingAfter(from: Date): Prisma.BookingWhereInput {
  const startsAt = { gte: new Date(Math.max(from.getTime() - longestMs, earliestMs)) };
  return { endsAt: { gt: from }, startsAt };
}

/** The first bound is implied by the second, and read from the index. */
function startingAfter([start = "", id = ""]: readonly string[]): Prisma.BookingWhereInput {
  const startsAt = new Date(start);
  return { startsAt: { gte: startsAt }, OR: [{ startsAt: { gt: startsAt } }, { startsAt, id: { gt: id } }] };
}

/** A booking as its row, to be written as JSON: columns are named as properties are, with underscores. */
function rowOf(organizationId: string, booking: Booking): Readonly<Record<string, unknown>> {
  const values = Object.entries({ organizationId, ...booking }).map(([name, value]) => [
    name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    typeof value === "bigint" ? String(value) : value,
  ]);
  return Object.fromEntries(values);
}

function columns({ hosts, booker, attendees, answers, ...rest }: Booking) {
  return {
    ...rest,
    routedCalendarIds: [...rest.routedCalendarIds],
    bundleMemberIds: [...rest.bundleMemberIds],
    bundlePrimaryIds: [...rest.bundlePrimaryIds],
    hosts: hosts.map((host) => ({ ...host })),
    booker: { ...booker },
    attendees: attendees.map((person) => ({ ...person })),
    answers: answers.map((answer) => ({ ...answer })),
  };
}

/** The JSON columns hold exactly what {@link columns} put there. */
function toBooking({ organizationId: _, ...row }: BookingRow): Booking {
  return {
    ...row,
    status: row.status as BookingStatus,
    hosts: row.hosts as unknown as Booking["hosts"],
    booker: row.booker as unknown as Booking["booker"],
    attendees: row.attendees as unknown as Booking["attendees"],
    answers: row.answers as unknown as Booking["answers"],
    bundleMemberIds: row.bundleMemberIds as unknown as string[],
  };
}
