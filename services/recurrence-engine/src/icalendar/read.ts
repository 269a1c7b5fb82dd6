import { DomainError } from "@calends/kit/domain-error";
import { InvalidRuleError } from "@calends/recurrence";
import { maxExceptions } from "../domain/exceptions.ts";
import type { LengthPolicy } from "../domain/length.ts";
import { cutBefore, readPattern, type Pattern } from "../domain/pattern.ts";
import type { Exception, Standing } from "../domain/series-types.ts";
import { oneOf, readEvent, splitCalendar, textOf, type EventLines } from "./events.ts";
import { advanceOf, maxTextLength, policyOf, reasonOf, standingOf, titleOf } from "./facts.ts";
import { keptOf } from "./kept.ts";
import { datesOf, ruleOf, type Period } from "./lenient.ts";
import { openNotes, type Note, type Notes } from "./notes.ts";
import { followingOf, isFollowing, overridesOf, withFurtherDates, type Following } from "./overrides.ts";
import { gapProperty, refusal, zoneProperty } from "./properties.ts";
import { lengthOf, shortestMs, startOf, type Start } from "./times.ts";
import { onlyStart, withStart } from "./with-start.ts";
import { zonedLines } from "./zoned-lines.ts";

/** A series as another program wrote it. */
export interface Imported {
  readonly uid: string;
  readonly title: string;
  readonly pattern: Pattern;
  readonly maxAdvanceDays: number;
  readonly exceptions: readonly Exception[];
  readonly policy: LengthPolicy;
  readonly standing: Standing;
  /** Content lines of the event that mean nothing to a series. */
  readonly kept: readonly string[];
  /** Where it goes on otherwise, by original start: RECURRENCE-ID with RANGE=THISANDFUTURE. */
  readonly following: readonly Following[];
  /** What is not as it was written. */
  readonly notes: readonly Note[];
}

/** How a calendar is read. */
export interface ReadOptions {
  /** The zone in which whole days are meant where the event does not say. */
  readonly dateZone: string;
  /** Whether DTSTART takes place also where it does not match the rule, as Google Calendar has it. */
  readonly includeStart: boolean;
}

/** Reads a VCALENDAR as one series with its overrides. Throws naming the property at fault. */
export function readCalendar(icalendar: string, options: ReadOptions): Imported {
  const { notes, add } = openNotes();
  const calendar = splitCalendar(icalendar);
  if (calendar.events.length > maxExceptions + 1) {
    throw refusal("VEVENT", `a series has at most ${maxExceptions} cancelled and changed occurrences`);
  }
  const events = zonedLines(calendar, options.dateZone, add).map(readEvent);
  const master = masterOf(events);
  const uid = uidOf(master, events);
  const title = titleOf(master, add) || "Untitled";
  const read = patternOf(master, options, add);
  const changed = events.filter((event) => event !== master);
  const following = changed.filter(isFollowing).map((event) => followingOf(event, { ...read, title }, add));
  const overrides = overridesOf([master, ...changed.filter((event) => !isFollowing(event))], { ...read, title }, add);
  const { pattern, exceptions } = endedBefore(withFurtherDates(read.pattern, overrides, add), following);
  return {
    uid,
    title,
    pattern,
    maxAdvanceDays: advanceOf(master),
    exceptions,
    policy: policyOf(master),
    standing: standingOf(master, pattern),
    kept: calendar.events.flatMap((text, index) => (events[index] === master ? keptOf(text) : [])),
    following: following.filter(({ isCancelled }) => !isCancelled).toSorted((a, b) => a.recurrenceId - b.recurrenceId),
    notes,
  };
}

function masterOf(events: readonly EventLines[]): EventLines {
  const [master, ...others] = events.filter((event) => oneOf(event, "RECURRENCE-ID") === undefined);
  if (master === undefined || others.length > 0) {
    throw refusal("VEVENT", "one event without RECURRENCE-ID is required");
  }
  return master;
}

