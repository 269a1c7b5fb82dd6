import { throwKind } from "@calends/kit/database-errors";
import { decodePageToken, pageOf } from "@calends/kit/paging";
import { takeTurns } from "@calends/kit/turns";
import { compiledPattern } from "../domain/compiled-patterns.ts";
import { hasDateIn, type Pattern } from "../domain/pattern.ts";
import type { TimeException, TimeKind, TimeRecord } from "../domain/time-record.ts";
import { Prisma } from "../gen/prisma/client.ts";
import { exceptedOf } from "./excepted.ts";
import type { Tx } from "./index.ts";
import { toException, toRecord } from "./time-rows.ts";
import { noTime } from "./time-writes.ts";

/** A record as it is read: of a changed date its master too. */
export interface StoredTime {
  /** The record; of a changed date its master. */
  readonly time: TimeRecord;
  readonly exception: TimeException | null;
}

/** Which records are listed. */
export interface TimeFilter {
  readonly kind: TimeKind;
  /** None means every calendar. */
  readonly calendarIds: readonly string[];
  /** The bundles among them with their primary members. */
  readonly bundles: readonly { readonly id: string; readonly primaryId: string }[];
  /** Null for all. */
  readonly window: { readonly fromMs: number; readonly toMs: number } | null;
  /** Part of the reason, in either case; empty for all. */
  readonly reason: string;
  readonly which: "all" | "masters" | "occurrences" | "recurring" | "non_recurring";
}

/** Reads one record by its id; throws "not found" also where another organization has it. */
export async function readTime(db: Tx, organizationId: string, kind: TimeKind, id: string): Promise<StoredTime> {
  const found = (await readStored(db, organizationId, [id])).get(id);
  if (found === undefined || found.time.kind !== kind || found.exception?.cancelled === true) {
    throw noTime(kind);
  }
  return found;
}

