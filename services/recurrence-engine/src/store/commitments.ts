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

/** A page of rows by series, newest first. */
export interface Page {
  readonly pageSize: number;
  readonly pageToken: string;
}

/** Reads a page of active series, newest first, each with what it takes in a range: an index scan a series. */
export async function listCommitments(
  db: Tx,
  organizationId: string,
  filter: { readonly calendarId: string | null; readonly from: Date; readonly to: Date },
  { pageSize, pageToken }: Page,
): Promise<{ rows: readonly CommitmentRow[]; nextPageToken: string }> {
  const before = decodePageToken(pageToken, ["uuid"])?.[0] ?? null;
  const { calendarId, from, to } = filter;
  const rows = await db.$queryRaw<CommitmentRow[]>`
    SELECT s.id::text AS series_id, taken.* FROM (
      SELECT id FROM series WHERE organization_id = ${organizationId}::uuid AND status = 'active'
        ${calendarId === null ? Prisma.empty : Prisma.sql`AND calendar_id = ${calendarId}::uuid`}
        ${before === null ? Prisma.empty : Prisma.sql`AND id < ${before}::uuid`}
      ORDER BY id DESC LIMIT ${pageSize + 1}
    ) s CROSS JOIN LATERAL (
      SELECT coalesce(sum(extract(epoch FROM takes_to - takes_from) / 60)
          FILTER (WHERE outcome IN ('planned', 'booked')), 0)::float8 AS minutes,
        count(*) FILTER (WHERE outcome IN ('planned', 'booked'))::int AS occurrences,
        count(*) FILTER (WHERE outcome = 'conflict')::int AS conflicts,
        count(*) FILTER (WHERE outcome = 'skipped')::int AS skips
      FROM planned_occurrences p
      WHERE p.organization_id = ${organizationId}::uuid AND p.series_id = s.id
        AND p.takes_from >= ${from} AND p.takes_from < ${to}
    ) taken ORDER BY s.id DESC`.catch(throwKind);
  const page = pageOf(rows, pageSize, ({ series_id }) => [series_id]);
  return { rows: page.rows, nextPageToken: page.nextPageToken };
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