function uidOf(master: EventLines, events: readonly EventLines[]): string {
  const uid = textOf(master, "UID");
  if (uid === "" || uid.length > maxTextLength || events.some((event) => textOf(event, "UID") !== uid)) {
    throw refusal("UID", `one of 1 to ${maxTextLength} characters is required, the same in every event`);
  }
  return uid;
}

/** A series of which all dates from one on are cancelled ends before that. */
function endedBefore(
  series: { readonly pattern: Pattern; readonly exceptions: readonly Exception[] },
  following: readonly Following[],
): { pattern: Pattern; exceptions: readonly Exception[] } {
  const ends = following.filter(({ isCancelled }) => isCancelled).map(({ recurrenceId }) => recurrenceId);
  if (ends.length === 0) {
    return series;
  }
  const end = Math.min(...ends);
  const exceptions = series.exceptions.filter(({ recurrenceId }) => recurrenceId < end);
  return { pattern: cutBefore(series.pattern, end), exceptions };
}

function patternOf(
  master: EventLines,
  { dateZone, includeStart }: ReadOptions,
  notes: Notes,
): { pattern: Pattern; start: Start; periods: readonly Period[] } {
  const wrong = master.find(({ name }) => name === "EXRULE");
  if (wrong !== undefined) {
    throw refusal("EXRULE", "is not taken; exclude the dates by EXDATE");
  }
  const start = startOf(master, textOf(master, zoneProperty) || dateZone);
  const lines = master.filter(
    (line) => line.name === "RDATE" || (line.name === "EXDATE" && reasonOf(line) === undefined),
  );
  const ruleLine = oneOf(master, "RRULE")?.text;
  if (ruleLine === undefined && !lines.some(({ name }) => name === "RDATE")) {
    throw refusal("RRULE", "the event does not recur");
  }
  // Without a rule the start is the first of the dates, and the only one that is no RDATE (RFC 5545 section 3.8.5.3).
  const rule = ruleLine === undefined ? onlyStart : ruleOf(ruleLine, start, notes);
  const dates = datesOf(lines, start, rule, notes);
  const gap = textOf(master, gapProperty).toUpperCase() === "OMIT" ? "omit" : "shift";
  const durationMs = masterLength(master, start, notes);
  const draft = { ...start, durationMs, rule, extraLines: dates.lines.join("\n"), gap } as const;
  // A series that was split at its first date has none left; other programs write no such event.
  const mayBeEmpty = oneOf(master, gapProperty) !== undefined;
  const pattern = namingProperty(() => readPattern({ ...draft, endDate: "" }, mayBeEmpty));
  return { pattern: includeStart ? withStart(pattern) : pattern, start, periods: dates.periods };
}

function masterLength(master: EventLines, { allDay, timeZone }: Start, notes: Notes): number {
  const durationMs = lengthOf(master, allDay ? { ofDates: timeZone } : {}, notes);
  if (durationMs === null) {
    notes(oneOf(master, "DTSTART")?.text ?? "", "one minute long: there is no DTEND and no DURATION");
  }
  return durationMs ?? shortestMs;
}

/** The properties that the fields of a pattern come from. */
const properties: Readonly<Record<string, string>> = {
  "pattern.local_start": "DTSTART",
  "pattern.time_zone": "DTSTART",
  "pattern.duration": "DURATION",
  "pattern.extra_lines": "RDATE",
};

/** Parts of the rule are named by the property that they stand in. */
function namingProperty<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvalidRuleError) {
      const property = ["DTSTART", "RDATE", "EXDATE"].includes(error.part) ? error.part : "RRULE";
      throw refusal(property, error.message, { cause: error, reason: "INVALID_RECURRENCE" });
    }
    if (error instanceof DomainError) {
      throw refusal(properties[error.violations[0]?.field ?? ""] ?? "RRULE", error.message, { cause: error });
    }
    throw error;
  }
}
