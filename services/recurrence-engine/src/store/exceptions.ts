import type { Exception } from "../domain/series-types.ts";
import type { SeriesException as ExceptionRow } from "../gen/prisma/client.ts";
import { throwKind } from "@calends/kit/database-errors";
import type { Tx } from "./index.ts";

/** So many rows at a time hold the event loop for some milliseconds. */
const batchSize = 500;

/** Reads the exceptions of a series in the order of their dates. */
export async function readExceptions(db: Tx, organizationId: string, seriesId: string): Promise<Exception[]> {
  const found: ExceptionRow[] = [];
  for (let rows: ExceptionRow[] | null = null; rows === null || rows.length === batchSize; found.push(...rows)) {
    const after = found.at(-1)?.recurrenceId;
    const where = { organizationId, seriesId, ...(after === undefined ? {} : { recurrenceId: { gt: after } }) };
    const page = { where, orderBy: { recurrenceId: "asc" }, take: batchSize } as const;
    rows = await db.seriesException.findMany(page).catch(throwKind);
  }
  return found.map(toException);
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

/** Writes what differs. */
export async function replaceExceptions(
  tx: Tx,
  organizationId: string,
  seriesId: string,
  before: readonly Exception[],
  after: readonly Exception[],
): Promise<void> {
  const kept = new Set(after.map(valuesOf));
  const gone = before.filter((exception) => !kept.has(valuesOf(exception)));
  if (gone.length > 0) {
    const recurrenceId = { in: gone.map((exception) => new Date(exception.recurrenceId)) };
    await tx.seriesException.deleteMany({ where: { organizationId, seriesId, recurrenceId } }).catch(throwKind);
  }
  const known = new Set(before.map(valuesOf));
  const added = after.filter((exception) => !known.has(valuesOf(exception)));
  await insertExceptions(tx, organizationId, seriesId, added);
}

function valuesOf({ recurrenceId, kind, startMs, durationMs, title, reason }: Exception): string {
  return JSON.stringify([recurrenceId, kind, startMs, durationMs, title, reason]);
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
