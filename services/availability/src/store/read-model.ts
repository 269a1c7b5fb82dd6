import { throwKind } from "@calends/kit/database-errors";
import type { BusySpan } from "../domain/drift.ts";
import type { Tx } from "./index.ts";

/** How many spans of bookings a calendar has, and a checksum of them. */
export interface BusySummary {
  readonly calendarId: string;
  readonly count: bigint;
  readonly checksum: bigint;
}

/** What the read model has of a booking; no version where it has never heard of it. */
export interface KnownBooking {
  readonly version: bigint | null;
  readonly spans: readonly BusySpan[];
}

/** Calendars by id: after one, up to another; null for no bound. */
export interface CalendarRange {
  readonly after: string | null;
  readonly upTo: string | null;
}

interface SummaryRow {
  readonly calendar_id: string;
  readonly count: bigint;
  readonly checksum: bigint;
}

/**
 * Summarizes the bookings' spans that end after an instant, by calendar. The checksum is written as in
 * services/booking/src/store/allocations.ts, letter for letter: tests/e2e/read-model.test.ts compares them.
 */
export async function summarizeBusy(
  db: Tx,
  organizationId: string,
  endsAfter: Date,
  { after, upTo }: CalendarRange,
): Promise<BusySummary[]> {
  const rows = await db.$queryRaw<SummaryRow[]>`
    SELECT calendar_id::text, count(*) AS count, mod(sum(('x' || substr(md5(concat_ws('|',
        booking_id, version, extract(epoch FROM starts_at), extract(epoch FROM ends_at), place)), 1, 16))::bit(64)::bigint),
      9223372036854775808)::bigint AS checksum
    FROM (
      SELECT t.calendar_id, t.source_id AS booking_id, t.starts_at, t.ends_at, t.place, s.version
      FROM busy_times t
      LEFT JOIN busy_sources s
        ON s.organization_id = t.organization_id AND s.source = t.source AND s.source_id = t.source_id
      WHERE t.organization_id = ${organizationId}::uuid AND t.source = 'booking' AND t.ends_at > ${endsAfter}
        AND (${after}::uuid IS NULL OR t.calendar_id > ${after}::uuid)
        AND (${upTo}::uuid IS NULL OR t.calendar_id <= ${upTo}::uuid)
    ) taken
    GROUP BY calendar_id ORDER BY calendar_id`.catch(throwKind);
  return rows.map(({ calendar_id: calendarId, count, checksum }) => ({ calendarId, count, checksum }));
}

/** The bookings that the read model has on a calendar after an instant. */
export async function listBookingsOn(
  db: Tx,
  organizationId: string,
  calendarId: string,
  endsAfter: Date,
): Promise<string[]> {
  const where = { organizationId, calendarId, source: "booking", endsAt: { gt: endsAfter } };
  const rows = await db.busyTime.findMany({ where, select: { sourceId: true } }).catch(throwKind);
  return [...new Set(rows.map(({ sourceId }) => sourceId))];
}

/** A page of all the bookings that the read model has heard of or has spans of, by id. */
export async function listKnownBookings(
  db: Tx,
  organizationId: string,
  after: string | null,
  limit: number,
): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT source_id::text AS id FROM (
      SELECT source_id FROM busy_sources WHERE organization_id = ${organizationId}::uuid AND source = 'booking'
      UNION SELECT source_id FROM busy_times WHERE organization_id = ${organizationId}::uuid AND source = 'booking'
    ) known
    WHERE ${after}::uuid IS NULL OR source_id > ${after}::uuid
    ORDER BY source_id LIMIT ${limit}`.catch(throwKind);
  return rows.map(({ id }) => id);
}

interface KnownRow {
  readonly id: string;
  readonly version: bigint | null;
  readonly calendar_id: string | null;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly place: string;
}

/** Reads what the read model has of bookings, version and spans of one moment. */
export async function readKnownBookings(
  db: Tx,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, KnownBooking>> {
  const rows = await db.$queryRaw<KnownRow[]>`
    SELECT asked.id::text, s.version, t.calendar_id::text, t.starts_at, t.ends_at, t.place
    FROM unnest(${ids}::uuid[]) AS asked (id)
    LEFT JOIN busy_sources s
      ON s.organization_id = ${organizationId}::uuid AND s.source = 'booking' AND s.source_id = asked.id
    LEFT JOIN busy_times t
      ON t.organization_id = ${organizationId}::uuid AND t.source = 'booking' AND t.source_id = asked.id`.catch(
    throwKind,
  );
  const known = new Map<string, { version: bigint | null; spans: BusySpan[] }>();
  for (const { id, version, ...row } of rows) {
    const entry = known.get(id) ?? { version, spans: [] };
    known.set(id, entry);
    if (row.calendar_id !== null) {
      const { calendar_id: calendarId, starts_at: startsAt, ends_at: endsAt, place } = row;
      entry.spans.push({ calendarId, startsAt, endsAt, place });
    }
  }
  return known;
}

/** Every organization that has calendars. */
export async function listOrganizations(db: Tx): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT organization_id::text AS id FROM calendars ORDER BY id`.catch(throwKind);
  return rows.map(({ id }) => id);
}
