import { compile, formatRule, InvalidRuleError, parseRule, type CompiledSet, type Rule } from "@calends/recurrence";
import { formatLocalDate, parseLocalDate } from "@calends/time/local-date";
import { dateOf, lastExtraDate, readExtraLines } from "./extra-dates.ts";
import { isZone, zoneOf, type GapPolicy } from "@calends/time/zone";
import { invalidField } from "@calends/kit/domain-error";
import {
  datesAsMidnights,
  dayMs,
  endOfDays,
  endWithDay,
  isWholeDays,
  refuseOtherZones,
  refuseTimes,
} from "./all-day.ts";

/** When a series takes place. Everything in it is normalized, so that equal patterns are equal texts. */
export interface Pattern {
  /** As in "2026-12-01T19:00:00": a wall clock in the zone. */
  readonly localStart: string;
  readonly timeZone: string;
  readonly durationMs: number;
  /** RRULE text with the end of the series in it. */
  readonly rule: string;
  /** RDATE and EXDATE lines; empty for none. */
  readonly extraLines: string;
  readonly gap: GapPolicy;
  /** Whether occurrences are whole days: the start is a midnight, the length so many times 24 hours by the wall clock. */
  readonly allDay: boolean;
}

/** A pattern as a caller says it. */
export interface PatternDraft extends Pattern {
  /** Last local date on which an occurrence may start, as in "2027-06-30"; empty for none. */
  readonly endDate: string;
}

/** An end further from the start than this counts as none: nobody waits for it, and finding it takes long. */
const foreseeableMs = 40 * 366 * dayMs;

/** Checks and normalizes a pattern. Throws InvalidRuleError, or "invalid" naming the field at fault. */
export function readPattern({ endDate, ...draft }: PatternDraft): Pattern {
  if (!isZone(draft.timeZone)) {
    throw invalidField("pattern.time_zone", `unknown time zone: ${draft.timeZone}`);
  }
  refuseNoTime(draft.localStart);
  refuseFraction("pattern.duration", draft.durationMs);
  const rule = readRule(draft);
  const text = draft.allDay ? datesAsMidnights(draft.extraLines) : draft.extraLines;
  const normal: Pattern = { ...draft, rule: formatRule(rule), gap: draft.allDay ? "shift" : draft.gap };
  const open = {
    ...normal,
    extraLines: readExtraLines(contentOf({ ...normal, extraLines: "" }), text, draft.timeZone),
  };
  if (draft.allDay) {
    refuseOtherZones(open.extraLines, draft.timeZone);
  }
  const pattern = endDate === "" ? open : withEnd(open, rule, endDate, "pattern.end_date");
  if (compilePattern(pattern).isEmpty) {
    if (endDate !== "" && !compilePattern(open).isEmpty) {
      throw invalidField("pattern.end_date", "no occurrence starts on or before end_date");
    }
    throw new InvalidRuleError("RRULE", pattern.rule, "CONFLICT", "the series has no occurrence");
  }
  return pattern;
}

/** Makes a pattern ready to answer. */
export function compilePattern(pattern: Pattern): CompiledSet {
  return compile(contentOf(pattern), { gap: pattern.gap });
}

/** A pattern as content lines. */
export function contentOf({ localStart, timeZone, rule, extraLines }: Pattern): string {
  const start = `DTSTART;TZID=${timeZone}:${localStart.replaceAll(/[-:]/g, "")}`;
  return `${start}\nRRULE:${rule}${extraLines === "" ? "" : `\n${extraLines}`}`;
}

/** Whether a pattern has an occurrence at an instant. */
export function hasDate(set: CompiledSet, ms: number): boolean {
  return Number.isSafeInteger(ms) && set.between(ms, ms + 1, { limit: 1 }).starts.length === 1;
}

/**
 * The last occurrence of a pattern: null where it does not end in forty years, minus infinity where it has none.
 */
