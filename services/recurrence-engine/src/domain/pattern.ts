import { compile, formatRule, InvalidRuleError, parseRule, type CompiledSet, type Rule } from "@calends/recurrence";
import {
  contentOf,
  endsForeseeably,
  readExtraLines,
  toInstant,
  toWallClock,
  type LocalPattern,
} from "@calends/recurrence/pattern";
import { formatLocalDate, parseLocalDate } from "@calends/time/local-date";
import { dateOf, lastExtraDate } from "./extra-dates.ts";
import type { GapPolicy } from "@calends/time/zone";
import { invalidField } from "@calends/kit/domain-error";
import { datesAsMidnights, endOfDays, endWithDay, isWholeDays, refuseOtherZones, refuseTimes } from "./all-day.ts";
import { readZone } from "./read-zone.ts";

/**
 * When a series takes place, the end of the series in its rule. Everything in it is normalized, so that equal patterns are
 * equal texts.
 */
export interface Pattern extends LocalPattern {
  readonly durationMs: number;
  readonly gap: GapPolicy;
  /** Whether occurrences are whole days: the start is a midnight, the length so many times 24 hours by the wall clock. */
  readonly allDay: boolean;
}

/** A pattern as a caller says it. */
export interface PatternDraft extends Pattern {
  /** Last local date on which an occurrence may start, as in "2027-06-30"; empty for none. */
  readonly endDate: string;
}

/** Checks and normalizes a pattern. Throws InvalidRuleError, or "invalid" naming the field at fault. */
export function readPattern({ endDate, ...said }: PatternDraft, mayBeEmpty = false): Pattern {
  const draft = { ...said, timeZone: readZone(said.timeZone, "pattern.time_zone") };
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
  if (!mayBeEmpty && compilePattern(pattern).isEmpty) {
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

/**
 * The last occurrence of a pattern: null where it does not end in forty years, minus infinity where it has none.
 */
export function lastStart(pattern: Pattern): number | null {
  const set = compilePattern(pattern);
  const isForeseeable = endsForeseeably(set, toInstant(pattern.timeZone, pattern.localStart));
  return isForeseeable ? (set.last() ?? Number.NEGATIVE_INFINITY) : null;
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
  const endMs = toInstant(pattern.timeZone, `${endDate}T23:59:59`);
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

/** The rule of a pattern as it would be kept, its end_date in it. */
export function normalRule({ endDate, ...draft }: PatternDraft): string {
  const rule = readRule(draft);
  const open = { ...draft, rule: formatRule(rule), extraLines: "" };
  return endDate === "" ? open.rule : withEnd(open, rule, endDate, "pattern.end_date").rule;
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
