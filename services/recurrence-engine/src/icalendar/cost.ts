import { DomainError } from "@calends/kit/domain-error";
import { isLightRuleText, isLightSeries, isReadLightly, mostZoneYears } from "../domain/cost.ts";
import type { Held } from "../domain/series-types.ts";
import { splitCalendar, valueAt } from "./events.ts";
import { knownZone } from "./zone-names.ts";
import { endOfChanges } from "./write.ts";

/** The clock changes of so many years are found in some twenty milliseconds. */
const mostZonedYears = 40;
const yearMs = 366 * 86_400_000;
const dated = /^(?:DTSTART|DTEND|RDATE|EXDATE|RECURRENCE-ID)[;:]/i;

/** Whether a calendar is known to be read lightly. Its time zones have rules as well, which are not looked at. */
export function isLightCalendar(icalendar: string): boolean {
  return isReadLightly(icalendar) && areLight(linesOf(icalendar));
}

/** Whether a series is known to be written lightly: each clock change of its zones from its first date on is looked for. */
export function isLightExport(held: Held): boolean {
  const { series, exceptions } = held;
  const { localStart, timeZone, extraLines } = series.pattern;
  const starts = [Date.parse(`${localStart}Z`), ...exceptions.map(({ startMs }) => startMs)];
  const years = (Math.max(endOfChanges(series), ...starts) - Math.min(...starts)) / yearMs;
  const zones = new Set([timeZone, ...Array.from(extraLines.matchAll(/^\w+;TZID=([^:]*)/gm), ([, zone]) => zone)]);
  return years * zones.size <= mostZonedYears && isLightSeries(held);
}

/** The lines of all events; none of a calendar that is refused as soon as it is read. */
function linesOf(icalendar: string): string[] {
  try {
    return splitCalendar(icalendar).events.flatMap(({ lines }) => lines);
  } catch (error) {
    if (error instanceof DomainError) {
      return [];
    }
    throw error;
  }
}

function areLight(lines: readonly string[]): boolean {
  const rules = lines.filter((line) => /^RRULE[;:]/i.test(line)).map((line) => line.slice(valueAt(line)));
  const dates = lines.filter((line) => dated.test(line)).flatMap(zoneYearsOf);
  return areKnown(lines) && rules.every(isLightRuleText) && new Set(dates).size <= mostZoneYears;
}

/** Whether no line names a zone that has to be found out: by the rules of a VTIMEZONE, and among all zones. */
function areKnown(lines: readonly string[]): boolean {
  const names = lines.flatMap((line) => /;TZID=(?:"([^"]*)"|([^";:]*))/i.exec(line)?.slice(1) ?? []);
  return [...new Set(names.filter((name) => name))].every((name) => knownZone(name) !== undefined);
}

/** The years of the dates of a line, which all have its parameters. */
function zoneYearsOf(line: string): string[] {
  const head = line.slice(0, valueAt(line));
  const values = line.slice(head.length).split(",");
  return values.map((value) => `${head.replace(/^[\w-]+/, "")}${value.trim().slice(0, 4)}`);
}
