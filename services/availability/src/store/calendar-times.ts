import { throwKind } from "@calends/kit/database-errors";
import { DomainError } from "@calends/kit/domain-error";
import { compiledPattern } from "../domain/compiled-patterns.ts";
import { endOf, startsIn } from "../domain/pattern.ts";
import type { TimeKind } from "../domain/time-record.ts";
import { exceptedOf } from "./excepted.ts";
import type { Tx } from "./index.ts";
import { toPattern, type PatternColumns } from "./time-rows.ts";

/** One span of a blocked or available time. */
export interface TimeSpan {
  readonly calendarId: string;
  readonly startMs: number;
  readonly endMs: number;
  /** The record; of a date that is as its master has it, the master. */
  readonly id: string;
  readonly reason: string;
}

/** A span with what names it among the dates of a recurring time. */
export interface Expanded extends TimeSpan {
  /** Null of a single time. */
  readonly masterId: string | null;
  /** Its original start; null of a single time. */
  readonly recurrenceMs: number | null;
  /** The bundle that it was made on; null for none. */
  readonly bundleCalendarId: string | null;
  /** Whether it is the first date of a master and as the master has it; of a changed date nothing is said. */
  readonly isMastersOwn: boolean;
}

/** Most spans that one question is answered with. */
const maxSpans = 200_000;

/** Whose times, and of which kind. */
export interface TimesAsked {
  readonly organizationId: string;
  readonly calendarIds: readonly string[];
  readonly kind: TimeKind;
}

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Reads the blocked or available times of calendars that overlap a window, by start: recurring ones date by date, with their
 * exceptions. One query, however many calendars, masters and exceptions there are.
 */
export async function expandTimes(db: Tx, asked: TimesAsked, window: Window): Promise<Expanded[]> {
  const rows = await readRows(db, asked, window);
  const spans: Expanded[] = [];
  for (const row of rows) {
    addSpans(row, window, spans);
    if (spans.length > maxSpans) {
      throw new DomainError("exhausted", "INVALID_FIELD", `more than ${maxSpans} times in the range; ask for less`);
    }
  }
  return spans.sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

interface Row extends PatternColumns {
  readonly id: string;
  readonly calendar_id: string;
  readonly bundle_calendar_id: string | null;
  readonly starts_ms: number;
  readonly ends_ms: number;
  readonly reason: string;
  readonly master_id: string | null;
  readonly recurrence_ms: number | null;
  /** Original starts that are not as the rule has them. */
  readonly excepted: number[];
}

function addSpans(row: Row, { fromMs, toMs }: Window, spans: Expanded[]): void {
  const { id, calendar_id: calendarId, bundle_calendar_id: bundleCalendarId, reason } = row;
  const common = { id, calendarId, bundleCalendarId, reason };
  const pattern = toPattern(row);
  if (pattern === null) {
    const { starts_ms: startMs, ends_ms: endMs, master_id: masterId, recurrence_ms: recurrenceMs } = row;
    spans.push({ ...common, startMs, endMs, masterId, recurrenceMs, isMastersOwn: false });
    return;
  }
  const excepted = new Set(row.excepted);
  for (const startMs of startsIn(compiledPattern(pattern), fromMs, toMs, maxSpans + row.excepted.length)) {
    if (!excepted.has(startMs)) {
      const endMs = endOf(pattern, startMs);
      const isMastersOwn = startMs === row.starts_ms;
      spans.push({ ...common, startMs, endMs, masterId: id, recurrenceMs: startMs, isMastersOwn });
    }
  }
}

/** Single times and changed dates in the window, and the masters that may have dates in it. */
async function readRows(
  db: Tx,
  { organizationId, calendarIds, kind }: TimesAsked,
  { fromMs, toMs }: Window,
): Promise<Row[]> {
  const from = new Date(fromMs);
  const to = new Date(toMs);
  return db.$queryRaw<Row[]>`
    SELECT t.id::text, t.calendar_id::text, t.bundle_calendar_id::text, t.reason, t.master_id::text, t.excepted, t.rule,
      t.local_start AS "localStart", t.time_zone AS "timeZone", t.duration_ms::float8 AS "durationMs",
      t.extra_lines AS "extraLines",
      (extract(epoch FROM t.starts_at) * 1000)::float8 AS starts_ms,
      (extract(epoch FROM t.ends_at) * 1000)::float8 AS ends_ms,
      (extract(epoch FROM t.recurrence_id) * 1000)::float8 AS recurrence_ms
    FROM unnest(${calendarIds}::uuid[]) AS asked (id)
    CROSS JOIN LATERAL (
      SELECT s.*, '{}'::float8[] AS excepted FROM calendar_times s
      WHERE s.organization_id = ${organizationId}::uuid AND s.calendar_id = asked.id AND s.kind = ${kind}
        AND s.rule IS NULL AND NOT s.cancelled AND s.ends_at > ${from} AND s.starts_at < ${to}
      UNION ALL
      SELECT m.*, ${exceptedOf("m", from, to)} FROM calendar_times m
      WHERE m.organization_id = ${organizationId}::uuid AND m.calendar_id = asked.id AND m.kind = ${kind}
        AND m.rule IS NOT NULL AND coalesce(m.occurs_until, 'infinity') > ${from} AND m.starts_at < ${to}
    ) t`.catch(throwKind);
}
