import ICAL from "ical.js";
import { refusal } from "./properties.ts";

/** One property of an event: read, and as the line that it stood on. */
export interface Line {
  readonly name: string;
  /** Unfolded. */
  readonly text: string;
  readonly property: ICAL.Property;
}

/** An event's properties that matter to a series, in their order. */
export type EventLines = readonly Line[];

/** What is read; descriptions, attachments, alarms and the like are left alone. */
const wanted = new Set(
  ["UID", "SUMMARY", "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE"].concat([
    "RECURRENCE-ID",
    "STATUS",
    "X-CALENDS-REASON",
    "X-CALENDS-GAP",
    "X-CALENDS-MAX-ADVANCE-DAYS",
    "X-CALENDS-TIME-ZONE",
  ]),
);
const maxLineLength = 65_536;

/** Finds the events of a VCALENDAR: the unfolded lines of each that matter, without those of what is inside it. */
export function splitEvents(icalendar: string): string[][] {
  const events: string[][] = [];
  const open: string[] = [];
  for (const line of icalendar.replaceAll(/\r?\n[ \t]/g, "").split(/\r?\n/)) {
    const [, edge, component = ""] = /^(BEGIN|END):([\w-]+)\s*$/i.exec(line) ?? [];
    const name = component.toUpperCase();
    if (edge?.toUpperCase() === "BEGIN") {
      if (open.length === 0 && name !== "VCALENDAR") {
        throw refusal("BEGIN", "a calendar begins with BEGIN:VCALENDAR");
      }
      open.push(name);
      if (name === "VEVENT" && open.length === 2) {
        events.push([]);
      }
    } else if (edge !== undefined) {
      if (open.pop() !== name) {
        throw refusal("END", `END:${name} ends nothing`);
      }
    } else if (open.length === 2 && open[1] === "VEVENT" && wanted.has(nameOf(line))) {
      events.at(-1)?.push(line);
    }
  }
  if (open.length > 0 || events.length === 0) {
    throw refusal("VEVENT", "a VCALENDAR with a VEVENT is required");
  }
  return events;
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

function unescaped(mark: string): string {
  return mark.toLowerCase() === "n" ? "\n" : mark;
}

/** Where the value of a line begins: after the first colon outside of quotes. */
export function valueAt(line: string): number {
  return (/^(?:[^":]|"[^"]*")*:/.exec(line)?.[0] ?? line).length;
}

function nameOf(line: string): string {
  return (/^[\w-]+/.exec(line)?.[0] ?? "").toUpperCase();
}
