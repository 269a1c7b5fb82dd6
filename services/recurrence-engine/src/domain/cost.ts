import type { Pattern } from "./pattern.ts";
import type { Held } from "./series-types.ts";

/** Years that one step of a frequency is long. */
const stepYears: Readonly<Record<string, number>> = {
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
const longestRule = 100;
const longestSet = 8_192;
const mostExceptions = 100;

/** The filters that leave occurrences dense: a COUNT is then used up soon. Those of a year never take more than one. */
const denseFilters: Readonly<Record<string, readonly string[]>> = {
  YEARLY: ["BYMONTH", "BYMONTHDAY", "BYDAY"],
  MONTHLY: ["BYMONTHDAY", "BYDAY"],
  WEEKLY: ["BYDAY"],
  DAILY: ["BYDAY"],
};

/**
 * Whether every answer about a rule is known to take some milliseconds at most, also the first in its zone. Decided by
 * its text, in a microsecond; what is not known to be light may be so all the same.
 */
export function isLightRule(rule: string): boolean {
  const parts = new Map(rule.split(";").map((part) => part.trim().toUpperCase().split("=", 2) as [string, string]));
  const freq = parts.get("FREQ") ?? "";
  const filters = [...parts.keys()].filter((name) => name.startsWith("BY"));
  const isSubDaily = ["HOURLY", "MINUTELY", "SECONDLY"].includes(freq);
  const isSetOfYear = freq === "YEARLY" && parts.has("BYSETPOS");
  if (rule.length > longestRule || parts.has("RSCALE") || isSetOfYear || (isSubDaily && filters.length > 0)) {
    return false;
  }
  const count = Number(parts.get("COUNT") ?? 0);
  const years = count * Number(parts.get("INTERVAL") ?? 1) * (stepYears[freq] ?? 0);
  const isDense = filters.every((name) => denseFilters[freq]?.includes(name));
  return count === 0 || (count <= mostCounted && years <= mostYears && isDense);
}

/** Whether every answer about a set but its count is known to be light: one short rule and few dates. */
export function isLightSet(recurrence: string): boolean {
  const unfolded = recurrence.replaceAll(/\r?\n[ \t]/g, "");
  if (recurrence.length > longestSet || /^\s*EXRULE/im.test(unfolded)) {
    return false;
  }
  const rules = unfolded.match(/^\s*RRULE.*$/gim) ?? [];
  return rules.length <= 1 && rules.every((line) => isLightRule(line.replace(/^[^:]*:/, "")));
}

/** Whether a set is known to be counted as lightly: up to an UNTIL every clock change counts. */
export function isLightCount(recurrence: string): boolean {
  return isLightSet(recurrence) && !/UNTIL|BYMONTH/i.test(recurrence);
}

/** Whether every answer about a pattern is known to be light. */
export function isLightPattern({ rule, extraLines }: Pick<Pattern, "rule" | "extraLines">): boolean {
  return extraLines.length <= longestSet / 2 && isLightRule(rule);
}

/** Whether a change of a series is known to be light: each exception is looked for in the pattern. */
export function isLightSeries({ series, exceptions }: Held): boolean {
  return exceptions.length <= mostExceptions && isLightPattern(series.pattern);
}

/** Whether a calendar is known to be read lightly. Its time zones have rules as well, which are not looked at. */
export function isLightCalendar(icalendar: string): boolean {
  return isLightSet(icalendar.replaceAll(/^BEGIN:VTIMEZONE[^]*?^END:VTIMEZONE/gim, ""));
}