/** Reads records by their ids, in two queries. */
export async function readStored(
  db: Tx,
  organizationId: string,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, StoredTime>> {
  const rows = await findRows(db, organizationId, [...new Set(ids)]);
  const masterIds = new Set(rows.flatMap(({ masterId }) => masterId ?? []));
  const masters = await findRows(db, organizationId, [...masterIds]);
  const byId = new Map(masters.map((row) => [row.id, toRecord(row)]));
  return new Map(
    rows.flatMap((row) => {
      const time = row.masterId === null ? toRecord(row) : byId.get(row.masterId);
      const exception = row.masterId === null ? null : toException(row);
      return time === undefined ? [] : [[row.id, { time, exception }] as const];
    }),
  );
}

function findRows(db: Tx, organizationId: string, ids: readonly string[]) {
  return ids.length === 0
    ? []
    : db.calendarTime.findMany({ where: { organizationId, id: { in: [...ids] } } }).catch(throwKind);
}

/**
 * Reads a page of records by start, then id. A master counts in a window when one of its dates does, which the database
 * does not know: rows are read until the page is full.
 */
export async function listTimes(
  db: Tx,
  organizationId: string,
  filter: TimeFilter,
  pageSize: number,
  pageToken: string,
): Promise<{ times: StoredTime[]; nextPageToken: string }> {
  const page = pageOf(await findMatching(db, organizationId, filter, pageSize + 1, pageToken), pageSize, keyOf);
  const ids = page.rows.map(({ id }) => id);
  const stored = await readStored(db, organizationId, ids);
  return { times: ids.flatMap((id) => stored.get(id) ?? []), nextPageToken: page.nextPageToken };
}

/** The first so many rows that match. A rule may take long to look through: others have their turn in between. */
async function findMatching(
  db: Tx,
  organizationId: string,
  filter: TimeFilter,
  count: number,
  pageToken: string,
): Promise<ListRow[]> {
  const matching: ListRow[] = [];
  const turn = takeTurns();
  let after = decodePageToken(pageToken, ["instant", "uuid"]);
  for (;;) {
    const rows = await readBatch(db, organizationId, filter, after);
    for (const row of rows) {
      if (isInWindow(row, filter)) {
        matching.push(row);
      }
      if (matching.length === count) {
        return matching;
      }
      await turn();
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < batchSize) {
      return matching;
    }
    after = keyOf(last);
  }
}

const batchSize = 1_001;

interface ListRow {
  readonly id: string;
  readonly starts_ms: number;
  readonly pattern: Pattern | null;
  /** Original starts that are not as the rule has them. */
  readonly excepted: number[];
  readonly has_changed: boolean;
}

function keyOf({ starts_ms, id }: ListRow): readonly string[] {
  return [new Date(starts_ms).toISOString(), id];
}

function isInWindow({ pattern, excepted, has_changed }: ListRow, { window }: TimeFilter): boolean {
  if (pattern === null || window === null || has_changed) {
    return true;
  }
  return hasDateIn(compiledPattern(pattern), [window.fromMs, window.toMs], new Set(excepted));
}

async function readBatch(
  db: Tx,
  organizationId: string,
  filter: TimeFilter,
  after: readonly string[] | null,
): Promise<ListRow[]> {
  const { kind, window, reason, which } = filter;
  const { sql, empty } = Prisma;
  const from = window === null ? new Date(0) : new Date(window.fromMs);
  const to = window === null ? new Date(0) : new Date(window.toMs);
  const changed = sql`EXISTS (
    SELECT 1 FROM calendar_times e WHERE e.organization_id = t.organization_id AND e.master_id = t.id
      AND NOT e.cancelled AND e.ends_at > ${from} AND e.starts_at < ${to})`;
  const until = sql`CASE WHEN t.rule IS NULL THEN t.ends_at ELSE coalesce(t.occurs_until, 'infinity') END`;
  const inWindow = sql`AND ((t.starts_at < ${to} AND ${until} > ${from}) OR ${changed})`;
  return db.$queryRaw<ListRow[]>`
    SELECT t.id::text, (extract(epoch FROM t.starts_at) * 1000)::float8 AS starts_ms,
      CASE WHEN t.rule IS NOT NULL THEN json_build_object('rule', t.rule, 'localStart', t.local_start,
        'timeZone', t.time_zone, 'durationMs', t.duration_ms, 'extraLines', t.extra_lines) END AS pattern,
      ${exceptedOf("t", from, to)} AS excepted,
      ${changed} AS has_changed
    FROM calendar_times t
    WHERE t.organization_id = ${organizationId}::uuid AND t.kind = ${kind} AND NOT t.cancelled
      ${onCalendars(filter)}
      ${window === null ? empty : inWindow}
      ${reason === "" ? empty : sql`AND position(lower(${reason}) IN lower(t.reason)) > 0`}
      ${conditions[which]}
      ${after === null ? empty : sql`AND (t.starts_at, t.id) > (${after[0]}::timestamptz, ${after[1]}::uuid)`}
    ORDER BY t.starts_at, t.id LIMIT ${batchSize}`.catch(throwKind);
}

/** What stands on one of the calendars, or was made on one: of a bundle's times that on the primary member. */
function onCalendars({ calendarIds, bundles }: TimeFilter): Prisma.Sql {
  const { sql, empty } = Prisma;
  if (bundles.length === 0) {
    return calendarIds.length === 0 ? empty : sql`AND t.calendar_id = ANY (${calendarIds}::uuid[])`;
  }
  const [ids, primaries] = [bundles.map(({ id }) => id), bundles.map(({ primaryId }) => primaryId)];
  return sql`AND t.calendar_id = ANY (${[...calendarIds, ...primaries]}::uuid[])
    AND (t.calendar_id = ANY (${calendarIds}::uuid[])
      OR (t.bundle_calendar_id, t.calendar_id) IN (SELECT * FROM unnest(${ids}::uuid[], ${primaries}::uuid[])))`;
}

const conditions: Readonly<Record<TimeFilter["which"], Prisma.Sql>> = {
  all: Prisma.empty,
  masters: Prisma.sql`AND t.rule IS NOT NULL`,
  occurrences: Prisma.sql`AND t.master_id IS NOT NULL`,
  recurring: Prisma.sql`AND (t.rule IS NOT NULL OR t.master_id IS NOT NULL)`,
  non_recurring: Prisma.sql`AND t.rule IS NULL AND t.master_id IS NULL`,
};
