import ICAL from "ical.js";
import { zoneOf } from "@calends/time/zone";
import { occurrenceOf } from "../domain/occurrences.ts";
import { contentOf, toWallClock } from "../domain/pattern.ts";
import type { Exception, Held, Series } from "../domain/series.ts";
import { advanceProperty, gapProperty, reasonProperty } from "./properties.ts";

/**
 * Writes a series as a VCALENDAR: one VEVENT with the pattern, in which cancelled occurrences are EXDATEs that carry
 * their reason, and one VEVENT with RECURRENCE-ID for each changed occurrence.
 */
export function writeCalendar(held: Held): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Calends//Recurrence engine//EN",
    ...masterLines(held),
    ...held.exceptions.filter(({ kind }) => kind === "changed").flatMap((exception) => overrideLines(held, exception)),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${ICAL.helpers.foldline(line)}\r\n`).join("");
}

function masterLines({ series, exceptions }: Held): string[] {
  const { pattern } = series;
  const [start = "", ...recurrence] = contentOf(pattern).split("\n");
  const cancelled = exceptions.filter(({ kind }) => kind === "cancelled");
  return [
    "BEGIN:VEVENT",
    ...commonLines(series),
    `SUMMARY:${escapeText(series.title)}`,
    // A start in UTC has no TZID (RFC 5545 section 3.2.19).
    start.includes(";TZID=UTC:") ? `${start.replace(";TZID=UTC", "")}Z` : start,
    `DURATION:${durationText(pattern.durationMs)}`,
    ...recurrence,
    ...cancelled.map(({ recurrenceId, reason }) =>
      timeLine(`EXDATE;${reasonProperty}="${escapeParameter(reason)}"`, recurrenceId, pattern.timeZone),
    ),
    ...(series.status === "cancelled" ? ["STATUS:CANCELLED"] : []),
    `${gapProperty}:${pattern.gap.toUpperCase()}`,
    `${advanceProperty}:${series.maxAdvanceDays}`,
    "END:VEVENT",
  ];
}

function overrideLines({ series }: Held, exception: Exception): string[] {
  const { timeZone } = series.pattern;
  const { startMs, endMs, title, reason } = occurrenceOf(series, exception.recurrenceId, exception);
  return [
    "BEGIN:VEVENT",
    ...commonLines(series),
    timeLine("RECURRENCE-ID", exception.recurrenceId, timeZone),
    `SUMMARY:${escapeText(title === "" ? series.title : title)}`,
    timeLine("DTSTART", startMs, timeZone),
    `DURATION:${durationText(endMs - startMs)}`,
    ...(reason === "" ? [] : [`${reasonProperty}:${escapeText(reason)}`]),
    "END:VEVENT",
  ];
}

function commonLines({ id, version, createdAt, updatedAt }: Series): string[] {
  return [
    `UID:${id}`,
    `DTSTAMP:${utcText(updatedAt.getTime())}`,
    `CREATED:${utcText(createdAt.getTime())}`,
    `LAST-MODIFIED:${utcText(updatedAt.getTime())}`,
    `SEQUENCE:${version - 1n}`,
  ];
}

/** A time on the wall clock of the zone, or in UTC where that clock shows the time twice and this is the second. */
function timeLine(name: string, ms: number, timeZone: string): string {
  const localMs = toWallClock(timeZone, ms);
  const ambiguous = zoneOf(timeZone).toUtc(localMs) !== ms;
  return timeZone === "UTC" || ambiguous
    ? `${name}:${utcText(ms)}`
    : `${name};TZID=${timeZone}:${utcText(localMs).slice(0, 15)}`;
}

function utcText(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, "");
}

/** Hours, minutes and seconds, never days, which would follow the wall clock. */
function durationText(ms: number): string {
  const [hours, minutes, seconds] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, (ms / 1000) % 60];
  const part = (value: number, unit: string) => (value === 0 ? "" : `${value}${unit}`);
  return `PT${part(hours, "H")}${part(minutes, "M")}${part(seconds, "S")}`;
}

function escapeText(text: string): string {
  return text.replaceAll(/[\\;,]/g, (mark) => `\\${mark}`).replaceAll(/\r\n|\r|\n/g, "\\n");
}

/** RFC 6868. */
function escapeParameter(text: string): string {
  return text
    .replaceAll("^", "^^")
    .replaceAll('"', "^'")
    .replaceAll(/\r\n|\r|\n/g, "^n");
}
