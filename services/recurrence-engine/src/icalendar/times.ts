import ICAL from "ical.js";
import { compile, InvalidRuleError } from "@calends/recurrence";
import { normalizeSet } from "@calends/recurrence/normalize";
import { isZone } from "@calends/time/zone";
import { oneOf, valueAt, type EventLines } from "./events.ts";
import type { Notes } from "./notes.ts";
import { refusal, zoneProperty } from "./properties.ts";

/** An occurrence is one minute to 30 days long. */
export const shortestMs = 60_000;
export const longestMs = 30 * 86_400_000;

/** The start of an event: a wall clock in a zone. */
export interface Start {
  readonly localStart: string;
  readonly timeZone: string;
  /** Whether it is a date without a time. */
  readonly allDay: boolean;
}

/** In which zones values are meant that say none. */
export interface Zones {
  /** Of times; without it they are refused. */
  readonly ofTimes?: string;
  /** Of dates, which are then midnights; without it they are refused. */
  readonly ofDates?: string;
}

/** The start of an event in a zone of the IANA database; names of Windows are understood. A date is one of `dateZone`. */
export function startOf(event: EventLines, dateZone: string): Start {
  const line = oneOf(event, "DTSTART");
  if (line === undefined) {
    throw refusal("DTSTART", "is required");
  }
  const normal = reading("DTSTART", () => normalizeSet(line.text));
  const allDay = normal.startsWith("DTSTART;VALUE=DATE:");
  if (allDay && !isZone(dateZone)) {
    throw refusal(zoneProperty, `unknown time zone: ${dateZone}`);
  }
  const text = allDay ? `${normal.replace("VALUE=DATE", `TZID=${dateZone}`)}T000000` : normal;
  const [, zone, date = "", time = "", utc] = /^DTSTART(?:;TZID=([^:]+))?:(\d{8})T(\d{6})(Z?)$/.exec(text) ?? [];
  const timeZone = zone ?? (utc === "Z" ? "UTC" : undefined);
  if (timeZone === undefined) {
    throw refusal("DTSTART", "must be a date and time in a zone or in UTC");
  }
  const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
  return { localStart: `${day}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`, timeZone, allDay };
}

/** The instants of a property; none where it is absent. */
export function instantsOf(event: EventLines, name: string, zones: Zones): number[] {
  const line = oneOf(event, name);
  if (line === undefined) {
    return [];
  }
  const head = line.text.slice(0, valueAt(line.text));
  const values = line.text.slice(head.length);
  const isDate = line.property.type === "date";
  if ((!isDate && line.property.type !== "date-time") || (isDate && zones.ofDates === undefined)) {
    throw refusal(name, "must be a date and time");
  }
  const tzid = isDate ? zones.ofDates : line.property.getFirstParameter("tzid") || zones.ofTimes;
  const parameter = tzid === undefined ? "" : `;TZID="${tzid}"`;
  return values.split(",").map((value) => {
    const isUtc = /Z\s*$/i.test(value);
    if (!isUtc && parameter === "") {
      throw refusal(name, "must be in a zone or in UTC");
    }
    const time = isDate ? `${value.trim()}T000000` : value;
    return reading(name, () => compile(`DTSTART${isUtc ? "" : parameter}:${time}`).last() ?? Number.NaN);
  });
}

/**
 * The length of an event by DTEND or DURATION; null where it has neither. Days are 24 hours, whatever the clock does. What
 * has no length is as short as can be: a day, or a minute.
 */
export function lengthOf(event: EventLines, zones: Zones, notes: Notes): number | null {
  const [duration, end] = [oneOf(event, "DURATION"), oneOf(event, "DTEND")];
  if (duration !== undefined && end !== undefined) {
    throw refusal("DTEND", "DTEND and DURATION must not stand together");
  }
  const name = duration === undefined ? "DTEND" : "DURATION";
  const ms = duration === undefined ? byEnd(event, zones) : byDuration(duration.text.slice(valueAt(duration.text)));
  if (ms === 0) {
    const isDays = oneOf(event, "DTSTART")?.property.type === "date";
    notes((duration ?? end)?.text ?? name, isDays ? "one day" : "one minute");
    return isDays ? 86_400_000 : shortestMs;
  }
  if (ms !== null && !(ms >= shortestMs && ms <= longestMs)) {
    throw refusal(name, "an occurrence is one minute to 30 days long");
  }
  return ms;
}

function byEnd(event: EventLines, zones: Zones): number | null {
  const isDays = oneOf(event, "DTSTART")?.property.type === "date";
  const nominal = isDays ? { ...zones, ofDates: "UTC" } : zones;
  const [start] = instantsOf(event, "DTSTART", nominal);
  const [end] = instantsOf(event, "DTEND", nominal);
  if (isDays && end === undefined) {
    return 86_400_000; // RFC 5545 section 3.6.1.
  }
  return start === undefined || end === undefined ? null : end - start;
}

function byDuration(text: string): number {
  return ICAL.Duration.isValueString(text) ? ICAL.Duration.fromString(text).toSeconds() * 1000 : Number.NaN;
}

/** Reads what names a property at fault. */
export function reading<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvalidRuleError) {
      throw refusal(name, error.message, { cause: error, reason: "INVALID_RECURRENCE" });
    }
    throw error;
  }
}
