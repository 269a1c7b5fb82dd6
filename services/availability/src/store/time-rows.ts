import { compiledPattern } from "../domain/compiled-patterns.ts";
import { occursUntil, type Pattern } from "../domain/pattern.ts";
import type { TimeException, TimeKind, TimeRecord } from "../domain/time-record.ts";
import type { CalendarTime as Row } from "../gen/prisma/client.ts";

/** A record as the columns of its table. */
export function columnsOf(organizationId: string, time: TimeRecord): Row {
  const { startMs, endMs, pattern, ...rest } = time;
  const until = pattern === null ? null : occursUntil(compiledPattern(pattern));
  return {
    ...rest,
    organizationId,
    startsAt: new Date(startMs),
    endsAt: new Date(endMs),
    localStart: pattern?.localStart ?? null,
    durationMs: pattern === null ? null : BigInt(pattern.durationMs),
    rule: pattern?.rule ?? null,
    extraLines: pattern?.extraLines ?? "",
    occursUntil: until === null ? null : new Date(until),
    masterId: null,
    recurrenceId: null,
    cancelled: false,
  };
}

/** An exception as the columns of its table. */
export function exceptionColumns(organizationId: string, master: TimeRecord, exception: TimeException): Row {
  const { calendarId, kind, timeZone, bundleCalendarId } = master;
  const { startMs, endMs, recurrenceMs, ...rest } = exception;
  return {
    ...rest,
    organizationId,
    calendarId,
    kind,
    timeZone,
    bundleCalendarId,
    startsAt: new Date(startMs),
    endsAt: new Date(endMs),
    recurrenceId: new Date(recurrenceMs),
    masterId: master.id,
    localStart: null,
    durationMs: null,
    rule: null,
    extraLines: "",
    occursUntil: null,
    externalId: null,
    bundlePrimaryId: null,
  };
}

/** A row as a record; the table's CHECKs hold what its texts may be. */
export function toRecord(row: Row): TimeRecord {
  return {
    id: row.id,
    calendarId: row.calendarId,
    kind: row.kind as TimeKind,
    startMs: row.startsAt.getTime(),
    endMs: row.endsAt.getTime(),
    timeZone: row.timeZone,
    pattern: toPattern(row),
    reason: row.reason,
    externalId: row.externalId,
    bundleCalendarId: row.bundleCalendarId,
    bundlePrimaryId: row.bundlePrimaryId,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/** A row as the exception that it is. */
export function toException(row: Row): TimeException {
  const { id, cancelled, reason, version, createdAt, updatedAt } = row;
  return {
    id,
    cancelled,
    reason,
    version,
    createdAt,
    updatedAt,
    recurrenceMs: row.recurrenceId?.getTime() ?? Number.NaN,
    startMs: row.startsAt.getTime(),
    endMs: row.endsAt.getTime(),
  };
}

/** The columns that are a pattern; all but zone and lines are null where there is none. */
export type PatternColumns = Pick<Row, "rule" | "localStart" | "timeZone" | "extraLines"> & {
  readonly durationMs: bigint | number | null;
};

/** The pattern of a row; null of what is no master. */
export function toPattern({ rule, localStart, durationMs, timeZone, extraLines }: PatternColumns): Pattern | null {
  return rule === null || localStart === null
    ? null
    : { rule, localStart, timeZone, durationMs: Number(durationMs), extraLines };
}
