import ICAL from "ical.js";
import { formatRule, parseRule } from "@calends/recurrence";
import { zoneOf } from "@calends/time/zone";
import { dayMs, isWholeDays } from "../domain/all-day.ts";
import { occurrenceOf } from "../domain/occurrences.ts";
import { contentOf, toInstant, toWallClock } from "@calends/recurrence/pattern";
import { compilePattern, type Pattern } from "../domain/pattern.ts";
import type { Exception, Held, Series } from "../domain/series-types.ts";
import {
  advanceProperty,
  cancelledAtProperty,
  gapProperty,
  lengthFromProperty,
  monthsProperty,
  reasonProperty,
  statusProperty,
  zoneProperty,
} from "./properties.ts";
import { withStartOnRule } from "./on-rule.ts";
import { durationText, escapeParameter, escapeText, utcText } from "./text.ts";
import { timeZoneLines } from "./vtimezone.ts";

/** Changes of the clock are written for so long where a series has no end. */
const endlessMs = 20 * 366 * dayMs;

/**
 * Writes a series as a VCALENDAR: one VEVENT with the pattern, in which cancelled occurrences are EXDATEs that carry
 * their reason, one VEVENT with RECURRENCE-ID for each changed occurrence, and a VTIMEZONE for each zone in them. What was
 * kept of an imported event stands in it again.
 */
