import { throwKind } from "@calends/kit/database-errors";
import { decodePageToken, pageOf } from "@calends/kit/paging";
import type { Allocation } from "../domain/allocations.ts";
import { Prisma } from "../gen/prisma/client.ts";
import type { Tx } from "./index.ts";

/** How many active allocations a calendar has, and a checksum of them. */
export interface CalendarSummary {
  readonly calendarId: string;
  readonly count: bigint;
  readonly checksum: bigint;
}

/** What one booking, or one group session, takes of calendars, in one version of it. */
export interface BookingAllocations {
  readonly bookingId: string;
  readonly version: bigint;
  readonly updatedAt: Date;
  readonly place: string;
  readonly allocations: readonly Allocation[];
}

/** A page of rows by id. */
export interface Page {
  readonly pageSize: number;
  readonly pageToken: string;
}

/** Whoever takes time: bookings, and group sessions in the place of their seats. */
const takers = Prisma.sql`(
  SELECT organization_id, id, version, updated_at, place FROM bookings
  UNION ALL SELECT organization_id, id, version, updated_at, place FROM group_sessions)`;

interface SummaryRow {
  readonly calendar_id: string;
  readonly count: bigint;
  readonly checksum: bigint;
}

/**
 * Summarizes the active allocations that end after an instant, a page of calendars at a time. The checksum is written as
 * in services/availability/src/store/read-model.ts, letter for letter: tests/e2e/read-model.test.ts compares them.
 */
export async function summarizeCalendars(
  db: Tx,
  organizationId: string,
  endsAfter: Date | null,
  { pageSize, pageToken }: Page,
): Promise<{ summaries: CalendarSummary[]; nextPageToken: string }> {
  const after = decodePageToken(pageToken, ["uuid"])?.[0] ?? null;
  const rows = await db.$queryRaw<SummaryRow[]>`
    SELECT calendar_id::text, count(*) AS count, mod(sum(('x' || substr(md5(concat_ws('|',
        booking_id, version, extract(epoch FROM starts_at), extract(epoch FROM ends_at), place)), 1, 16))::bit(64)::bigint),
      9223372036854775808)::bigint AS checksum
    FROM (
      SELECT a.calendar_id, a.booking_id, a.starts_at, a.ends_at, b.version, b.place
      FROM allocations a JOIN ${takers} b ON b.organization_id = a.organization_id AND b.id = a.booking_id
      WHERE a.organization_id = ${organizationId}::uuid AND a.active
        AND (${endsAfter}::timestamptz IS NULL OR a.ends_at > ${endsAfter}::timestamptz)
        AND (${after}::uuid IS NULL OR a.calendar_id > ${after}::uuid)
    ) taken
    GROUP BY calendar_id ORDER BY calendar_id LIMIT ${pageSize + 1}`.catch(throwKind);
  const page = pageOf(rows, pageSize, (row) => [row.calendar_id]);
  const summaries = page.rows.map(({ calendar_id: calendarId, count, checksum }) => ({ calendarId, count, checksum }));
  return { summaries, nextPageToken: page.nextPageToken };
}

/** What is taken of a calendar, in epoch milliseconds. */
export interface TakenSpan {
  readonly calendarId: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** What bookings but one take of some calendars in a range. */
export async function listTaken(
  db: Tx,
  organizationId: string,
  calendarIds: readonly string[],
  { from, to }: { readonly from: Date; readonly to: Date },
  exceptBookingId: string | null,
): Promise<TakenSpan[]> {
  const others = exceptBookingId === null ? {} : { bookingId: { not: exceptBookingId } };
  const times = { startsAt: { lt: to }, endsAt: { gt: from } };
  const where = { organizationId, calendarId: { in: [...calendarIds] }, active: true, ...times, ...others };
  const rows = await db.allocation.findMany({ where }).catch(throwKind);
  return rows.map((row) => ({
    calendarId: row.calendarId,
    startMs: row.startsAt.getTime(),
    endMs: row.endsAt.getTime(),
  }));
}

/** Which bookings are listed: those with active time of a calendar that ends after an instant, or all. */
export interface AllocationFilter {
  readonly calendarId: string | null;
  readonly endsAfter: Date | null;
}

/** Reads a page of bookings by id, each with all that it takes. */
export async function listAllocations(
  db: Tx,
  organizationId: string,
  { calendarId, endsAfter }: AllocationFilter,
  { pageSize, pageToken }: Page,
): Promise<{ bookings: BookingAllocations[]; nextPageToken: string }> {
  const after = decodePageToken(pageToken, ["uuid"])?.[0] ?? null;
  const ids =
    calendarId === null
      ? Prisma.sql`SELECT id FROM ${takers} b WHERE organization_id = ${organizationId}::uuid`
      : Prisma.sql`SELECT booking_id AS id FROM allocations
          WHERE organization_id = ${organizationId}::uuid AND calendar_id = ${calendarId}::uuid AND active
            AND (${endsAfter}::timestamptz IS NULL OR ends_at > ${endsAfter}::timestamptz)`;
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM (${ids}) found WHERE ${after}::uuid IS NULL OR id > ${after}::uuid
    ORDER BY id LIMIT ${pageSize + 1}`.catch(throwKind);
  const page = pageOf(rows, pageSize, ({ id }) => [id]);
  const bookings = await readAllocations(
    db,
    organizationId,
    page.rows.map(({ id }) => id),
  );
  return { bookings, nextPageToken: page.nextPageToken };
}

interface AllocationRow {
  readonly id: string;
  readonly version: bigint;
  readonly updated_at: Date;
  readonly place: string;
  readonly calendar_id: string | null;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly active: boolean;
}

/** Reads what bookings take, each with the version in which it takes that; those that do not exist are left out. */
export async function readAllocations(
  db: Tx,
  organizationId: string,
  bookingIds: readonly string[],
): Promise<BookingAllocations[]> {
  const rows = await db.$queryRaw<AllocationRow[]>`
    SELECT b.id::text, b.version, b.updated_at, b.place, a.calendar_id::text, a.starts_at, a.ends_at, a.active
    FROM ${takers} b
    LEFT JOIN allocations a ON a.organization_id = b.organization_id AND a.booking_id = b.id
    WHERE b.organization_id = ${organizationId}::uuid AND b.id = ANY (${bookingIds}::uuid[])
    ORDER BY b.id, a.calendar_id`.catch(throwKind);
  return Map.groupBy(rows, ({ id }) => id)
    .values()
    .map(toBookingAllocations)
    .toArray();
}

function toBookingAllocations(rows: readonly AllocationRow[]): BookingAllocations {
  const [{ id, version, updated_at, place }] = rows as readonly [AllocationRow];
  const allocations = rows.flatMap(({ calendar_id, starts_at, ends_at, active }) =>
    calendar_id === null ? [] : [{ calendarId: calendar_id, startsAt: starts_at, endsAt: ends_at, active }],
  );
  return { bookingId: id, version, updatedAt: updated_at, place, allocations };
}
