import { invalidField } from "@calends/kit/domain-error";
import type { Rule } from "@calends/recurrence";
import { startOfLocalDay } from "@calends/time/local-date";
import { zoneOf } from "@calends/time/zone";

/** Milliseconds of a day of 24 hours. */
export const dayMs = 86_400_000;
const midnight = "T00:00:00";

/** Whole days in a zone. */
export interface Days {
  readonly localStart: string;
  readonly timeZone: string;
  readonly durationMs: number;
}

/** Throws "invalid" naming the field where a pattern is not one of whole days. */
export function refuseTimes({ localStart, durationMs }: Days, rule: Rule): void {
  if (!localStart.endsWith(midnight)) {
    throw invalidField("pattern.local_start", "whole days start at midnight");
  }
  if (durationMs % dayMs !== 0) {
    throw invalidField("pattern.duration", "whole days are so many times 24 hours");
  }
  const times = [...rule.byHour, ...rule.byMinute, ...rule.bySecond];
  if (times.length > 0 || ["HOURLY", "MINUTELY", "SECONDLY"].includes(rule.freq)) {
    throw invalidField("pattern.rrule_string", "whole days cannot recur within a day");
  }
}

/** A rule of whole days ends with the end of a day: UNTIL as a date or a time becomes the last second of that day. */
export function endWithDay(rule: Rule, timeZone: string): Rule {
  const { until, ...open } = rule;
  if (until === undefined) {
    return rule;
  }
  const zone = zoneOf(timeZone);
  const localMs = until.kind === "utc" ? until.ms + zone.offsetAt(until.ms) : until.ms;
  return { ...open, until: { kind: "utc", ms: zone.toUtc(startOfLocalDay(localMs) + dayMs - 1000) } };
}

/** RDATE and EXDATE lines in which dates are midnights. Throws "invalid" where one has a time. */
export function datesAsMidnights(lines: string): string {
  const found = lines.replaceAll(/^(RDATE|EXDATE)([^:\n]*):(.*)$/gim, (_line, name: string, head: string, values) => {
    const times = String(values)
      .trim()
      .split(",")
      .map((value) => (/^\d{8}$/.test(value) ? `${value}T000000` : value));
    return `${name}${head.replace(/;VALUE=DATE\b(?!-)/i, "")}:${times.join(",")}`;
  });
  if (/\dT(?!000000(?:,|\s|$))/.test(found)) {
    throw invalidField("pattern.extra_lines", "whole days have no time of day");
  }
  return found;
}

/** Throws "invalid" where a normalized line has a date of another zone, whose midnight is none of this one. */
export function refuseOtherZones(extraLines: string, timeZone: string): void {
  const isOwn = (line: string) => line === "" || line.slice(line.indexOf(";")).startsWith(`;TZID=${timeZone}:`);
  if (!extraLines.split("\n").every(isOwn)) {
    throw invalidField("pattern.extra_lines", "whole days are those of the series' zone");
  }
}

/** Whether an occurrence is so many whole days of the zone. */
export function isWholeDays(timeZone: string, startMs: number, durationMs: number): boolean {
  const zone = zoneOf(timeZone);
  const day = startOfLocalDay(startMs + zone.offsetAt(startMs));
  return durationMs % dayMs === 0 && zone.toUtc(day) === startMs;
}

/** The end of so many whole days, which the clock may make longer or shorter than 24 hours. */
export function endOfDays(timeZone: string, startMs: number, durationMs: number): number {
  const zone = zoneOf(timeZone);
  return zone.toUtc(startOfLocalDay(startMs + zone.offsetAt(startMs)) + durationMs);
}
