import { compile, formatRule, parseRule } from "@calends/recurrence";
import { valueAt, type CalendarText } from "./events.ts";
import type { Notes } from "./notes.ts";
import { equalZone, ownZoneOf, type OwnZone } from "./own-zone.ts";
import { utcText } from "./text.ts";
import { reading } from "./times.ts";
import { knownZone, zoneByName } from "./zone-names.ts";

/** What is a time, or several. */
const dated = /^(?:DTSTART|DTEND|RDATE|EXDATE|RECURRENCE-ID)[;:]/i;
/** So many dates of a series stand in UTC by themselves where no zone has its clock. */
const mostOwnDates = 1_000;
const ownYearsMs = 10 * 366 * 86_400_000;

/**
 * The lines of events in zones that are known: names that are none are matched to one, times that say no zone are in the
 * calendar's own (X-WR-TIMEZONE), and what keeps a clock that no zone has is written in UTC. The first event is looked at
 * for the span of the series.
 */
export function zonedLines(
  { events, timeZones, timeZone }: CalendarText,
  dateZone: string,
  notes: Notes,
): readonly (readonly string[])[] {
  const own = new Map<string, OwnZone>();
  const names = new Map<string, string>();
  const master = events.find(({ lines }) => !lines.some((line) => /^RECURRENCE-ID[;:]/i.test(line)))?.lines ?? [];
  const first = [timeZone, dateZone].flatMap((one) => knownZone(one) ?? []);
  for (const name of new Set(events.flatMap(({ lines }) => lines.flatMap((line) => zoneNameIn(line) ?? [])))) {
    if (knownZone(name) !== undefined) {
      continue;
    }
    const definition = timeZones.find((zone) => zone.name === name);
    const clock = definition === undefined ? undefined : ownZoneOf(definition);
    const found = zoneByName(name, definition) ?? (clock && equalZone(clock, localTimesOf(master), first));
    if (found !== undefined) {
      names.set(name, found);
      notes(`DTSTART;TZID=${name}`, `the zone ${found}`);
    } else if (clock !== undefined) {
      own.set(name, clock);
    }
  }
  const wide = knownZone(timeZone);
  return events.map(({ lines }) =>
    inUtc(
      lines.map((line) => inZone(line, names, wide, notes)),
      own,
      notes,
    ),
  );
}

/** The zone that a line names. */
function zoneNameIn(line: string): string | undefined {
  const head = dated.test(line) ? line.slice(0, valueAt(line)) : "";
  const [, quoted, plain] = /;TZID=(?:"([^"]*)"|([^";:]*))/i.exec(head) ?? [];
  return quoted ?? plain;
}

function inZone(line: string, names: ReadonlyMap<string, string>, wide: string | undefined, notes: Notes): string {
  const name = zoneNameIn(line);
  const found = name === undefined ? undefined : names.get(name);
  if (found !== undefined) {
    return withZone(line, `;TZID=${found}`);
  }
  const isFloating = name === undefined && dated.test(line) && /T\d{6}\s*(?:,|$)/.test(line.slice(valueAt(line)));
  if (!isFloating || wide === undefined) {
    return line;
  }
  notes(line, `in the calendar's time zone ${wide}`);
  return withZone(line, `;TZID=${wide}`);
}

function withZone(line: string, parameter: string): string {
  const head = line.slice(0, valueAt(line));
  const bare = head.replace(/;TZID=(?:"[^"]*"|[^";:]*)/i, "");
  return `${bare.slice(0, -1)}${parameter}:${line.slice(head.length)}`;
}

/** Local starts of the series that the master begins, as far as they bear on its zone. */
function localTimesOf(master: readonly string[]): number[] {
  const start = master.find((line) => /^DTSTART[;:]/i.test(line)) ?? "";
  const local = /\d{8}T\d{6}/.exec(start.slice(valueAt(start)))?.[0];
  if (local === undefined) {
    return [0];
  }
  const rule = master.find((line) => /^RRULE[;:]/i.test(line));
  const [first = 0] = reading("DTSTART", () => compile(`DTSTART:${local}Z`).first(1));
  const starts = reading("RRULE", () => {
    const lines = rule === undefined ? "" : `\nRRULE:${withUtcUntil(rule.slice(valueAt(rule)))}`;
    const set = compile(`DTSTART:${local}Z${lines}`);
    return set.between(first, first + ownYearsMs, { limit: mostOwnDates }).starts;
  });
  return starts.length === 0 ? [first] : Array.from(starts);
}

/** A rule of local times, as if they were UTC: UNTIL then is as well, whatever it was. A day more or less is left open. */
function withUtcUntil(text: string): string {
  const { until, ...rule } = parseRule(text);
  return formatRule(until === undefined ? rule : { ...rule, until: { kind: "utc", ms: until.ms } });
}

/** Writes what is in a zone of the file's own in UTC: the rule as the dates that it has. */
function inUtc(lines: readonly string[], own: ReadonlyMap<string, OwnZone>, notes: Notes): readonly string[] {
  const start = lines.find((line) => /^DTSTART[;:]/i.test(line)) ?? "";
  const clock = own.get(zoneNameIn(start) ?? "");
  const rewritten = lines.map((line) => utcLine(line, own.get(zoneNameIn(line) ?? "")));
  const rule = lines.find((line) => /^RRULE[;:]/i.test(line));
  if (clock === undefined || rule === undefined) {
    return rewritten;
  }
  const { until } = parseRule(rule.slice(valueAt(rule)));
  const starts = localTimesOf(lines)
    .map((localMs) => clock.toUtc(localMs))
    .filter((ms) => until === undefined || until.kind !== "utc" || ms <= until.ms);
  const [first = 0, ...others] = starts;
  notes(start, `${starts.length} dates in UTC: no time zone has this clock`);
  const kept = rewritten.filter((line) => !/^(?:RRULE|DTSTART)[;:]/i.test(line));
  const dates = others.length === 0 ? [] : [`RDATE:${others.map(utcText).join()}`];
  return [`DTSTART:${utcText(first)}`, "RRULE:FREQ=DAILY;COUNT=1", ...dates, ...kept];
}

function utcLine(line: string, clock: OwnZone | undefined): string {
  if (clock === undefined) {
    return line;
  }
  const bare = withZone(line, "");
  const at = valueAt(bare);
  const values = bare.slice(at).replaceAll(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?!Z)/g, (_, ...parts: string[]) => {
    const [year = "", month = "", day = "", hour = "", minute = "", second = ""] = parts;
    return utcText(clock.toUtc(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)));
  });
  return `${bare.slice(0, at)}${values}`;
}
