import { compile, formatRule, parseRule } from "@calends/recurrence";
import { parseContent } from "@calends/recurrence/content";
import { contentOf, toInstant, toWallClock } from "@calends/recurrence/pattern";
import { formatLocalDate } from "@calends/time/local-date";
import { zoneOf } from "@calends/time/zone";
import { dayMs } from "../domain/all-day.ts";
import { valueAt, type Line } from "./events.ts";
import type { Notes } from "./notes.ts";
import { refusal } from "./properties.ts";
import { utcText } from "./text.ts";
import { longestMs, reading, shortestMs, type Start } from "./times.ts";

/** A date of an RDATE that has a length of its own. */
export interface Period {
  readonly startMs: number;
  readonly durationMs: number;
}

/** The further and excluded dates of an event as a pattern has them. */
export interface Dates {
  readonly lines: readonly string[];
  readonly periods: readonly Period[];
}

/**
 * A rule whose UNTIL is what its start demands: of whole days a date, else an instant. A date lasts until its end, and a
 * local time is one of the start's zone.
 */
export function ruleOf(line: string, { timeZone, allDay }: Start, notes: Notes): string {
  const text = line.slice(valueAt(line));
  const { until, ...rule } = reading("RRULE", () => parseRule(text));
  if (until === undefined || until.kind === (allDay ? "date" : "utc")) {
    return text;
  }
  const midnight = Math.floor(until.ms / dayMs) * dayMs;
  if (allDay) {
    notes(line, `UNTIL the date ${formatLocalDate(midnight)}`);
    return formatRule({ ...rule, until: { kind: "date", ms: midnight } });
  }
  const localMs = until.kind === "date" ? midnight + dayMs - 1000 : until.ms;
  const ms = zoneOf(timeZone).toUtc(localMs);
  notes(line, `UNTIL ${new Date(localMs).toISOString().slice(0, 19)} in ${timeZone}`);
  return formatRule({ ...rule, until: { kind: "utc", ms } });
}

/** RDATE and EXDATE lines whose values are of the start's type, and the lengths of periods. */
export function datesOf(lines: readonly Line[], start: Start, rule: string, notes: Notes): Dates {
  const periods: Period[] = [];
  const texts = lines.map((line) => {
    const { name, text } = line;
    const head = text.slice(0, valueAt(text));
    const isDate = /;VALUE=DATE(?=[;:])/i.test(head);
    if (name === "RDATE" && /;VALUE=PERIOD(?=[;:])/i.test(head)) {
      const found = readPeriods(text);
      periods.push(...found);
      notes(text, "further dates with lengths of their own");
      return `RDATE:${found.map(({ startMs }) => utcText(startMs)).join()}`;
    }
    if (start.allDay && !isDate && /T\d{6}/.test(text.slice(head.length))) {
      notes(text, "dates without times");
      return `${name};VALUE=DATE:${valuesOf(text)
        .map((value) => dateText(value, start.timeZone))
        .join()}`;
    }
    if (!start.allDay && isDate) {
      notes(text, "what takes place on these dates");
      const values = valuesOf(text).flatMap((value) => timesOn(value, start, name === "EXDATE" ? rule : ""));
      return `${name};TZID=${start.timeZone}:${values.join()}`;
    }
    return text;
  });
  return { lines: texts, periods };
}

function valuesOf(text: string): string[] {
  return text
    .slice(valueAt(text))
    .split(",")
    .map((value) => value.trim());
}

/** The date of a local time as it is written, of an instant in UTC that in the zone. */
function dateText(value: string, timeZone: string): string {
  if (!/^\d{8}T\d{6}Z$/i.test(value)) {
    return value.slice(0, 8);
  }
  const ms = reading("EXDATE", () => compile(`DTSTART:${value.toUpperCase()}`).last() ?? Number.NaN);
  return utcText(toWallClock(timeZone, ms)).slice(0, 8);
}

/** The local times at which a rule takes place on a date; the start's time of day where there are none. */
function timesOn(date: string, { localStart, timeZone }: Start, rule: string): string[] {
  const ownTime = `${date}T${localStart.slice(11).replaceAll(":", "")}`;
  const days = reading("EXDATE", () => compile(`DTSTART;VALUE=DATE:${date}`).last() ?? Number.NaN);
  if (rule === "") {
    return [ownTime];
  }
  const set = reading("RRULE", () => compile(contentOf({ localStart, timeZone, rule, extraLines: "" })));
  const [from, to] = [days, days + dayMs].map((midnight) => zoneOf(timeZone).toUtc(midnight));
  const found = Array.from(set.between(from ?? days, to ?? days).starts);
  return found.length === 0 ? [ownTime] : found.map((ms) => utcText(toWallClock(timeZone, ms)).slice(0, 15));
}

function readPeriods(text: string): Period[] {
  const { dates } = reading("RDATE", () => parseContent(`DTSTART:19700101T000000Z\n${text}`));
  return dates.map(({ kind, ms, zone, durationMs }) => {
    if (kind === "local" && zone === null) {
      throw refusal("RDATE", "must be in a zone or in UTC");
    }
    const length = durationMs ?? 0;
    if (!(length >= shortestMs && length <= longestMs)) {
      throw refusal("RDATE", "an occurrence is one minute to 30 days long");
    }
    return { startMs: zone === null ? ms : zoneOf(zone).toUtc(ms), durationMs: length };
  });
}

/**
 * Which date of a series an override is about: the one at the instant, or where the override names a date and the series
 * has times, or the other way round, the one on that date.
 */
export function recurrenceOf(line: Line, start: Start, rule: string, notes: Notes): number | undefined {
  const [value = ""] = valuesOf(line.text);
  const isDate = line.property.type === "date";
  if (isDate === start.allDay) {
    return undefined;
  }
  notes(line.text, "the occurrence on this date");
  const date = isDate ? value : dateText(value, start.timeZone);
  const [time = ""] = isDate ? timesOn(date, start, rule) : [`${date}T000000`];
  const day = `${time.slice(0, 4)}-${time.slice(4, 6)}-${time.slice(6, 8)}`;
  return toInstant(start.timeZone, `${day}T${time.slice(9, 11)}:${time.slice(11, 13)}:${time.slice(13)}`);
}