export function lastStart(pattern: Pattern): number | null {
  const set = compilePattern(pattern);
  if (!set.isFinite || set.next(toInstant(pattern, pattern.localStart) + foreseeableMs) !== null) {
    return null;
  }
  return set.last() ?? Number.NEGATIVE_INFINITY;
}

/** The instant of a wall clock in the pattern's zone. */
export function toInstant({ timeZone }: Pattern, local: string): number {
  return zoneOf(timeZone).toUtc(Date.parse(`${local}Z`));
}

/** Milliseconds since 1970-01-01T00:00 on the wall clock of a zone at an instant. */
export function toWallClock(timeZone: string, ms: number): number {
  return ms + zoneOf(timeZone).offsetAt(ms);
}

/** Ends a pattern on a local date, in place of the end that it has; an empty date leaves it open-ended. */
export function endOn(pattern: Pattern, endDate: string): Pattern {
  const { count: _count, until: _until, ...rule } = parseRule(pattern.rule);
  return endDate === "" ? { ...pattern, rule: formatRule(rule) } : withEnd(pattern, rule, endDate, "end_date");
}

/** The local date after which no occurrence of the rule starts; null where there is none, or none foreseeable. */
export function endDateOf(pattern: Pattern): string | null {
  const { until } = parseRule(pattern.rule);
  const last = until?.ms ?? lastStart({ ...pattern, extraLines: "" });
  return last === null || last === Number.NEGATIVE_INFINITY
    ? null
    : formatLocalDate(toWallClock(pattern.timeZone, last));
}

/** What a pattern has before an instant: the rule ends a second before it, further dates from there on are gone. */
export function cutBefore(pattern: Pattern, ms: number): Pattern {
  const last = lastStart({ ...pattern, extraLines: "" });
  const extraLines = pattern.extraLines
    .split("\n")
    .filter((line) => line !== "" && dateOf(pattern, line) < ms)
    .join("\n");
  if (last !== null && last < ms) {
    return { ...pattern, extraLines };
  }
  const { count: _, ...rule } = parseRule(pattern.rule);
  return { ...pattern, extraLines, rule: formatRule({ ...rule, until: { kind: "utc", ms: ms - 1000 } }) };
}

/** Throws where a time or length is not in whole seconds, which are all that iCalendar knows. */
export function refuseFraction(field: string, ms: number): void {
  if (ms % 1000 !== 0) {
    throw invalidField(field, "must be in whole seconds");
  }
}

function withEnd(pattern: Pattern, rule: Rule, endDate: string, field: string): Pattern {
  if (rule.count !== undefined) {
    throw invalidField(field, "COUNT and end_date cannot stand together");
  }
  if (parseLocalDate(endDate) === undefined) {
    throw invalidField(field, `there is no date ${endDate}`);
  }
  const endMs = toInstant(pattern, `${endDate}T23:59:59`);
  if (lastExtraDate(pattern) > endMs) {
    throw invalidField(field, "extra_lines has a further date after end_date");
  }
  const ms = Math.min(endMs, rule.until?.ms ?? endMs);
  return { ...pattern, rule: formatRule({ ...rule, until: { kind: "utc", ms } }) };
}

/** The end of an occurrence. */
export function endOf({ allDay, timeZone }: Pattern, startMs: number, durationMs: number): number {
  return allDay && isWholeDays(timeZone, startMs, durationMs)
    ? endOfDays(timeZone, startMs, durationMs)
    : startMs + durationMs;
}

function readRule(draft: Pattern): Rule {
  const rule = parseRule(draft.rule);
  if (!draft.allDay) {
    return rule;
  }
  refuseTimes(draft, rule);
  return endWithDay(rule, draft.timeZone);
}

function refuseNoTime(localStart: string): void {
  const ms = Date.parse(`${localStart}Z`);
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 19) !== localStart) {
    throw invalidField("pattern.local_start", `there is no time ${localStart}`);
  }
}
