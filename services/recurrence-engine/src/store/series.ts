import { invalidField, notFound } from "@calends/kit/domain-error";
import { decodePageToken, pageOf } from "@calends/kit/paging";
import type { Changed, Held, Series, SeriesChange, SeriesStatus } from "../domain/series-types.ts";
import type { Prisma } from "../gen/prisma/client.ts";
import { insertExceptions, readExceptions, replaceExceptions } from "./exceptions.ts";
import { throwKind } from "@calends/kit/database-errors";
import type { Tx } from "./index.ts";
import type { SeriesKey } from "./planned.ts";
import { columnsOf, fromSnapshot, snapshotOf, toSeries } from "./series-columns.ts";

/** One change of a series as it is kept. */
export interface Version {
  readonly version: bigint;
  readonly change: SeriesChange;
  readonly actor: string;
  readonly at: Date;
  readonly recurrenceId: Date | null;
  /** The series after the change. */
  readonly series: Series;
}

/** Which series are listed. */
export interface SeriesFilter {
  readonly calendarId: string | null;
  readonly statuses: readonly SeriesStatus[];
}

/** Writes a new series with its exceptions and first version. Throws "exists" for a used external id. */
export async function insertSeries(tx: Tx, organizationId: string, changed: Changed, actor: string): Promise<void> {
  await tx.series.create({ data: { organizationId, ...columnsOf(changed.series) } }).catch(throwKind);
  await insertExceptions(tx, organizationId, changed.series.id, changed.exceptions);
  await insertVersion(tx, organizationId, changed, actor);
}

/** Writes a changed series with its exceptions and its new version. */
export async function writeSeries(
  tx: Tx,
  organizationId: string,
  before: Held,
  after: Changed,
  actor: string,
): Promise<void> {
  const { id } = after.series;
  const where = { organizationId_id: { organizationId, id } };
  await tx.series.update({ where, data: columnsOf(after.series) }).catch(throwKind);
  await replaceExceptions(tx, organizationId, id, before.exceptions, after.exceptions);
  await insertVersion(tx, organizationId, after, actor);
}

/** Reads a series and keeps it from being changed by others until the transaction ends. Throws "not found". */
export async function lockSeries(tx: Tx, organizationId: string, id: string): Promise<Held> {
  await tx.$queryRaw`
    SELECT 1 FROM series WHERE organization_id = ${organizationId}::uuid AND id = ${id}::uuid FOR UPDATE`.catch(
    throwKind,
  );
  return readHeld(tx, organizationId, id);
}

/** Reads a series; throws "not found" also where another organization has it. */
export async function readSeries(db: Tx, organizationId: string, id: string): Promise<Series> {
  const row = await db.series.findUnique({ where: { organizationId_id: { organizationId, id } } }).catch(throwKind);
  if (row === null) {
    throw notFound("Series");
  }
  return toSeries(row);
}

/** Reads the series of these ids that the organization has, in no order. */
export async function readManySeries(db: Tx, organizationId: string, ids: readonly string[]): Promise<Series[]> {
  const rows = await db.series.findMany({ where: { organizationId, id: { in: [...ids] } } }).catch(throwKind);
  return rows.map(toSeries);
}

/** Reads a series with its exceptions; throws "not found". */
export async function readHeld(db: Tx, organizationId: string, id: string): Promise<Held> {
  const series = await readSeries(db, organizationId, id);
  return { series, exceptions: await readExceptions(db, organizationId, id) };
}

/** Reads a page of series, newest first. Ids grow with time (UUID version 7), so they order by age. */
export async function listSeries(
  db: Tx,
  organizationId: string,
  { calendarId, statuses }: SeriesFilter,
  pageSize: number,
  pageToken: string,
): Promise<{ series: Series[]; nextPageToken: string }> {
  const after = decodePageToken(pageToken, ["uuid"])?.[0];
  const where: Prisma.SeriesWhereInput = {
    organizationId,
    ...(calendarId === null ? {} : { calendarId }),
    ...(statuses.length === 0 ? {} : { status: { in: [...statuses] } }),
    ...(after === undefined ? {} : { id: { lt: after } }),
  };
  const rows = await db.series.findMany({ where, orderBy: { id: "desc" }, take: pageSize + 1 }).catch(throwKind);
  const page = pageOf(rows, pageSize, ({ id }) => [id]);
  return { series: page.rows.map(toSeries), nextPageToken: page.nextPageToken };
}

/** Reads a page of a series' history, newest first. Throws "not found" where there is no such series. */
export async function listVersions(
  db: Tx,
  organizationId: string,
  seriesId: string,
  pageSize: number,
  pageToken: string,
): Promise<{ versions: Version[]; nextPageToken: string }> {
  const before = decodePageToken(pageToken, ["text"])?.[0];
  if (before !== undefined && !/^\d{1,18}$/.test(before)) {
    throw invalidField("page_token", "page_token is not one that was given out");
  }
  const where = {
    organizationId,
    seriesId,
    ...(before === undefined ? {} : { version: { lt: BigInt(before) } }),
  };
  const rows = await db.seriesVersion
    .findMany({ where, orderBy: { version: "desc" }, take: pageSize + 1 })
    .catch(throwKind);
  if (rows.length === 0) {
    await readSeries(db, organizationId, seriesId);
  }
  const page = pageOf(rows, pageSize, ({ version }) => [String(version)]);
  const versions = page.rows.map((row) => ({
    ...row,
    change: row.change as SeriesChange,
    series: fromSnapshot(row.snapshot, row.version),
  }));
  return { versions, nextPageToken: page.nextPageToken };
}

/** Finds series that have ended by an instant and are neither cancelled nor completed, in every organization. */
export async function findPast(db: Tx, now: Date, limit: number): Promise<SeriesKey[]> {
  const isDue = [{ completionWaits: null }, { completionWaits: { lte: now } }];
  const where = { status: { in: ["active", "paused"] }, endsAt: { lte: now }, OR: isDue };
  const select = { organizationId: true, id: true };
  const rows = await db.series.findMany({ where, select, orderBy: { endsAt: "asc" }, take: limit }).catch(throwKind);
  return rows.map(({ organizationId, id }) => ({ organizationId, seriesId: id }));
}

/** Looks at a series that has ended later, after an attempt to complete it that failed. */
export async function postponeCompletion(db: Tx, { organizationId, seriesId }: SeriesKey, until: Date): Promise<void> {
  const where = { organizationId, id: seriesId };
  await db.series.updateMany({ where, data: { completionWaits: until } }).catch(throwKind);
}

async function insertVersion(tx: Tx, organizationId: string, changed: Changed, actor: string): Promise<void> {
  const { series, change, recurrenceId } = changed;
  const data = {
    organizationId,
    seriesId: series.id,
    version: series.version,
    change,
    actor,
    at: series.updatedAt,
    recurrenceId: recurrenceId === null ? null : new Date(recurrenceId),
    snapshot: snapshotOf(series),
  };
  await tx.seriesVersion.create({ data }).catch(throwKind);
}
