import { invalidField } from "@calends/kit/domain-error";
import { compile, formatRule, InvalidRuleError, parseRule } from "@calends/recurrence";
import { continuePattern, isSameRule } from "@calends/recurrence/continue-pattern";
import { contentOf, readExtraLines, toWallClock } from "@calends/recurrence/pattern";
import { compilePattern, endOf, endOfTime, startOf, type Pattern } from "./pattern.ts";
import { isZone } from "@calends/time/zone";

const dayMs = 86_400_000;
/** Dates that reach further are no occurrences: each question about a window would read them all. */
const maxDays = 366;

/** When a time takes place. */
export interface Shape {
  readonly startMs: number;
  readonly endMs: number;
  readonly timeZone: string;
  /** Null of a single time. */
  readonly pattern: Pattern | null;
}

/** When a time takes place, as a caller says it. */
export interface ShapeWish {
  readonly startMs: number;
  readonly endMs: number;
  readonly timeZone: string;
  /** RRULE text; empty for a single time, and for one that goes on. */
  readonly rule: string;
  /** RDATE and EXDATE lines. */
  readonly extraLines: string;
  /** What the time takes the place of; null for a new one, and for one that recurs no longer. */
  readonly before?: Before | null;
}

/** A pattern that is changed, from one of its dates on. */
export interface Before {
  /**
   * Where a date is on the same instants by it, its wall clock stays, which the instants alone do not tell on a day on
   * which the clock skips or repeats it.
   */
  readonly pattern: Pattern;
  /** The original start of that date; of all of the pattern its own start. */
  readonly recurrenceMs: number;
}

/** Checks and normalizes. Throws InvalidRuleError, or "invalid" naming the field at fault; `path` is the place in the request. */
export function readShape(wish: ShapeWish, path: string): Shape {
  const { startMs, endMs, timeZone } = wish;
  if (!isZone(timeZone)) {
    throw invalidField(`${path}.time_zone`, `unknown time zone: ${timeZone}`);
  }
  refuseEmpty(startMs, endMs, `${path}.start_time`, `${path}.end_time`);
  const { before = null } = wish;
  if (wish.rule === "" && before === null) {
    if (wish.extraLines.trim() !== "") {
      throw invalidField(`${path}.extra_lines`, "further dates need a rule");
    }
    return { startMs, endMs, timeZone, pattern: null };
  }
  const pattern = readPattern(wish, path);
  // Of a local time that the clock shows twice the dates of a rule have the first.
  const firstMs = startOf(pattern);
  return { startMs: firstMs, endMs: endOf(pattern, firstMs), timeZone, pattern };
}

/** Throws unless a time begins before it ends, within four-digit years, in whole seconds, which are all that iCalendar knows. */
export function refuseEmpty(startMs: number, endMs: number, startField: string, endField: string): void {
  if (startMs >= endMs) {
    throw invalidField(endField, "start_time must be before end_time");
  }
  if (endMs > endOfTime) {
    throw invalidField(endField, "must be before the year 10000");
  }
  const fraction = startMs % 1000 === 0 ? endField : startField;
  if (startMs % 1000 !== 0 || endMs % 1000 !== 0) {
    throw invalidField(fraction, "must be in whole seconds");
  }
}

function readPattern(wish: ShapeWish, path: string): Pattern {
  if (wish.endMs - wish.startMs > maxDays * dayMs) {
    throw invalidField(`${path}.end_time`, `a date of a recurring time is at most ${maxDays} days long`);
  }
  const clock = clockOf(wish);
  const { localStart, rule, extraLines } = recurrenceOf(wish, clock.localStart);
  const open: Pattern = {
    ...clock,
    localStart,
    timeZone: wish.timeZone,
    rule: formatRule(parseRule(rule)),
    extraLines: "",
  };
  const pattern = { ...open, extraLines: readDates(open, extraLines, path) };
  if (compilePattern(pattern).set.isEmpty) {
    throw new InvalidRuleError("EXDATE", pattern.extraLines, "CONFLICT", "no date is left");
  }
  return pattern;
}

/**
 * What is said, or what a pattern goes on by: where no rule is said, or the same as before. Further and excluded dates that
 * are said anew are taken as said.
 */
function recurrenceOf(
  { timeZone, rule, extraLines, before = null }: ShapeWish,
  localStart: string,
): Pick<Pattern, "localStart" | "rule" | "extraLines"> {
  if (before === null || (rule !== "" && !isSameRule(rule, before.pattern.rule))) {
    return { localStart, rule, extraLines };
  }
  const { pattern, recurrenceMs } = before;
  const goingOn = continuePattern(pattern, recurrenceMs, { localStart, timeZone }, { includeStart: true });
  const areKept = (rule === "" && extraLines === "") || normalLines(pattern, extraLines) === pattern.extraLines;
  return areKept ? goingOn : { ...goingOn, extraLines };
}

function normalLines(pattern: Pattern, extraLines: string): string {
  return readExtraLines(contentOf({ ...pattern, extraLines: "" }), extraLines, pattern.timeZone);
}

function clockOf({ startMs, endMs, timeZone, before }: ShapeWish): Pick<Pattern, "localStart" | "durationMs"> {
  const local = toWallClock(timeZone, startMs);
  const length = toWallClock(timeZone, endMs) - local;
  // A clock that goes back may show the end before the start.
  const durationMs = length > 0 ? length : endMs - startMs;
  const shown = { localStart: new Date(local).toISOString().slice(0, 19), durationMs };
  const like = before?.pattern;
  if (like === undefined || like.timeZone !== timeZone) {
    return shown;
  }
  const dates = [local - dayMs, local].map((ms) => new Date(ms).toISOString().slice(0, 10));
  const same = dates.map((date) => `${date}${like.localStart.slice(10)}`);
  const localStart = same.find((text) => startOf({ timeZone, localStart: text }) === startMs);
  const isSameLength = endOf(like, startMs) === endMs;
  return { localStart: localStart ?? shown.localStart, durationMs: isSameLength ? like.durationMs : durationMs };
}

function readDates(open: Pattern, text: string, path: string): string {
  const extraLines = readExtraLines(contentOf(open), text, open.timeZone);
  const further = extraLines.split("\n").filter((line) => line.startsWith("RDATE"));
  if (further.some((line) => dateOf(line) < startOf(open))) {
    throw invalidField(`${path}.extra_lines`, "a further date is before start_time");
  }
  return extraLines;
}

/** The instant of the one date of a normalized line. */
export function dateOf(line: string): number {
  return compile(line.replace(/^(RDATE|EXDATE)/, "DTSTART")).last() ?? Number.NaN;
}
