import { DomainError } from "@calends/kit/domain-error";
import { InvalidRuleError } from "@calends/recurrence";
import { hasDate } from "@calends/recurrence/pattern";
import { maxExceptions, skippedReason } from "../domain/exceptions.ts";
import type { LengthPolicy } from "../domain/length.ts";
import { compilePattern, readPattern, type Pattern } from "../domain/pattern.ts";
import type { Exception, Standing } from "../domain/series-types.ts";
import { keptOf, oneOf, readEvent, splitEvents, textOf, valueAt, type EventLines } from "./events.ts";
import { advanceOf, maxTextLength, policyOf, reasonOf, shortText, standingOf } from "./facts.ts";
import { gapProperty, reasonProperty, refusal, zoneProperty } from "./properties.ts";
import { instantsOf, lengthOf, startOf } from "./times.ts";
import { onlyStart, withStart } from "./with-start.ts";

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
  const texts = splitEvents(icalendar);
  if (texts.length > maxExceptions + 1) {
    throw refusal("VEVENT", `a series has at most ${maxExceptions} cancelled and changed occurrences`);
  }
  const events = texts.map(({ lines }) => readEvent(lines));
  const [master, ...others] = events.filter((event) => oneOf(event, "RECURRENCE-ID") === undefined);
  if (master === undefined || others.length > 0) {
    throw refusal("VEVENT", "one event without RECURRENCE-ID is required");
  }
  const uid = textOf(master, "UID");
  if (uid === "" || uid.length > maxTextLength || events.some((event) => textOf(event, "UID") !== uid)) {
    throw refusal("UID", `one of 1 to ${maxTextLength} characters is required, the same in every event`);
  }
  const title = titleOf(master) || "Untitled";
  const pattern = patternOf(master, options);
  const changed = events.filter((event) => event !== master);
  const overrides = changed.map((event) => overrideOf(event, title, pattern));
  const exceptions = [...overrides, ...cancelledOf(master, pattern)];
  refuseWrong(exceptions, pattern);
  return {
    uid,
    title,
    pattern,
    maxAdvanceDays: advanceOf(master),
    exceptions,
    policy: policyOf(master),
    standing: standingOf(master, pattern),
    kept: texts.flatMap((text, index) => (events[index] === master ? keptOf(text) : [])),
  };
}

function patternOf(master: EventLines, { dateZone, includeStart }: ReadOptions): Pattern {
  const wrong = master.find(({ name }) => name === "EXRULE");
  if (wrong !== undefined) {
    throw refusal("EXRULE", "is not taken; exclude the dates by EXDATE");
  }
  const start = startOf(master, textOf(master, zoneProperty) || dateZone);
  const dates = master.filter(
    (line) => line.name === "RDATE" || (line.name === "EXDATE" && reasonOf(line) === undefined),
  );
  const line = oneOf(master, "RRULE")?.text;
  const rule = line?.slice(valueAt(line));
  if (rule === undefined && !dates.some(({ name }) => name === "RDATE")) {
    throw refusal("RRULE", "the event does not recur");
  }
  const gap = textOf(master, gapProperty).toUpperCase() === "OMIT" ? "omit" : "shift";
  const extraLines = dates.map(({ text }) => text).join("\n");
  const durationMs = lengthOf(master, start.allDay ? { ofDates: start.timeZone } : {});
  if (durationMs === null) {
    throw refusal("DTEND", "DTEND or DURATION is required");
  }
  // Without a rule the start is the first of the dates, and the only one that is no RDATE (RFC 5545 section 3.8.5.2).
  const draft = { ...start, durationMs, rule: rule ?? onlyStart, extraLines, gap } as const;
  // A series that was split at its first date has none left; other programs write no such event.
  const mayBeEmpty = oneOf(master, gapProperty) !== undefined;
  const pattern = namingProperty(() => readPattern({ ...draft, endDate: "" }, mayBeEmpty));
  return includeStart ? withStart(pattern) : pattern;
}

function overrideOf(event: EventLines, title: string, pattern: Pattern): Exception {
  const zones = pattern.allDay ? { ofDates: pattern.timeZone } : {};
  const recurrenceId = instantsOf(event, "RECURRENCE-ID", zones)[0] ?? Number.NaN;
  if (oneOf(event, "RECURRENCE-ID")?.property.getParameter("range") !== undefined) {
    throw refusal("RECURRENCE-ID", "RANGE is not taken: what follows is a series of its own");
  }
  const reason = shortText(event, reasonProperty);
  if (textOf(event, "STATUS").toUpperCase() === "CANCELLED") {
    return cancelled(recurrenceId, reason);
  }
  const ownTitle = titleOf(event);
  const durationMs = lengthOf(event, zones);
  return {
    recurrenceId,
    kind: "changed",
    startMs: instantsOf(event, "DTSTART", zones)[0] ?? recurrenceId,
    durationMs: durationMs === pattern.durationMs ? null : durationMs,
    title: ownTitle === title ? "" : ownTitle,
    reason,
  };
}

function cancelledOf(master: EventLines, pattern: Pattern): Exception[] {
  const zones = { ofTimes: pattern.timeZone, ...(pattern.allDay ? { ofDates: pattern.timeZone } : {}) };
  return master.flatMap((line) => {
    const reason = line.name === "EXDATE" ? reasonOf(line) : undefined;
    return reason === undefined ? [] : instantsOf([line], "EXDATE", zones).map((ms) => cancelled(ms, reason));
  });
}

function cancelled(recurrenceId: number, reason: string): Exception {
  const of = { recurrenceId, kind: "cancelled", startMs: recurrenceId, durationMs: null, title: "" } as const;
  return { ...of, reason: reason === "" ? skippedReason : reason };
}

function refuseWrong(exceptions: readonly Exception[], pattern: Pattern): void {
  if (exceptions.length > maxExceptions) {
    throw refusal("VEVENT", `a series has at most ${maxExceptions} cancelled and changed occurrences`);
  }
  const set = compilePattern(pattern);
  const unknown = exceptions.find(({ recurrenceId }) => !hasDate(set, recurrenceId));
  if (unknown !== undefined) {
    const property = unknown.kind === "changed" ? "RECURRENCE-ID" : "EXDATE";
    throw refusal(property, `the event does not occur at ${new Date(unknown.recurrenceId).toISOString()}`);
  }
  if (new Set(exceptions.map(({ recurrenceId }) => recurrenceId)).size < exceptions.length) {
    throw refusal("RECURRENCE-ID", "one occurrence stands more than once");
  }
}

function titleOf(event: EventLines): string {
  return shortText(event, "SUMMARY");
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
