import { compile, type CompiledSet } from "@calends/recurrence";
import { zoneOf } from "@calends/time/zone";

/** When a recurring time takes place. Everything in it is normalized, so that equal patterns are equal texts. */
export interface Pattern {
  /** As in "2026-12-01T19:00:00": the wall clock of the first date, in the zone. */
  readonly localStart: string;
  readonly timeZone: string;
  /** How much later the wall clock of the end is: an hour more or less of real time where the clock changes in between. */
  readonly durationMs: number;
  /** RRULE text. */
  readonly rule: string;
  /** RDATE and EXDATE lines; empty for none. */
  readonly extraLines: string;
}

/** A pattern that is ready to answer. */
export interface CompiledPattern {
  readonly pattern: Pattern;
  readonly set: CompiledSet;
}

/** Offsets of one zone are never further apart than this. */
const dayMs = 86_400_000;
/** The last instant that messages and the database have in common: rules end with the year 9999, so that dates do too. */
export const endOfTime = Date.parse("9999-12-31T23:59:59.999Z");
/** An end further from the start than this counts as none: nobody waits for it, and finding it takes long. */
const foreseeableMs = 40 * 366 * dayMs;

/** Makes a pattern ready to answer. Its first date counts also where the rule does not have it: the record shows it. */
export function compilePattern(pattern: Pattern): CompiledPattern {
  return { pattern, set: compile(contentOf(pattern), { includeStart: true }) };
}

/** A pattern as content lines. */
export function contentOf({ localStart, timeZone, rule, extraLines }: Pattern): string {
  const start = `DTSTART;TZID=${timeZone}:${localStart.replaceAll(/[-:]/g, "")}`;
  return `${start}\nRRULE:${rule}${extraLines === "" ? "" : `\n${extraLines}`}`;
}

/**
 * The end of the date that starts at an instant: its wall clock plus the length. Where the clock goes back so far that this
 * would lie before the start, the length is real time.
 */
export function endOf({ timeZone, durationMs }: Pattern, startMs: number): number {
  const endMs = zoneOf(timeZone).toUtc(toWallClock(timeZone, startMs) + durationMs);
  return Math.min(endMs > startMs ? endMs : startMs + durationMs, endOfTime);
}

/**
 * The starts of dates that are in progress at some instant of [fromMs, toMs), in order. Where there are more than `limit` of
 * them, more than `limit` are answered, not all.
 */
export function startsIn({ pattern, set }: CompiledPattern, fromMs: number, toMs: number, limit: number): number[] {
  // Where the clock changes in between, what has ended is looked at too: at most one date a second of two days.
  const early = set.between(fromMs - exactReach(pattern, fromMs), fromMs, { limit: limit + 1 + (2 * dayMs) / 1000 });
  const inside = set.between(fromMs, toMs, { limit: limit + 1 });
  return [...Array.from(early.starts).filter((startMs) => endOf(pattern, startMs) > fromMs), ...inside.starts];
}

function exactReach({ timeZone, durationMs }: Pattern, fromMs: number): number {
  const reachMs = reachOf({ durationMs });
  return zoneOf(timeZone).stretchAt(fromMs).startMs <= fromMs - reachMs ? durationMs - 1 : reachMs;
}

/** No date is in progress so long after its start. */
export function reachOf({ durationMs }: Pick<Pattern, "durationMs">): number {
  return durationMs + dayMs;
}

/** Whether a pattern has a date at an instant. */
export function hasDate({ set }: CompiledPattern, startMs: number): boolean {
  return Number.isSafeInteger(startMs) && set.between(startMs, startMs + 1, { limit: 1 }).starts.length === 1;
}

/** From then on no date of a pattern is in progress; null where it does not end in forty years. */
export function occursUntil({ pattern, set }: CompiledPattern): number | null {
  const last = lastStart(set, startOf(pattern));
  return last === null ? null : endOf(pattern, last);
}

/** The last start of a set that has one; null where it does not end in forty years from an instant on. */
export function lastStart(set: CompiledSet, fromMs: number): number | null {
  return set.isFinite && set.next(fromMs + foreseeableMs) === null ? set.last() : null;
}

/** The start of the first date. */
export function startOf({ timeZone, localStart }: Pick<Pattern, "timeZone" | "localStart">): number {
  return zoneOf(timeZone).toUtc(Date.parse(`${localStart}Z`));
}

/** Milliseconds since 1970-01-01T00:00 on the wall clock of a zone at an instant. */
export function toWallClock(timeZone: string, ms: number): number {
  return ms + zoneOf(timeZone).offsetAt(ms);
}
