import { invalidField } from "@calends/kit/domain-error";
import { compile, formatRule, parseRule } from "@calends/recurrence";
import { zoneOf } from "@calends/time/zone";
import { refuseUnknown } from "./occurrence-edits.ts";
import { hasDate, toWallClock } from "@calends/recurrence/pattern";
import { compilePattern, endOf, lastStart, startOf, type Pattern } from "./pattern.ts";
import { dateOf, type Shape } from "./read-pattern.ts";
import { changed, createTime, plannedEnd, type Held, type TimeException, type TimeTexts } from "./time-record.ts";

const dayMs = 86_400_000;

/** Replaces what a caller sets. Exceptions go along where the new pattern has a date for them. */
export function updateTime(held: Held, shape: Shape, texts: TimeTexts, now: Date): Held {
  const { time } = held;
  const exceptions = carried(held, time.startMs, shape, texts.reason, now);
  return changed({ ...held, exceptions }, { ...shape, ...texts }, now);
}

/** What is left of a record before one of its dates; null where nothing is. */
export function endBefore(held: Held, recurrenceMs: number, now: Date): Held | null {
  refuseUnknown(held, recurrenceMs);
  const { time } = held;
  const pattern = time.pattern === null ? null : cutBefore(time.pattern, recurrenceMs);
  if (pattern === null || recurrenceMs <= time.startMs || compilePattern(pattern).set.isEmpty) {
    return null;
  }
  const exceptions = held.exceptions.filter((exception) => exception.recurrenceMs < recurrenceMs);
  return changed({ ...held, exceptions }, { pattern }, now);
}

/** How a record goes on from one of its dates. */
export interface Continuation extends TimeTexts {
  readonly id: string;
  readonly shape: Shape;
  /** The record on the bundle's primary member that the new one follows. */
  readonly bundlePrimaryId: string | null;
  /** Place of the fields in the request. */
  readonly path: string;
}

/**
 * Ends a record before one of its dates and begins another there ("this and following"); where it has no date before, it is
 * changed as a whole. Exceptions from there on go along where the new pattern has a date for them.
 */
export function splitTime(
  held: Held,
  recurrenceMs: number,
  continuation: Continuation,
  now: Date,
): { ended: Held | null; continued: Held } {
  const { id, shape, reason, externalId, bundlePrimaryId, path } = continuation;
  const { time } = held;
  const ended = endBefore(held, recurrenceMs, now);
  const later = { ...held, exceptions: held.exceptions.filter((other) => other.recurrenceMs >= recurrenceMs) };
  const exceptions = carried(later, recurrenceMs, shape, reason, now);
  if (ended === null) {
    const texts = { reason, externalId: externalId ?? time.externalId };
    return { ended, continued: changed({ ...held, exceptions }, { ...shape, ...texts }, now) };
  }
  refuseEarly(ended, recurrenceMs, shape, path);
  const made = createTime({ ...time, id, bundlePrimaryId }, shape, { reason, externalId }, now);
  return { ended, continued: { ...made, exceptions } };
}

function contentBefore({ localStart, timeZone, rule }: Pattern): string {
  return `DTSTART;TZID=${timeZone}:${localStart.replaceAll(/[-:]/g, "")}\nRRULE:${rule}`;
}

/** What a pattern has before an instant: the rule ends a second before it, further dates from there on are gone. */
function cutBefore(pattern: Pattern, ms: number): Pattern {
  const extraLines = extraDatesBefore(pattern, ms);
  const last = lastStart(compile(contentBefore(pattern)), startOf(pattern));
  if (last !== null && last < ms) {
    return { ...pattern, extraLines };
  }
  const { count: _, ...rule } = parseRule(pattern.rule);
  return { ...pattern, extraLines, rule: formatRule({ ...rule, until: { kind: "utc", ms: ms - 1000 } }) };
}

function extraDatesBefore({ extraLines }: Pattern, ms: number): string {
  const lines = extraLines.split("\n").filter((line) => line !== "");
  return lines.filter((line) => dateOf(line) < ms).join("\n");
}

/** Throws where the new record would begin before the old one has had its last date. */
function refuseEarly({ time: { pattern } }: Held, recurrenceMs: number, shape: Shape, path: string): void {
  const last = pattern === null ? null : compilePattern(pattern).set.previous(recurrenceMs);
  if (last !== null && shape.startMs <= last) {
    const rule = `must be after ${new Date(last).toISOString()}, the last date of the recurring time that ends`;
    throw invalidField(`${path}.start_time`, rule);
  }
}

/**
 * The exceptions of a record for another pattern. Each stays at its instant where the pattern has it; else it goes to the
 * new time of day on its date; else as far as the first date moved. Those for which there is none are dropped.
 */
function carried(
  { time, exceptions }: Held,
  anchorMs: number,
  { pattern, timeZone, startMs }: Shape,
  reason: string,
  now: Date,
): TimeException[] {
  if (pattern === null || exceptions.length === 0) {
    return [];
  }
  const compiled = compilePattern(pattern);
  const zone = zoneOf(timeZone);
  const localStart = toWallClock(timeZone, startMs);
  const shiftMs = localStart - toWallClock(time.timeZone, anchorMs);
  const placesOf = (recurrenceMs: number): number[] => {
    const local = toWallClock(time.timeZone, recurrenceMs);
    const sameDate = Math.floor(local / dayMs) * dayMs + (((localStart % dayMs) + dayMs) % dayMs);
    return [recurrenceMs, zone.toUtc(sameDate), zone.toUtc(local + shiftMs)];
  };
  const byDate = new Map<number, TimeException>();
  for (const exception of exceptions) {
    const place = placesOf(exception.recurrenceMs).find((ms) => hasDate(compiled.set, ms));
    if (place !== undefined && !byDate.has(place)) {
      byDate.set(place, moved(exception, place, time, pattern, reason, now));
    }
  }
  return [...byDate.values()];
}

/** What was not changed about the date follows the new pattern; what was stays. */
function moved(
  exception: TimeException,
  recurrenceMs: number,
  time: Held["time"],
  pattern: Pattern,
  reason: string,
  now: Date,
): TimeException {
  const { startMs, endMs } = exception;
  const isInPlace = startMs === exception.recurrenceMs && endMs === plannedEnd(time, startMs);
  const after: TimeException = {
    ...exception,
    recurrenceMs,
    ...(isInPlace ? { startMs: recurrenceMs, endMs: endOf(pattern, recurrenceMs) } : {}),
    reason: exception.reason === time.reason ? reason : exception.reason,
  };
  const isSame =
    after.recurrenceMs === exception.recurrenceMs && after.endMs === endMs && after.reason === exception.reason;
  return isSame ? exception : { ...after, version: exception.version + 1n, updatedAt: now };
}
