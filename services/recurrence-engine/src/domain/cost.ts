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
const longestRule = 200;
const longestSet = 8_192;
const mostExceptions = 100;

/**
 * Whether every answer about a rule is known to take some milliseconds at most, also the first in its zone. Decided by
 * its text, in a microsecond; what is not known to be light may be so all the same.
 */
export function isLightRule(rule: string): boolean {
  const parts = new Map(rule.split(";").map((part) => part.toUpperCase().split("=", 2) as [string, string]));
  const freq = (parts.get("FREQ") ?? "").trim();
  const isSubDaily = ["HOURLY", "MINUTELY", "SECONDLY"].includes(freq);
  const filters = [...parts.keys()].filter((name) => name.startsWith("BY"));
  if (rule.length > longestRule || parts.has("RSCALE") || (isSubDaily && filters.length > 0)) {
    return false;
  }
  const count = Number(parts.get("COUNT") ?? 0);
  // Filters may spread the occurrences over many years; those that do not are the usual ones.
  const isDense = freq === "YEARLY" || filters.every((name) => name === "BYDAY" || name === "BYMONTHDAY");
  const years = count * Number(parts.get("INTERVAL") ?? 1) * (stepYears[freq] ?? 0);
  return count === 0 || (count <= mostCounted && years <= mostYears && isDense);
}

/** Whether every answer about a set but its count is known to be light: one short rule and few dates. */
export function isLightSet(recurrence: string): boolean {
  if (recurrence.length > longestSet || /^\s*EXRULE/im.test(recurrence)) {
    return false;
  }
  const rules = recurrence.replaceAll(/\r?\n[ \t]/g, "").match(/^\s*RRULE.*$/gim) ?? [];
  return rules.length <= 1 && rules.every((line) => isLightRule(line.replace(/^[^:]*:/, "")));
}

/** Whether a set is known to be counted as lightly; up to an UNTIL every clock change counts. */
export function isLightCount(recurrence: string): boolean {
  return isLightSet(recurrence) && !/UNTIL/i.test(recurrence);
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