export function writeCalendar(held: Held, kept: readonly string[] = []): string {
  const changed = held.exceptions.filter(({ kind }) => kind === "changed");
  const overrides = changed.flatMap((exception) => overrideLines(held, exception));
  const master = masterLines(held);
  const events = ["BEGIN:VEVENT", ...master, ...kept, "END:VEVENT", ...overrides];
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Calends//Recurrence engine//EN",
    ...zoneLines(held, [...master, ...overrides]),
    ...events,
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${ICAL.helpers.foldline(line)}\r\n`).join("");
}

function zoneLines({ series, exceptions }: Held, events: readonly string[]): string[] {
  const { pattern } = series;
  const names = events.flatMap((line) => /^[A-Z-]+;TZID=([^:]+):/.exec(line)?.[1] ?? []);
  const startMs = toInstant(pattern.timeZone, pattern.localStart);
  const known = [startMs, ...compilePattern(pattern).first(1), ...exceptions.map((exception) => exception.startMs)];
  const [from, until] = [Math.min(...known), Math.max(endOfChanges(series), ...known)];
  return [...new Set(names)].sort().flatMap((name) => timeZoneLines(name, from, until));
}

/** Until when the changes of the clock are written, dates that were moved beyond it aside. */
export function endOfChanges({ pattern, updatedAt, endsAt }: Series): number {
  const startMs = Date.parse(`${pattern.localStart}Z`);
  return endsAt?.getTime() ?? Math.max(startMs, updatedAt.getTime()) + endlessMs;
}

function masterLines({ series, exceptions }: Held): string[] {
  const { pattern } = series;
  const cancelled = exceptions.filter(({ kind }) => kind === "cancelled");
  const [start = "", ...recurrence] = patternLines(withStartOnRule(pattern));
  return [
    ...commonLines(series),
    `SUMMARY:${escapeText(series.title)}`,
    start,
    `DURATION:${pattern.allDay ? daysText(pattern.durationMs) : durationText(pattern.durationMs)}`,
    ...recurrence,
    ...cancelled.map(({ recurrenceId, reason }) =>
      timeLine(`EXDATE;${reasonProperty}="${escapeParameter(reason)}"`, recurrenceId, pattern),
    ),
    ...standingLines(series),
    ...policyLines(series),
    `${gapProperty}:${pattern.gap.toUpperCase()}`,
    `${advanceProperty}:${series.maxAdvanceDays}`,
    ...(pattern.allDay ? [`${zoneProperty}:${pattern.timeZone}`] : []),
  ];
}

function standingLines({ status, cancelledAt, cancellationReason }: Series): string[] {
  if (cancelledAt === null) {
    return status === "paused" ? [`${statusProperty}:PAUSED`] : [];
  }
  // Occurrences begin with whole seconds: the next one parts them as the instant does.
  const time = utcText(Math.ceil(cancelledAt.getTime() / 1000) * 1000);
  const reason = `${reasonProperty}:${escapeText(cancellationReason)}`;
  return ["STATUS:CANCELLED", `${cancelledAtProperty};VALUE=DATE-TIME:${time}`, reason];
}

function policyLines({ maxLengthMonths, lengthFrom }: Series): string[] {
  const from = lengthFrom === null ? [] : [`${lengthFromProperty}:${lengthFrom}`];
  return maxLengthMonths === 0 ? [] : [`${monthsProperty}:${maxLengthMonths}`, ...from];
}

/** DTSTART, RRULE, RDATE and EXDATE. A time in UTC has no TZID (RFC 5545 section 3.2.19), a whole day no time. */
function patternLines(pattern: Pattern): string[] {
  if (!pattern.allDay) {
    return contentOf(pattern)
      .split("\n")
      .map((line) => line.replace(/^([A-Z]+);TZID=UTC:(.*)$/, "$1:$2Z"));
  }
  const { until, ...open } = parseRule(pattern.rule);
  const days = until === undefined ? 0 : Math.floor(toWallClock(pattern.timeZone, until.ms) / dayMs);
  const rule = until === undefined ? pattern.rule : formatRule({ ...open, until: { kind: "date", ms: days * dayMs } });
  return contentOf({ ...pattern, rule })
    .split("\n")
    .map((line) => line.replace(/^([A-Z]+);TZID=[^:]+:(\d{8})T000000$/, "$1;VALUE=DATE:$2"));
}

function overrideLines({ series }: Held, exception: Exception): string[] {
  const { pattern } = series;
  const { startMs, endMs, title, reason } = occurrenceOf(series, exception.recurrenceId, exception);
  const durationMs = exception.durationMs ?? pattern.durationMs;
  const isDays = pattern.allDay && isWholeDays(pattern.timeZone, startMs, durationMs);
  return [
    "BEGIN:VEVENT",
    ...commonLines(series),
    timeLine("RECURRENCE-ID", exception.recurrenceId, pattern),
    `SUMMARY:${escapeText(title === "" ? series.title : title)}`,
    timeLine("DTSTART", startMs, { ...pattern, allDay: isDays }),
    `DURATION:${isDays ? daysText(durationMs) : durationText(endMs - startMs)}`,
    ...(reason === "" ? [] : [`${reasonProperty}:${escapeText(reason)}`]),
    "END:VEVENT",
  ];
}

function commonLines({ id, icalUid, version, createdAt, updatedAt }: Series): string[] {
  return [
    `UID:${escapeText(icalUid ?? id)}`,
    `DTSTAMP:${utcText(updatedAt.getTime())}`,
    `CREATED:${utcText(createdAt.getTime())}`,
    `LAST-MODIFIED:${utcText(updatedAt.getTime())}`,
    `SEQUENCE:${version - 1n}`,
  ];
}

/**
 * A date of whole days, or a time on the wall clock of the zone, or in UTC where that clock shows the time twice and this
 * is the second.
 */
function timeLine(name: string, ms: number, { timeZone, allDay }: Pick<Pattern, "timeZone" | "allDay">): string {
  const localMs = toWallClock(timeZone, ms);
  if (allDay) {
    return `${name};VALUE=DATE:${utcText(localMs).slice(0, 8)}`;
  }
  const ambiguous = zoneOf(timeZone).toUtc(localMs) !== ms;
  return timeZone === "UTC" || ambiguous
    ? `${name}:${utcText(ms)}`
    : `${name};TZID=${timeZone}:${utcText(localMs).slice(0, 15)}`;
}

function daysText(ms: number): string {
  return `P${ms / dayMs}D`;
}
