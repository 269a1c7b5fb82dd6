import { throwKind } from "@calends/kit/database-errors";
import { decodePageToken, pageOf } from "@calends/kit/paging";
import { Prisma } from "../gen/prisma/client.ts";
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

/** What was booked of a series in a month of its zone. */
export interface BillableRow {
  readonly series_id: string;
  readonly month: string | null;
  readonly occurrences: number;
  readonly minutes: bigint;
}

/**
 * Reads what was booked of a page of series, newest first, in the months of their own zones between two local dates,
 * the second one excluded. A day on either side of the range is read and then left out by the zone.
 */
export async function listBillable(
  db: Tx,
  organizationId: string,
  filter: { readonly seriesId: string | null; readonly from: string; readonly to: string },
  { pageSize, pageToken }: Page,
): Promise<{ rows: readonly BillableRow[]; nextPageToken: string }> {
  const before = decodePageToken(pageToken, ["uuid"])?.[0] ?? null;
  const { seriesId, from, to } = filter;
  const rows = await db.$queryRaw<BillableRow[]>`
    SELECT s.id::text AS series_id, billed.month, coalesce(billed.occurrences, 0) AS occurrences,
      coalesce(billed.minutes, 0) AS minutes
    FROM (
      SELECT id, time_zone FROM series WHERE organization_id = ${organizationId}::uuid
        ${seriesId === null ? Prisma.empty : Prisma.sql`AND id = ${seriesId}::uuid`}
        ${before === null ? Prisma.empty : Prisma.sql`AND id < ${before}::uuid`}
      ORDER BY id DESC LIMIT ${pageSize + 1}
    ) s LEFT JOIN LATERAL (
      SELECT to_char(takes_from AT TIME ZONE s.time_zone, 'YYYY-MM') AS month, count(*)::int AS occurrences,
        round(sum(extract(epoch FROM takes_to - takes_from) / 60))::bigint AS minutes
      FROM planned_occurrences p
      WHERE p.organization_id = ${organizationId}::uuid AND p.series_id = s.id AND p.outcome = 'booked'
        AND p.takes_from >= ${from}::timestamp AT TIME ZONE s.time_zone
        AND p.takes_from < ${to}::timestamp AT TIME ZONE s.time_zone
      GROUP BY 1
    ) billed ON true ORDER BY s.id DESC, billed.month`.catch(throwKind);
  const series = [...new Set(rows.map(({ series_id }) => series_id))];
  const page = pageOf(series, pageSize, (id) => [id]);
  const ofPage = new Set(page.rows);
  return { rows: rows.filter(({ series_id }) => ofPage.has(series_id)), nextPageToken: page.nextPageToken };
}
