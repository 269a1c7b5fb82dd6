import { throwKind } from "@calends/kit/database-errors";
import { decodePageToken, pageOf } from "@calends/kit/paging";
import { Prisma } from "../gen/prisma/client.ts";
import type { Month } from "../domain/months.ts";
import type { Tx } from "./index.ts";

/** What a series takes in a range. */
export interface CommitmentRow {
  readonly series_id: string;
  readonly minutes: number;
  readonly occurrences: number;
  readonly conflicts: number;
  readonly skips: number;
}

/** Which calendar's commitments, or all, and in which range. */
export interface CommitmentFilter {
  readonly calendarId: string | null;
  readonly from: Date;
  readonly to: Date;
}

/** A page of rows by series, newest first. */
export interface Page {
  readonly pageSize: number;
  readonly pageToken: string;
}

/**
 * Reads a page of active series, newest first, each with what it takes in a range: an index scan a series. Of one calendar,
 * these are its own series, and those that have dates with it in the range; only dates that are with it count.
 */
export async function listCommitments(
  db: Tx,
  organizationId: string,
  filter: CommitmentFilter,
  { pageSize, pageToken }: Page,
): Promise<{ rows: readonly CommitmentRow[]; nextPageToken: string }> {
  const { calendarId } = filter;
  const isWith = calendarId === null ? Prisma.empty : Prisma.sql`AND ${withCalendar(calendarId)}`;
  const rows = await db.$queryRaw<CommitmentRow[]>`
    SELECT s.id::text AS series_id, taken.* FROM (${seriesOf(organizationId, filter, { pageSize, pageToken })}) s
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(extract(epoch FROM takes_to - takes_from) / 60)
          FILTER (WHERE outcome IN ('planned', 'booked')), 0)::float8 AS minutes,
        count(*) FILTER (WHERE outcome IN ('planned', 'booked'))::int AS occurrences,
        count(*) FILTER (WHERE outcome = 'conflict')::int AS conflicts,
        count(*) FILTER (WHERE outcome = 'skipped')::int AS skips
      FROM planned_occurrences p WHERE ${inRange(organizationId, filter)} ${isWith}
    ) taken ORDER BY s.id DESC`.catch(throwKind);
  const page = pageOf(rows, pageSize, ({ series_id }) => [series_id]);
  return { rows: page.rows, nextPageToken: page.nextPageToken };
}

/** The active series of a page, and one more. */
function seriesOf(organizationId: string, filter: CommitmentFilter, { pageSize, pageToken }: Page): Prisma.Sql {
  const before = decodePageToken(pageToken, ["uuid"])?.[0] ?? null;
  const { calendarId } = filter;
  const ofPage = Prisma.sql`s.organization_id = ${organizationId}::uuid AND s.status = 'active'
    ${before === null ? Prisma.empty : Prisma.sql`AND s.id < ${before}::uuid`}`;
  const newest = Prisma.sql`ORDER BY id DESC LIMIT ${pageSize + 1}`;
  if (calendarId === null) {
    return Prisma.sql`SELECT id, calendar_id FROM series s WHERE ${ofPage} ${newest}`;
  }
  return Prisma.sql`
    (SELECT id, calendar_id FROM series s WHERE ${ofPage} AND calendar_id = ${calendarId}::uuid ${newest})
    UNION
    (SELECT s.id, s.calendar_id FROM series_calendars c
      JOIN series s ON s.organization_id = c.organization_id AND s.id = c.series_id
      WHERE c.organization_id = ${organizationId}::uuid AND c.calendar_id = ${calendarId}::uuid AND ${ofPage} AND EXISTS (
        SELECT FROM planned_occurrences p WHERE ${inRange(organizationId, filter)} AND ${withCalendar(calendarId)})
      ${newest})
    ${newest}`;
}

/** A date `p` of a series `s` in the range. */
function inRange(organizationId: string, { from, to }: CommitmentFilter): Prisma.Sql {
  return Prisma.sql`p.organization_id = ${organizationId}::uuid AND p.series_id = s.id
    AND p.takes_from >= ${from} AND p.takes_from < ${to}`;
}

/** Whether a date is with a calendar; one that booking has said nothing of is with that of its series. */
function withCalendar(calendarId: string): Prisma.Sql {
  return Prisma.sql`(${calendarId}::uuid = ANY (p.calendar_ids)
    OR (p.calendar_ids = '{}' AND s.calendar_id = ${calendarId}::uuid))`;
}

/** A series and its zone. */
export interface ZonedSeries {
  readonly id: string;
  readonly timeZone: string;
}

/** Reads a page of series, newest first, or the one that is asked for. */
export async function listZonedSeries(
  db: Tx,
  organizationId: string,
  seriesId: string | null,
  { pageSize, pageToken }: Page,
): Promise<{ series: readonly ZonedSeries[]; nextPageToken: string }> {
  const before = decodePageToken(pageToken, ["uuid"])?.[0];
  const id = { ...(seriesId === null ? {} : { equals: seriesId }), ...(before === undefined ? {} : { lt: before }) };
  const query = { where: { organizationId, id }, orderBy: { id: "desc" }, take: pageSize + 1 } as const;
  const rows = await db.series.findMany({ ...query, select: { id: true, timeZone: true } }).catch(throwKind);
  const page = pageOf(rows, pageSize, (row) => [row.id]);
  return { series: page.rows, nextPageToken: page.nextPageToken };
}

/** What was booked of a series in a month. */
export interface BillableRow {
  readonly series_id: string;
  readonly month: string;
  readonly occurrences: number;
  readonly minutes: bigint;
}

/** A month of one of the series' zones. */
export interface ZonedMonth extends Month {
  readonly timeZone: string;
}

/**
 * Reads what was booked of series, newest first, in months of their zones. The months come as instants: the database
 * means other zones by some names, and has other clock changes where its zones are of another version.
 */
export async function readBillable(
  db: Tx,
  organizationId: string,
  series: readonly ZonedSeries[],
  months: readonly ZonedMonth[],
): Promise<readonly BillableRow[]> {
  return db.$queryRaw<BillableRow[]>`
    SELECT s.id::text AS series_id, m.month, billed.occurrences, billed.minutes
    FROM unnest(${series.map(({ id }) => id)}::uuid[], ${series.map(({ timeZone }) => timeZone)}::text[]) AS s (id, time_zone)
    JOIN unnest(
      ${months.map(({ timeZone }) => timeZone)}::text[],
      ${months.map(({ name }) => name)}::text[],
      ${months.map(({ fromMs }) => new Date(fromMs))}::timestamptz[],
      ${months.map(({ toMs }) => new Date(toMs))}::timestamptz[]
    ) AS m (time_zone, month, from_time, to_time) USING (time_zone)
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS occurrences, round(sum(extract(epoch FROM takes_to - takes_from) / 60))::bigint AS minutes
      FROM planned_occurrences p
      WHERE p.organization_id = ${organizationId}::uuid AND p.series_id = s.id AND p.outcome = 'booked'
        AND p.takes_from >= m.from_time AND p.takes_from < m.to_time
    ) billed WHERE billed.occurrences > 0 ORDER BY s.id DESC, m.month`.catch(throwKind);
}
