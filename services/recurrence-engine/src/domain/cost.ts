import { InvalidRuleError, parseRule, type Rule } from "@calends/recurrence";
import { parseContent, type RecurrenceContent, type ZonedTime } from "@calends/recurrence/content";
import { contentOf } from "@calends/recurrence/pattern";
import { byParts } from "@calends/recurrence/rule";
import type { Pattern } from "./pattern.ts";
import type { Held } from "./series-types.ts";

/** Years that one step of a frequency is long. */
const stepYears: Readonly<Record<Rule["freq"], number>> = {
  YEARLY: 1,
  MONTHLY: 1 / 12,
  WEEKLY: 1 / 52,
  DAILY: 1 / 365,
  HOURLY: 1 / 8_760,
  MINUTELY: 1 / 525_600,
  SECONDLY: 1 / 31_536_000,
};
/** Up to this COUNT occurrences are walked, which is cheap; so many clock changes of a zone are found in milliseconds. */
const [mostCounted, mostYears] = [256, 10];
/** Values of all parts of a rule. */
const mostValues = 40;
/** In characters; what is longer is read on another thread. */
const longestLight = 8_192;
const mostExceptions = 100;
const mostPeriods = 8;
/** How many years of zones may have to be looked up: each that nobody has asked about yet takes half a millisecond. */
export const mostZoneYears = 16;
const yearMs = 366 * 86_400_000;

type Filter = (typeof byParts)[number];
/** The filters that leave occurrences dense: a COUNT is then used up soon. Those of a year never take more than one. */
const denseFilters: Readonly<Partial<Record<Rule["freq"], readonly Filter[]>>> = {
  YEARLY: ["byMonth", "byMonthDay", "byDay"],
  MONTHLY: ["byMonthDay", "byDay"],
  WEEKLY: ["byDay"],
  DAILY: ["byDay"],
};

/**
 * Whether every answer about a rule is known to take some milliseconds at most, also the first in its zone. Decided by
 * its parts, in a microsecond; what is not known to be light may be so all the same.
 */
export function isLightRule(rule: Rule): boolean {
  const { freq, rscale, count, interval, bySetPos } = rule;
  const used = byParts.filter((name) => rule[name].length > 0);
  const values = used.reduce((sum, name) => sum + rule[name].length, 0);
  const isSubDaily = freq === "HOURLY" || freq === "MINUTELY" || freq === "SECONDLY";
  const isSetOfYear = freq === "YEARLY" && bySetPos.length > 0;
  if (values > mostValues || rscale !== undefined || isSetOfYear || (isSubDaily && used.length > 0)) {
    return false;
  }
  const isDense = used.every((name) => denseFilters[freq]?.includes(name));
  return count === undefined || (count <= mostCounted && count * interval * stepYears[freq] <= mostYears && isDense);
}

/** Whether every answer about a set but its count is known to be light: one light rule and few dates. */
export function isLightSet(recurrence: string): boolean {
  return isLight(recurrence, () => true);
}

/** Whether a set is known to be counted as lightly: up to an UNTIL every clock change counts. */
export function isLightCount(recurrence: string): boolean {
  return isLight(recurrence, ({ until, byMonth }) => until === undefined && byMonth.length === 0);
}

/** Whether a rule that is nothing but text yet is light; so is one that is refused as soon as it is read. */
export function isLightRuleText(text: string): boolean {
  return readAs(text, parseRule, isLightRule) ?? true;
}

/** Whether reading a pattern is known to be light. Of extra lines it is not known how their dates will be read. */
export function isLightDraft({ rule, extraLines }: Pick<Pattern, "rule" | "extraLines">): boolean {
  if (!isReadLightly(extraLines) || !isLightRuleText(rule)) {
    return false;
  }
  const isFew = ({ dates, exceptionDates }: RecurrenceContent) =>
    zoneYears([...dates, ...exceptionDates]) <= mostZoneYears;
  const starts = ["DTSTART:20260101T000000Z", "DTSTART;VALUE=DATE:20260101"];
  return extraLines === "" || starts.some((start) => readAs(`${start}\n${extraLines}`, parseContent, isFew) === true);
}

/** Whether every answer about a pattern is known to be light. */
export function isLightPattern(pattern: Pattern): boolean {
  return isLightSet(contentOf(pattern));
}

/** Whether a change of a series is known to be light: each exception is looked for in the pattern. */
export function isLightSeries({ series, exceptions }: Held): boolean {
  const years = new Set(exceptions.flatMap(({ recurrenceId, startMs }) => [yearOf(recurrenceId), yearOf(startMs)]));
  return exceptions.length <= mostExceptions && years.size <= mostZoneYears && isLightPattern(series.pattern);
}

/**
 * Whether a text is read lightly at all: it is short, and has few periods, whose length is found in their zone. Each has a
 * slash that no letter of a zone's name or of a time in UTC stands before.
 */
export function isReadLightly(text: string): boolean {
  return text.length <= longestLight && (text.match(/[^a-z]\//gi) ?? []).length <= mostPeriods;
}

/** How many times a zone has to be asked about another year for these dates; nothing is asked for those in UTC. */
function zoneYears(dates: readonly ZonedTime[]): number {
  const asked = dates.filter(({ kind }) => kind !== "utc");
  return new Set(asked.map(({ zone, ms }) => `${zone ?? ""} ${yearOf(ms)}`)).size;
}

function isLight(recurrence: string, condition: (rule: Rule) => boolean): boolean {
  if (!isReadLightly(recurrence)) {
    return false;
  }
  const isLightContent = ({ start, rules, exceptionRules, dates, exceptionDates }: RecurrenceContent) => {
    const areLight = rules.length <= 1 && rules.every((rule) => isLightRule(rule) && condition(rule));
    return areLight && exceptionRules.length === 0 && zoneYears([start, ...dates, ...exceptionDates]) <= mostZoneYears;
  };
  // By the algorithm's own reader: what another one takes for light may be heavy.
  return readAs(recurrence, parseContent, isLightContent) ?? true;
}

/** What is said of a text that can be read; undefined of one that is refused at once. */
function readAs<T, R>(text: string, read: (text: string) => T, say: (of: T) => R): R | undefined {
  try {
    return say(read(text));
  } catch (error) {
    if (error instanceof InvalidRuleError) {
      return undefined; // Whoever does the work reads it the same way, and refuses it.
    }
    throw error;
  }
}

function yearOf(ms: number): number {
  return Math.floor(ms / yearMs);
}
