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
  const zone = zoneOf(timeZone);
  const endMs = zone.toUtc(startMs + zone.offsetAt(startMs) + durationMs);
  return endMs > startMs ? endMs : startMs + durationMs;
}

/** The starts of dates that are in progress at some instant of [fromMs, toMs); at most `limit` are looked at. */
export function startsIn({ pattern, set }: CompiledPattern, fromMs: number, toMs: number, limit: number): number[] {
  const { starts } = set.between(fromMs - reachOf(pattern), toMs, { limit });
  return Array.from(starts).filter((startMs) => endOf(pattern, startMs) > fromMs);
}

/** No date of a pattern is in progress so long after its start. */
export function reachOf({ durationMs }: Pick<Pattern, "durationMs">): number {
  return durationMs + dayMs;
}
