import { zoneOf } from "@calends/time/zone";
import { compile, type CompileOptions } from "./compile.ts";
import type { CompiledSet } from "./compiled-set.ts";
import { InvalidRuleError } from "./errors.ts";
import { normalizeSet } from "./normalize.ts";

/** A set as records and messages have it: by the wall clock of one zone. */
export interface LocalPattern {
  /** As in "2026-12-01T19:00:00". */
  readonly localStart: string;
  readonly timeZone: string;
  /** RRULE text. */
  readonly rule: string;
  /** RDATE and EXDATE lines; empty for none. */
  readonly extraLines: string;
}

/** An end further from the start than this counts as none: nobody waits for it, and finding it takes long. */
const foreseeableMs = 40 * 366 * 86_400_000;

/** A pattern as content lines. */
export function contentOf({ localStart, timeZone, rule, extraLines }: LocalPattern): string {
  const start = `DTSTART;TZID=${timeZone}:${localStart.replaceAll(/[-:]/g, "")}`;
  return `${start}\nRRULE:${rule}${extraLines === "" ? "" : `\n${extraLines}`}`;
}

/**
 * Checks and normalizes the extra lines of a set that has the content lines `content` otherwise: one date a line, in
 * order; a time without a zone is meant in that of the pattern. Throws InvalidRuleError.
 */
export function readExtraLines(content: string, text: string, timeZone: string): string {
  const lines = text.replaceAll(/\r?\n[ \t]/g, "").split(/\r?\n/);
  const wrong = lines.find((line) => !/^((RDATE|EXDATE)[;:].*)?$/i.test(line));
  if (wrong !== undefined) {
    const name = /^\s*[\w-]*/.exec(wrong)?.[0].trim() ?? "";
    throw new InvalidRuleError(name || "set", wrong, "UNKNOWN_PART", "extra_lines has RDATE and EXDATE lines only");
  }
  const normal = normalizeSet(`${content}\n${lines.join("\n")}`).split("\n");
  const extra = normal.filter((line) => /^(RDATE|EXDATE)/.test(line));
  const period = extra.find((line) => line.includes("VALUE=PERIOD"));
  if (period !== undefined) {
    const why = "a date with a length of its own is a changed occurrence";
    throw new InvalidRuleError("RDATE", period, "UNSUPPORTED", why);
  }
  return extra
    .map((line) => (/^\w+:\d{8}T\d{6}$/.test(line) ? line.replace(":", `;TZID=${timeZone}:`) : line))
    .join("\n");
}

/** The instant of the one date of a normalized line of RDATE or EXDATE that names its zone or is in UTC. */
export function extraDateOf(line: string, options: CompileOptions = {}): number {
  return compile(line.replace(/^(RDATE|EXDATE)/, "DTSTART"), options).last() ?? Number.NaN;
}

/** Whether a set has an occurrence at an instant. */
export function hasDate(set: CompiledSet, ms: number): boolean {
  return Number.isSafeInteger(ms) && set.between(ms, ms + 1, { limit: 1 }).starts.length === 1;
}

/** Whether a set ends within forty years from an instant on; what ends later counts as endless. */
export function endsForeseeably(set: CompiledSet, fromMs: number): boolean {
  return set.isFinite && set.next(fromMs + foreseeableMs) === null;
}

/** The instant of a wall clock, as in "2026-12-01T19:00:00", in a zone. */
export function toInstant(timeZone: string, local: string): number {
  return zoneOf(timeZone).toUtc(Date.parse(`${local}Z`));
}

/** Milliseconds since 1970-01-01T00:00 on the wall clock of a zone at an instant. */
export function toWallClock(timeZone: string, ms: number): number {
  return ms + zoneOf(timeZone).offsetAt(ms);
}
