import { zoneOf, type GapPolicy, type Zone } from "@calends/time/zone";
import { createClockRule } from "./clock-rule.ts";
import { parseContent, type RecurrenceContent, type ZonedTime } from "./content.ts";
import { createDateRule } from "./date-rule.ts";
import { formatRule } from "./format-rule.ts";
import { createInstantRule, type InstantRule } from "./instants.ts";
import type { LocalRule } from "./local-rule.ts";
import type { SetDate } from "./members.ts";
import { createPlan, sortedUnique } from "./plan.ts";
import { createRscaleRule } from "./rscale-rule.ts";
import type { Rule } from "./rule.ts";
import type { CompiledSet } from "./compiled-set.ts";
import { createSet } from "./set.ts";

/** How a set is compiled. */
export interface CompileOptions {
  /** What becomes of local times that the clock skips; "shift" where it is not said. */
  readonly gap?: GapPolicy;
  /**
   * Whether DTSTART is an occurrence also where it does not match the rule, as Google Calendar has it: the first of those
   * that COUNT counts.
   */
  readonly includeStart?: boolean;
}

/**
 * Compiles a recurrence set: content lines (DTSTART, RRULE, RDATE, EXRULE, EXDATE) joined by newlines. The result never
 * changes and may be kept and shared. Throws InvalidRuleError with the part, its value, a code and a sentence.
 */
export function compile(text: string, options: CompileOptions = {}): CompiledSet {
  const content = parseContent(text);
  const { start, rules, exceptionRules } = content;
  const gap = options.gap ?? "shift";
  const zone = zoneOf(start.zone ?? "UTC");
  const startMs = instantOf(start, "shift");
  const startUtc = gap === "shift" ? startMs : instantOf(start, gap);
  // A rule that stands under EXRULE too excludes itself.
  const excludedTexts = exceptionRules.map(formatRule);
  const isExcluded = (rule: Rule) => excludedTexts.length > 0 && excludedTexts.includes(formatRule(rule));
  // Without a rule the start is the first of the dates (RFC 5545 section 3.8.5.2).
  const hasStart = (rules.length === 0 || options.includeStart === true) && !Number.isNaN(startUtc);
  const own = rules.filter((rule) => !isExcluded(rule)).map((rule) => instantRule(rule, start, zone, gap));
  const include = hasStart ? own.flatMap((rule) => rule.behind(startUtc) ?? []) : own;
  const exclude = exceptionRules.map((rule) => instantRule(rule, start, zone, gap));
  const dates = datesOf(content, gap);
  return createSet({
    valueType: start.kind === "date" ? "DATE" : "DATE-TIME",
    // Nothing comes before the start, also where a gap leaves the start itself out.
    startMs,
    include,
    exclude,
    dates: hasStart ? [...dates, { startMs: startUtc, durationMs: null }] : dates,
    excludedDates: excludedDatesOf(content, gap),
  });
}

const none: readonly never[] = [];

function datesOf({ dates }: RecurrenceContent, gap: GapPolicy): readonly SetDate[] {
  if (dates.length === 0) {
    return none;
  }
  const all = dates.map((date) => ({ startMs: instantOf(date, gap), durationMs: date.durationMs }));
  return all.filter(({ startMs }) => !Number.isNaN(startMs));
}

function excludedDatesOf({ exceptionDates }: RecurrenceContent, gap: GapPolicy): readonly number[] {
  if (exceptionDates.length === 0) {
    return none;
  }
  return sortedUnique(exceptionDates.map((date) => instantOf(date, gap)).filter((ms) => !Number.isNaN(ms)));
}

/** NaN where the clock skips the time and gaps are omitted. */
function instantOf({ kind, ms, zone }: ZonedTime, gap: GapPolicy): number {
  return kind === "local" && zone !== null ? zoneOf(zone).toUtc(ms, gap) : ms;
}

function instantRule(rule: Rule, start: ZonedTime, zone: Zone, gap: GapPolicy): InstantRule {
  const { until, count } = rule;
  const untilMs = until === undefined ? undefined : until.ms;
  const zoned = { local: localRule(rule, start), zone, gap, startUtc: zone.toUtc(start.ms) };
  return createInstantRule(zoned, { count, untilMs });
}

function localRule(rule: Rule, start: ZonedTime): LocalRule {
  const inRscale = rule.rscale === undefined ? undefined : rscaleRule(rule, rule.rscale, start);
  return inRscale ?? gregorianRule(rule, start);
}

function rscaleRule(rule: Rule, rscale: string, start: ZonedTime): LocalRule | undefined {
  const times = start.kind === "date" ? [0] : timesOfDay(rule, start.ms);
  return createRscaleRule(rule, rscale, { startMs: start.ms, times, gregorian: (days) => gregorianRule(days, start) });
}

function gregorianRule(rule: Rule, start: ZonedTime): LocalRule {
  const plan = createPlan(rule, start.ms);
  switch (rule.freq) {
    case "HOURLY":
    case "MINUTELY":
    case "SECONDLY":
      return createClockRule(plan, rule.freq);
    default:
      return createDateRule(plan, rule.freq, start.kind === "date" ? [0] : timesOfDay(rule, start.ms));
  }
}

/** Seconds of the day at which a rule of whole days occurs: BYHOUR × BYMINUTE × BYSECOND, else as the start. */
function timesOfDay({ byHour, byMinute, bySecond }: Rule, startMs: number): number[] {
  const second = (((startMs / 1000) % 86_400) + 86_400) % 86_400;
  if (byHour.length === 0 && byMinute.length === 0 && bySecond.length === 0) {
    return [second];
  }
  const hours = byHour.length > 0 ? byHour : [Math.floor(second / 3600)];
  const minutes = byMinute.length > 0 ? byMinute : [Math.floor(second / 60) % 60];
  const seconds = bySecond.length > 0 ? bySecond.map((s) => Math.min(s, 59)) : [second % 60];
  return sortedUnique(hours.flatMap((h) => minutes.flatMap((m) => seconds.map((s) => h * 3600 + m * 60 + s))));
}
