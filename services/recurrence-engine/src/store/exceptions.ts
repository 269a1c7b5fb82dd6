import type { Exception } from "../domain/series.ts";
import type { SeriesException as ExceptionRow } from "../gen/prisma/client.ts";
import { throwKind } from "@calends/kit/database-errors";
import type { Tx } from "./index.ts";

/** Reads the exceptions of a series in the order of their dates. */
export async function readExceptions(db: Tx, organizationId: string, seriesId: string): Promise<Exception[]> {
  const where = { organizationId, seriesId };
  const rows = await db.seriesException.findMany({ where, orderBy: { recurrenceId: "asc" } }).catch(throwKind);
  return rows.map(toException);
}

/** Writes new exceptions, in one statement whose cost does not grow with the number of its parameters. */
export async function insertExceptions(
  tx: Tx,
  organizationId: string,
  seriesId: string,
  exceptions: readonly Exception[],
): Promise<void> {
  if (exceptions.length > 0) {
    await tx.$executeRaw`
      INSERT INTO series_exceptions
        (organization_id, series_id, recurrence_id, kind, starts_at, duration_ms, title, reason)
      SELECT ${organizationId}::uuid, ${seriesId}::uuid, e.*
      FROM unnest(
        ${exceptions.map(({ recurrenceId }) => new Date(recurrenceId))}::timestamptz[],
        ${exceptions.map(({ kind }) => kind)}::text[],
        ${exceptions.map(({ startMs }) => new Date(startMs))}::timestamptz[],
        ${exceptions.map(({ durationMs }) => durationMs)}::bigint[],
        ${exceptions.map(({ title }) => title)}::text[],
        ${exceptions.map(({ reason }) => reason)}::text[]
      ) AS e (recurrence_id, kind, starts_at, duration_ms, title, reason)`.catch(throwKind);
  }
}

/** Writes what differs: an edit never changes an exception in place, so those that stayed are the same objects. */
export async function replaceExceptions(
  tx: Tx,
  organizationId: string,
  seriesId: string,
  before: readonly Exception[],
  after: readonly Exception[],
): Promise<void> {
  const kept = new Set(after);
  const gone = before.filter((exception) => !kept.has(exception)).map(({ recurrenceId }) => new Date(recurrenceId));
  if (gone.length > 0) {
    const where = { organizationId, seriesId, recurrenceId: { in: gone } };
    await tx.seriesException.deleteMany({ where }).catch(throwKind);
  }
  const known = new Set(before);
  const added = after.filter((exception) => !known.has(exception));
  await insertExceptions(tx, organizationId, seriesId, added);
}

function toException({ recurrenceId, kind, startsAt, durationMs, title, reason }: ExceptionRow): Exception {
  return {
    recurrenceId: recurrenceId.getTime(),
    kind: kind as Exception["kind"],
    startMs: startsAt.getTime(),
    durationMs: durationMs === null ? null : Number(durationMs),
    title,
    reason,
  };
}
