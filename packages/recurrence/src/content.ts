import { isZone, zoneOf } from "@calends/time/zone";
import { splitLines, type Line } from "./content-lines.ts";
import { parseDateTime } from "./date-time.ts";
import { InvalidRuleError } from "./errors.ts";
import { parseRule } from "./parse-rule.ts";
import type { Rule, Until } from "./rule.ts";
import { ianaZoneOf } from "./windows-zones.ts";

/** A date or time with the zone it is in: null for UTC, dates and floating times. */
export interface ZonedTime extends Until {
  readonly zone: string | null;
}

/** A date of RDATE; a period has a length of its own. */
export interface ExtraDate extends ZonedTime {
  readonly durationMs: number | null;
}

/** The content lines of a recurrence set, read. */
export interface RecurrenceContent {
  readonly start: ZonedTime;
  readonly rules: readonly Rule[];
  readonly exceptionRules: readonly Rule[];
  readonly dates: readonly ExtraDate[];
  readonly exceptionDates: readonly ZonedTime[];
}

const dayMs = 86_400_000;
/** Greatest length of a set in characters. */
export const maxContentLength = 262_144;

/**
 * Reads the content lines of a recurrence set (RFC 5545 section 3.1), as compile does. What a set costs is judged from
 * this, as text can be written in many ways. Throws {@link InvalidRuleError}.
 */
export function parseContent(text: string): RecurrenceContent {
  if (text.length > maxContentLength) {
    throw new InvalidRuleError("set", text, "TOO_LARGE", `a set is at most ${maxContentLength} characters long`);
  }
  let start: ZonedTime | undefined;
  const rules: Rule[] = [];
  const exceptionRules: Rule[] = [];
  const dates: ExtraDate[] = [];
  const exceptionDates: ZonedTime[] = [];
  for (const line of splitLines(text)) {
    switch (line.name) {
      case "DTSTART":
        if (start !== undefined) {
          throw new InvalidRuleError("DTSTART", line.value, "DUPLICATE_PART", "a set has one DTSTART");
        }
        start = readTimes(line)[0];
        break;
      case "RRULE":
        rules.push(parseRule(line.value));
        break;
      case "EXRULE":
        exceptionRules.push(parseRule(line.value));
        break;
      case "RDATE":
        dates.push(...readTimes(line));
        break;
      case "EXDATE":
        exceptionDates.push(...readTimes(line));
        break;
      case "DTEND":
      case "DURATION":
        break;
      default:
        throw new InvalidRuleError(line.name, line.value, "UNKNOWN_PART", "a set has no such line");
    }
  }
  if (start === undefined) {
    throw new InvalidRuleError("DTSTART", "", "MISSING_PART", "a set needs DTSTART");
  }
  const content = { start, rules, exceptionRules, dates, exceptionDates };
  checkTypes(content);
  return content;
}

function readTimes(line: Line): ExtraDate[] {
  const zone = readZone(line.name, line.tzid);
  return line.value.split(",").map((item) => readTime(line, zone, item));
}

function readTime({ name, type }: Line, zone: string | null, item: string): ExtraDate {
  const plain = parseDateTime(item);
  const [startText = "", endText] = plain === undefined ? item.toUpperCase().split("/") : [];
  const time = plain ?? parseDateTime(startText);
  if (time === undefined) {
    throw new InvalidRuleError(name, item, "SYNTAX", "must be a date or a date and time");
  }
  const { kind, ms } = time;
  if ((type === "DATE") !== (kind === "date") && (type !== undefined || kind !== "date")) {
    throw new InvalidRuleError(name, item, "VALUE_TYPE", `is not of the value type ${type ?? "DATE-TIME"}`);
  }
  const ownZone = kind === "local" ? zone : null;
  if (endText === undefined) {
    return { kind, ms, zone: ownZone, durationMs: null };
  }
  if (name !== "RDATE" || (type !== undefined && type !== "PERIOD")) {
    throw new InvalidRuleError(name, item, "VALUE_TYPE", "only RDATE may have periods");
  }
  return { kind, ms, zone: ownZone, durationMs: periodLength(item, { ...time, zone: ownZone }, endText) };
}

