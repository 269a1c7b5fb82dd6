import { hasDate } from "@calends/recurrence/pattern";
import { compilePattern, endOf, startsIn, type CompiledPattern } from "./pattern.ts";
import type { Shape } from "./read-pattern.ts";

/** Whether a time may not, or may, be booked. */
export type TimeKind = "blocked" | "available";

/** A blocked or available time: a single one, or a master with its pattern. Instants are epoch milliseconds. */
export interface TimeRecord extends Shape {
  readonly id: string;
  readonly calendarId: string;
  readonly kind: TimeKind;
  readonly reason: string;
  readonly externalId: string | null;
  /** The bundle that it was made on. */
  readonly bundleCalendarId: string | null;
  /** The record on the bundle's primary member that it follows. */
  readonly bundlePrimaryId: string | null;
  readonly version: bigint;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** One date of a master that is not as the pattern has it. */
export interface TimeException {
  readonly id: string;
  /** Its original start. */
  readonly recurrenceMs: number;
  /** Its start now; of a cancelled one its original start. */
  readonly startMs: number;
  readonly endMs: number;
  readonly cancelled: boolean;
  readonly reason: string;
  readonly version: bigint;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A record with its exceptions: one for each recurrence id, all of dates that its pattern has. A single time has none. */
export interface Held {
  readonly time: TimeRecord;
  readonly exceptions: readonly TimeException[];
}

/** What a caller sets of a record beside its shape. */
export interface TimeTexts {
  readonly reason: string;
  /** Null for none. */
  readonly externalId: string | null;
}

/** Where a new record stands. */
export type Placement = Pick<TimeRecord, "id" | "calendarId" | "kind" | "bundleCalendarId" | "bundlePrimaryId">;

/** Makes a record. */
export function createTime(placement: Placement, shape: Shape, texts: TimeTexts, now: Date): Held {
  const stamps = { version: 1n, createdAt: now, updatedAt: now };
  return { time: { ...placement, ...shape, ...texts, ...stamps }, exceptions: [] };
}

/** A record one version on. */
export function changed({ time, exceptions }: Held, values: Partial<TimeRecord>, now: Date): Held {
  return { time: { ...time, ...values, version: time.version + 1n, updatedAt: now }, exceptions };
}

/** The end of a date that is as the pattern has it. */
export function plannedEnd({ pattern, startMs, endMs }: TimeRecord, recurrenceMs: number): number {
  return pattern === null ? recurrenceMs + endMs - startMs : endOf(pattern, recurrenceMs);
}

/** Whether a record has a date at an instant, exceptions or not. */
export function hasOccurrence({ pattern }: TimeRecord, recurrenceMs: number): boolean {
  return pattern !== null && hasDate(compilePattern(pattern).set, recurrenceMs);
}

/** The spans of a record that overlap [fromMs, toMs), by start, exceptions applied; the first `limit` of them. */
export function spansOf(
  { time, exceptions }: Held,
  compiled: CompiledPattern | null,
  [fromMs, toMs]: readonly [number, number],
  limit: number,
): { startMs: number; endMs: number }[] {
  const moved = exceptions.filter(({ cancelled }) => !cancelled);
  const single = compiled === null ? [time] : moved;
  const excepted = new Set(exceptions.map(({ recurrenceMs }) => recurrenceMs));
  // Each exception may take one of the pattern's starts away.
  const starts = compiled === null ? [] : startsIn(compiled, fromMs, toMs, limit + excepted.size);
  const planned = starts
    .filter((startMs) => !excepted.has(startMs))
    .map((startMs) => ({ startMs, endMs: plannedEnd(time, startMs) }));
  return [...planned, ...single.map(({ startMs, endMs }) => ({ startMs, endMs }))]
    .filter(({ startMs, endMs }) => startMs < toMs && endMs > fromMs)
    .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs)
    .slice(0, limit);
}
