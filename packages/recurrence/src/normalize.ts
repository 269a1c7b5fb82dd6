import { parseContent, type ExtraDate, type RecurrenceContent, type ZonedTime } from "./content.ts";
import { formatDateTime } from "./date-time.ts";
import { formatRule } from "./format-rule.ts";

/**
 * Writes a recurrence set in one canonical form: one line each for DTSTART, the rules, and the dates in order; IANA zone
 * names; no folding. Sets that say the same in the same parts become equal. Throws InvalidRuleError.
 */
export function normalizeSet(text: string): string {
  return formatContent(parseContent(text)).join("\n");
}

function formatContent({ start, rules, exceptionRules, dates, exceptionDates }: RecurrenceContent): string[] {
  return [
    formatTime("DTSTART", start),
    ...rules.map((rule) => `RRULE:${formatRule(rule)}`),
    ...exceptionRules.map((rule) => `EXRULE:${formatRule(rule)}`),
    ...uniqueLines(dates.map((date) => formatTime("RDATE", date, date.durationMs))),
    ...uniqueLines(exceptionDates.map((date) => formatTime("EXDATE", date))),
  ];
}

function formatTime(name: string, time: ZonedTime | ExtraDate, durationMs: number | null = null): string {
  const zone = time.zone === null ? "" : `;TZID=${time.zone}`;
  const type = time.kind === "date" ? ";VALUE=DATE" : durationMs === null ? "" : ";VALUE=PERIOD";
  const length = durationMs === null ? "" : `/PT${durationMs / 1000}S`;
  return `${name}${zone}${type}:${formatDateTime(time)}${length}`;
}

function uniqueLines(lines: string[]): string[] {
  return [...new Set(lines)].sort();
}