/** How long a period is in elapsed time, whatever the clocks show at its ends. */
function periodLength(item: string, start: ZonedTime, endText: string): number {
  const toUtc = (ms: number) => (start.zone === null ? ms : zoneOf(start.zone).toUtc(ms));
  const endMs = periodEnd(start, endText, toUtc);
  const durationMs = endMs === undefined ? 0 : endMs - toUtc(start.ms);
  if (!(durationMs > 0)) {
    throw new InvalidRuleError("RDATE", item, "SYNTAX", "must be a period with an end after its start");
  }
  return durationMs;
}

/** The instant at which a period ends; undefined when the text is neither a time of the start's kind nor a duration. */
function periodEnd(start: ZonedTime, text: string, toUtc: (localMs: number) => number): number | undefined {
  const end = parseDateTime(text);
  if (end !== undefined) {
    return end.kind === start.kind ? toUtc(end.ms) : undefined;
  }
  const duration = parseDuration(text);
  return duration === undefined ? undefined : toUtc(start.ms + duration.days * dayMs) + duration.ms;
}

/** Days as the calendar has them, which clock changes make longer or shorter, and elapsed time behind them. */
interface Duration {
  readonly days: number;
  readonly ms: number;
}

/** Reads "P1DT2H" (RFC 5545 section 3.3.6); undefined when it is none, or has more digits than the years to come. */
function parseDuration(text: string): Duration | undefined {
  const match = /^\+?P(?:(\d{1,6})W)?(?:(\d{1,7})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,12})S)?)?$/.exec(text);
  if (match === null) {
    return undefined;
  }
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return { days: weeks * 7 + days, ms: (hours * 3600 + minutes * 60 + seconds) * 1000 };
}

function readZone(name: string, tzid: string | undefined): string | null {
  if (tzid === undefined) {
    return null;
  }
  const zone = isZone(tzid) ? tzid : ianaZoneOf(tzid);
  if (zone === undefined) {
    throw new InvalidRuleError(name, tzid, "UNKNOWN_ZONE", `unknown time zone: ${tzid}`);
  }
  return zone;
}

/** UNTIL, RDATE and EXDATE have the start's value type; UNTIL is in UTC where the start is in a zone or UTC. */
function checkTypes({ start, rules, exceptionRules, dates, exceptionDates }: RecurrenceContent): void {
  const isDate = start.kind === "date";
  for (const rule of exceptionRules.length > 0 ? [...rules, ...exceptionRules] : rules) {
    checkUntil(start, rule);
    if (isDate && (rule.freq === "HOURLY" || rule.freq === "MINUTELY" || rule.freq === "SECONDLY")) {
      throw new InvalidRuleError("FREQ", rule.freq, "NOT_ALLOWED", "a set of dates cannot repeat within a day");
    }
  }
  for (const [name, times] of [["RDATE", dates] as const, ["EXDATE", exceptionDates] as const]) {
    const wrong = times.find(({ kind }) => (kind === "date") !== isDate);
    if (wrong !== undefined) {
      throw new InvalidRuleError(name, "", "VALUE_TYPE", `must be a ${isDate ? "DATE" : "DATE-TIME"} as DTSTART is`);
    }
  }
}

function checkUntil(start: ZonedTime, { until }: Rule): void {
  if (until === undefined) {
    return;
  }
  const wanted = start.kind === "date" ? "date" : start.kind === "utc" || start.zone !== null ? "utc" : "local";
  if (until.kind !== wanted) {
    const words = { date: "a DATE", utc: "a DATE-TIME in UTC", local: "a local DATE-TIME" }[wanted];
    throw new InvalidRuleError(
      "UNTIL",
      new Date(until.ms).toISOString(),
      "VALUE_TYPE",
      `must be ${words}, as DTSTART demands`,
    );
  }
}
