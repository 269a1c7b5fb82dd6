import type { CompileOptions } from "./compile.ts";
import { compile } from "./compile.ts";
import { InvalidRuleError } from "./errors.ts";
import { formatRule } from "./format-rule.ts";
import { parseRule } from "./parse-rule.ts";
import { contentOf, extraDateOf, hasDate, toInstant, toWallClock, type LocalPattern } from "./pattern.ts";
import { remainingFrom } from "./remaining.ts";
import { ruleAtStart } from "./rule-at-start.ts";
import { isStartFurther, isStartOnRule, startOf } from "./start-on-rule.ts";

const dayMs = 86_400_000;

/** Where and when a pattern begins. */
export type LocalStart = Pick<LocalPattern, "localStart" | "timeZone">;
/** What of a pattern recurs. */
type Recurrence = Pick<LocalPattern, "rule" | "extraLines">;

/**
 * How a pattern goes on that begins anew from one of its dates, there or where that date is moved to, when nobody says by
 * which rule. It keeps what is left of COUNT and of the further and excluded dates; its days and times follow the start
 * where that tells them. Excluded dates move along, further dates stay. A start at the instant of the date is not moved:
 * it has the wall clock of the other dates, also where the clock skips that on its day. Throws InvalidRuleError with the
 * code RULE_NEEDED where the start does not tell the rule.
 */
export function continuePattern(
  before: LocalPattern,
  fromMs: number,
  { localStart, timeZone }: LocalStart,
  options: CompileOptions = {},
): LocalPattern {
  const start = { localStart, timeZone };
  const rest = remainingFrom(before, fromMs, options);
  if (rest === undefined) {
    throw ruleNeeded(before);
  }
  if (rest.timeZone === start.timeZone && startOf(rest) === startOf(start)) {
    return rest;
  }
  return { ...start, ...recurrenceAt(rest, start, fromMs > startOf(before), options) };
}

function recurrenceAt(rest: LocalPattern, start: LocalStart, isLater: boolean, options: CompileOptions): Recurrence {
  if (isStartOnRule(rest)) {
    return { rule: ruleFollowing(rest, start), extraLines: extraLinesMoved(rest, start, isLater) };
  }
  const { rule, extraLines } = rest;
  return isStartFurther(rest) || options.includeStart === true ? furtherMoved(rest, start) : { rule, extraLines };
}

/** Whether two texts of rules say the same. Throws InvalidRuleError where one is illegal. */
export function isSameRule(one: string, other: string): boolean {
  return formatRule(parseRule(one)) === formatRule(parseRule(other));
}

function ruleFollowing(rest: LocalPattern, start: LocalStart): string {
  const kept = withUntil(parseRule(rest.rule), rest, start);
  const followed = ruleAtStart(kept, localMs(start));
  const rules = [kept, ...(followed === undefined ? [] : [followed])].map(formatRule);
  const rule = rules.find((text) => isStartOnRule({ ...start, rule: text, extraLines: "" }));
  if (rule === undefined) {
    throw ruleNeeded(rest);
  }
  return rule;
}

/** The start of the rest is a date of its own, beside the rule: moved within its day it still is one. */
function furtherMoved(rest: LocalPattern, start: LocalStart): Recurrence {
  const others = linesOf(rest).filter((line) => !(line.startsWith("RDATE") && extraDateOf(line) === startOf(rest)));
  if (isStartOnRule({ ...start, rule: rest.rule, extraLines: "" })) {
    return { rule: rest.rule, extraLines: others.join("\n") };
  }
  if (rest.localStart.slice(0, 10) !== start.localStart.slice(0, 10)) {
    throw ruleNeeded(rest);
  }
  return { rule: rest.rule, extraLines: [...others, dateLine("RDATE", start.timeZone, localMs(start))].join("\n") };
}

/** A later time of day does not put the last day, on which UNTIL names the time, out of the rule. */
function withUntil(
  rule: ReturnType<typeof parseRule>,
  { localStart, timeZone }: LocalPattern,
  start: LocalStart,
): ReturnType<typeof parseRule> {
  const { until } = rule;
  if (until?.kind !== "utc") {
    return rule;
  }
  const untilLocal = toWallClock(timeZone, until.ms);
  const midnight = Math.floor(untilLocal / dayMs) * dayMs;
  const [before, after] = [localStart, start.localStart].map(timeOfDay);
  const time = untilLocal - midnight;
  if (before === undefined || after === undefined || time < before || time >= after) {
    return rule;
  }
  return { ...rule, until: { kind: "utc", ms: toInstant(start.timeZone, textOf(midnight + after)) } };
}

/** Dates of the rule that are excluded move with the start; further dates do not, and before a new start there are none. */
function extraLinesMoved(rest: LocalPattern, start: LocalStart, isLater: boolean): string {
  const ruled = compile(contentOf({ ...rest, extraLines: "" }));
  const shiftMs = localMs(start) - localMs(rest);
  const lines = linesOf(rest).flatMap((line) => {
    const ms = extraDateOf(line);
    if (line.startsWith("RDATE")) {
      return ms === startOf(rest) || (isLater && ms < startOf(start)) ? [] : [line];
    }
    return [hasDate(ruled, ms) ? dateLine("EXDATE", start.timeZone, toWallClock(rest.timeZone, ms) + shiftMs) : line];
  });
  return lines.join("\n");
}

function ruleNeeded({ rule }: LocalPattern): InvalidRuleError {
  const sentence = "the new start does not tell on which days it goes on; say the rule";
  return new InvalidRuleError("RRULE", rule, "RULE_NEEDED", sentence);
}

function linesOf({ extraLines }: LocalPattern): string[] {
  return extraLines.split("\n").filter((line) => line !== "");
}

function dateLine(name: "RDATE" | "EXDATE", timeZone: string, ms: number): string {
  return `${name};TZID=${timeZone}:${textOf(ms).replaceAll(/[-:]/g, "")}`;
}

function localMs({ localStart }: LocalStart): number {
  return Date.parse(`${localStart}Z`);
}

function timeOfDay(local: string): number {
  return Date.parse(`1970-01-01${local.slice(10)}Z`);
}

function textOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}
