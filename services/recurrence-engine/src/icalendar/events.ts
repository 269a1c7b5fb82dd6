import ICAL from "ical.js";
import {
  advanceProperty,
  cancelledAtProperty,
  gapProperty,
  lengthFromProperty,
  monthsProperty,
  reasonProperty,
  refusal,
  statusProperty,
  zoneProperty,
} from "./properties.ts";
import { unescapeParameter } from "./text.ts";
import type { ZoneText } from "./zone-names.ts";

/** One property of an event: read, and as the line that it stood on. */
export interface Line {
  readonly name: string;
  /** Unfolded. */
  readonly text: string;
  readonly property: ICAL.Property;
}

/** An event's properties that matter to a series, in their order. */
export type EventLines = readonly Line[];

/** What is read. */
const wanted = new Set(
  "UID SUMMARY DTSTART DTEND DURATION RRULE EXRULE RDATE EXDATE RECURRENCE-ID STATUS"
    .split(" ")
    .concat([reasonProperty, gapProperty, advanceProperty, zoneProperty, monthsProperty, lengthFromProperty])
    .concat([statusProperty, cancelledAtProperty]),
);
const maxLineLength = 65_536;
/** The unfolded lines of an event. */
export interface EventText {
  /** Those that matter to a series. */
  readonly lines: string[];
  /** All others, those of its alarms included, which are kept as they are. */
  readonly others: string[];
}

/** A calendar's parts that matter to a series. */
export interface CalendarText {
  readonly events: readonly EventText[];
  /** The zones that it defines itself. */
  readonly timeZones: readonly ZoneText[];
  /** The zone in which it means times that say none (X-WR-TIMEZONE); empty where it does not say. */
  readonly timeZone: string;
}

/** Finds the parts of a VCALENDAR. Throws where what begins does not end, or it has no event. */
export function splitCalendar(icalendar: string): CalendarText {
  const events: EventText[] = [];
  const timeZones: { name: string; lines: string[] }[] = [];
  const open: string[] = [];
  let timeZone = "";
  for (const line of icalendar
    .replace(/^\uFEFF/, "")
    .replaceAll(/\r?\n[ \t]/g, "")
    .split(/\r?\n/)) {
    const inside = open[1];
    const [, edge, component = ""] = /^(BEGIN|END):([\w-]+)\s*$/i.exec(line) ?? [];
    if (edge !== undefined) {
      followEdge(open, edge.toUpperCase(), component.toUpperCase());
      if (open.length === 2 && inside === undefined) {
        begin(open[1], events, timeZones);
      }
    }
    const event = inside === "VEVENT" && open.length >= 2 ? events.at(-1) : undefined;
    if (event !== undefined) {
      const isWanted = open.length === 2 && edge === undefined && wanted.has(nameOf(line));
      (isWanted ? event.lines : event.others).push(isWanted ? spelled(line) : line);
    } else if (open[1] === "VTIMEZONE" || inside === "VTIMEZONE") {
      addToZone(timeZones.at(-1), line);
    } else if (open.length === 1 && nameOf(line) === "X-WR-TIMEZONE") {
      timeZone = line.slice(valueAt(line)).trim();
    }
  }
  if (open.length > 0 || events.length === 0) {
    throw refusal("VEVENT", "a VCALENDAR with a VEVENT is required");
  }
  return { events, timeZones, timeZone };
}

function begin(
  component: string | undefined,
  events: EventText[],
  timeZones: { name: string; lines: string[] }[],
): void {
  if (component === "VEVENT") {
    events.push({ lines: [], others: [] });
  } else if (component === "VTIMEZONE") {
    timeZones.push({ name: "", lines: [] });
  }
}

function addToZone(zone: { name: string; lines: string[] } | undefined, line: string): void {
  if (zone !== undefined) {
    zone.lines.push(line);
    zone.name = nameOf(line) === "TZID" ? line.slice(valueAt(line)).trim() : zone.name;
  }
}

/** Rules are the same in any case (RFC 5545 section 2), which ical.js does not know. */
function spelled(line: string): string {
  return /^RRULE[;:]/i.test(line) ? `RRULE:${line.slice(valueAt(line)).trim().toUpperCase()}` : line;
}

function followEdge(open: string[], edge: string, name: string): void {
  if (edge === "BEGIN") {
    if (open.length === 0 && name !== "VCALENDAR") {
      throw refusal("BEGIN", "a calendar begins with BEGIN:VCALENDAR");
    }
    open.push(name);
  } else if (open.pop() !== name) {
    throw refusal("END", `END:${name} ends nothing`);
  }
}

/** Reads the properties of one event. Throws naming the one that cannot be read. */
export function readEvent(lines: readonly string[]): EventLines {
  return lines.map((text) => {
    const name = nameOf(text);
    if (text.length > maxLineLength) {
      throw refusal(name, `a line is at most ${maxLineLength} characters long`);
    }
    try {
      return { name, text, property: ICAL.Property.fromString(text) };
    } catch (cause) {
      throw refusal(name, "cannot be read", { cause });
    }
  });
}

/** The one property of a name; undefined where there is none. Throws where there are several. */
export function oneOf(event: EventLines, name: string): Line | undefined {
  const lines = event.filter((line) => line.name === name);
  if (lines.length > 1) {
    throw refusal(name, "stands more than once");
  }
  return lines[0];
}

/** The text of a property, unescaped; empty where there is none. */
export function textOf(event: EventLines, name: string): string {
  const line = oneOf(event, name);
  if (line === undefined) {
    return "";
  }
  const value: unknown = line.property.jCal[3];
  const text = typeof value === "string" ? value : "";
  return name.startsWith("X-") ? text.replaceAll(/\\([\\;,nN])/g, (_, mark: string) => unescaped(mark)) : text;
}

/** The parameter of a line; undefined where it has none. Read here, because ical.js takes backslashes away. */
export function parameterOf({ text }: Line, name: string): string | undefined {
  const head = text.slice(0, valueAt(text));
  for (const [, found = "", quoted, plain = ""] of head.matchAll(/;([\w-]+)=(?:"([^"]*)"|([^";:]*))/g)) {
    if (found.toUpperCase() === name) {
      return unescapeParameter(quoted ?? plain);
    }
  }
  return undefined;
}

function unescaped(mark: string): string {
  return mark.toLowerCase() === "n" ? "\n" : mark;
}

/** Where the value of a line begins: after the first colon outside of quotes. */
export function valueAt(line: string): number {
  return (/^(?:[^":]|"[^"]*")*:/.exec(line)?.[0] ?? line).length;
}

/** The name of a line's property, in upper case. */
export function nameOf(line: string): string {
  return (/^[\w-]+/.exec(line)?.[0] ?? "").toUpperCase();
}
