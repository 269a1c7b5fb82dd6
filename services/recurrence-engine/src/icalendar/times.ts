import ICAL from "ical.js";
import { compile, InvalidRuleError } from "@calends/recurrence";
import { normalizeSet } from "@calends/recurrence/normalize";
import { oneOf, type EventLines } from "./events.ts";
import { refusal } from "./properties.ts";

const shortestMs = 60_000;
const longestMs = 30 * 86_400_000;

/** The start of an event as a wall clock in a zone of the IANA database; names of Windows are understood. */
export function startOf(event: EventLines): { localStart: string; timeZone: string } {
  const line = oneOf(event, "DTSTART");
  if (line === undefined) {
    throw refusal("DTSTART", "is required");
  }
  const normal = reading("DTSTART", () => normalizeSet(line.text));
  const [, zone, date = "", time = "", utc] = /^DTSTART(?:;TZID=([^:]+))?:(\d{8})T(\d{6})(Z?)$/.exec(normal) ?? [];
  const timeZone = zone ?? (utc === "Z" ? "UTC" : undefined);
  if (timeZone === undefined) {
    throw refusal("DTSTART", "must be a date and time in a zone or in UTC");
  }
  const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
  return { localStart: `${day}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`, timeZone };
}

/** The instants of a property; none where it is absent. A time without a zone is refused unless one is given. */
export function instantsOf(event: EventLines, name: string, zone?: string): number[] {
  const line = oneOf(event, name);
  if (line === undefined) {
    return [];
  }
  const head = line.text.slice(0, valueAt(line.text));
  const values = line.text.slice(head.length);
  const tzid = line.property.getFirstParameter("tzid") || zone;
  const parameter = tzid === undefined ? "" : `;TZID="${tzid}"`;
  if (/;VALUE=(?!DATE-TIME)/i.test(head)) {
    throw refusal(name, "must be a date and time");
  }
  return values.split(",").map((value) => {
    const isUtc = /Z\s*$/i.test(value);
    if (!isUtc && parameter === "") {
      throw refusal(name, "must be in a zone or in UTC");
    }
    return reading(name, () => compile(`DTSTART${isUtc ? "" : parameter}:${value}`).last() ?? Number.NaN);
  });
}

/** The length of an event by DTEND or DURATION; null where it has neither. */
export function lengthOf(event: EventLines): number | null {
  const duration = oneOf(event, "DURATION");
  const name = duration === undefined ? "DTEND" : "DURATION";
  const ms = duration === undefined ? byEnd(event) : byDuration(duration.text.slice(valueAt(duration.text)));
  if (ms !== null && !(ms >= shortestMs && ms <= longestMs)) {
    throw refusal(name, "an occurrence is one minute to 30 days long");
  }
  return ms;
}

function byEnd(event: EventLines): number | null {
  const [start] = instantsOf(event, "DTSTART");
  const [end] = instantsOf(event, "DTEND");
  return start === undefined || end === undefined ? null : end - start;
}

function byDuration(text: string): number {
  return ICAL.Duration.isValueString(text) ? ICAL.Duration.fromString(text).toSeconds() * 1000 : Number.NaN;
}

/** Where the value of a line begins: after the first colon outside of quotes. */
function valueAt(line: string): number {
  return (/^(?:[^":]|"[^"]*")*:/.exec(line)?.[0] ?? line).length;
}

function reading<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvalidRuleError) {
      throw refusal(name, error.message, { cause: error, reason: "INVALID_RECURRENCE" });
    }
    throw error;
  }
}
