import { throwKind } from "@calends/kit/database-errors";
import { decodePageToken, pageOf } from "@calends/kit/paging";
import type { Outcome, SeriesOccurrence, Wanted } from "../domain/recurring.ts";
import type { SeriesOccurrence as Row } from "../gen/prisma/client.ts";
import type { Tx } from "./index.ts";

/** Names a series of an organization. */
export interface SeriesKey {
  readonly organizationId: string;
  readonly seriesId: string;
}

/** Names a date of a series of an organization. */
export interface OccurrenceKey extends SeriesKey {
  readonly recurrenceId: Date;
}

/** Reads a date; null where it has not been heard of. */
export async function findOccurrence(db: Tx, key: OccurrenceKey): Promise<SeriesOccurrence | null> {
  const { organizationId, seriesId, recurrenceId } = key;
  const where = { organizationId_seriesId_recurrenceId: { organizationId, seriesId, recurrenceId } };
  const row = await db.seriesOccurrence.findUnique({ where }).catch(throwKind);
  return row === null ? null : toOccurrence(row);
}

/** Reads a date and keeps it from being changed by others until the transaction ends; null where it is gone. */
export async function lockOccurrence(tx: Tx, key: OccurrenceKey): Promise<SeriesOccurrence | null> {
  const { organizationId, seriesId, recurrenceId } = key;
  await tx.$queryRaw`
    SELECT 1 AS locked FROM series_occurrences
    WHERE organization_id = ${organizationId}::uuid AND series_id = ${seriesId}::uuid AND recurrence_id = ${recurrenceId}
    FOR UPDATE`.catch(throwKind);
  return findOccurrence(tx, key);
}

/** Writes what came of a date. */
export async function updateOccurrence(
  tx: Tx,
  { organizationId, seriesId, recurrenceId }: OccurrenceKey,
  data: Partial<Omit<SeriesOccurrence, "seriesId" | "recurrenceId">>,
): Promise<void> {
  const where = { organizationId_seriesId_recurrenceId: { organizationId, seriesId, recurrenceId } };
  await tx.seriesOccurrence.update({ where, data }).catch(throwKind);
}

/** Finds series that have dates with something to do, at most so many. */
export async function findDueSeries(db: Tx, now: Date, limit: number): Promise<SeriesKey[]> {
  return db.$queryRaw<SeriesKey[]>`
    SELECT DISTINCT organization_id::text AS "organizationId", series_id::text AS "seriesId" FROM series_occurrences
    WHERE settle_at <= ${now} LIMIT ${limit}`.catch(throwKind);
}

/**
 * Takes dates of a series that have something to do, and puts them off for a while: whoever took them and died does not keep
 * them.
 */
export async function claimDue(
  tx: Tx,
  { organizationId, seriesId }: SeriesKey,
  { now, until }: { readonly now: Date; readonly until: Date },
  limit: number,
): Promise<OccurrenceKey[]> {
  const rows = await tx.$queryRaw<{ recurrence_id: Date }[]>`
    UPDATE series_occurrences SET settle_at = ${until}
    WHERE organization_id = ${organizationId}::uuid AND series_id = ${seriesId}::uuid AND recurrence_id IN (
      SELECT recurrence_id FROM series_occurrences
      WHERE organization_id = ${organizationId}::uuid AND series_id = ${seriesId}::uuid AND settle_at <= ${now}
      ORDER BY settle_at, recurrence_id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING recurrence_id`.catch(throwKind);
  return rows
    .map((row) => ({ organizationId, seriesId, recurrenceId: row.recurrence_id }))
    .toSorted((a, b) => a.recurrenceId.getTime() - b.recurrenceId.getTime());
}

/** The original starts of dates that are to take place and have never been settled. */
export async function listPlannedDates(db: Tx, organizationId: string, seriesId: string): Promise<Date[]> {
  const where = { organizationId, seriesId, wanted: "date", outcome: "planned" };
  const select = { recurrenceId: true };
  const rows = await db.seriesOccurrence.findMany({ where, select, orderBy: { recurrenceId: "asc" } }).catch(throwKind);
  return rows.map(({ recurrenceId }) => recurrenceId);
}

/** Reads a page of a series' dates by original start. */
export async function listOccurrences(
  db: Tx,
  organizationId: string,
  seriesId: string,
  pageSize: number,
  pageToken: string,
): Promise<{ occurrences: SeriesOccurrence[]; nextPageToken: string }> {
  const after = decodePageToken(pageToken, ["instant"])?.[0];
  const where = { organizationId, seriesId, ...(after === undefined ? {} : { recurrenceId: { gt: new Date(after) } }) };
  const rows = await db.seriesOccurrence
    .findMany({ where, orderBy: { recurrenceId: "asc" }, take: pageSize + 1 })
    .catch(throwKind);
  const page = pageOf(rows, pageSize, ({ recurrenceId }) => [recurrenceId.toISOString()]);
  return { occurrences: page.rows.map(toOccurrence), nextPageToken: page.nextPageToken };
}

/** Forgets the dates of a series that is not made after all. */
export async function deleteOccurrences(tx: Tx, organizationId: string, seriesId: string): Promise<void> {
  await tx.seriesOccurrence.deleteMany({ where: { organizationId, seriesId } }).catch(throwKind);
}

function toOccurrence({ organizationId: _, ...row }: Row): SeriesOccurrence {
  return { ...row, wanted: row.wanted as Wanted, outcome: row.outcome as Outcome };
}
