import { hasDate, toInstant, toWallClock } from "@calends/recurrence/pattern";
import { zoneOf } from "@calends/time/zone";
import { maxExceptions, skippedReason } from "../domain/exceptions.ts";
import { compilePattern, type Pattern, type PatternDraft } from "../domain/pattern.ts";
import type { Exception } from "../domain/series-types.ts";
import { oneOf, parameterOf, textOf, type EventLines } from "./events.ts";
import { reasonOf, shortText, titleOf } from "./facts.ts";
import { recurrenceOf, type Period } from "./lenient.ts";
import type { Notes } from "./notes.ts";
import { reasonProperty, refusal } from "./properties.ts";
import { utcText } from "./text.ts";
import { instantsOf, lengthOf, type Start } from "./times.ts";

/** A series of which the overrides are read. */
export interface Master {
  readonly title: string;
  readonly pattern: Pattern;
  readonly start: Start;
  readonly periods: readonly Period[];
}

/** How a series goes on from one of its dates: an override of this and all later ones. */
export interface Following {
  readonly recurrenceId: number;
  /** Empty is the name of the series. */
  readonly title: string;
  /** Its rule is empty: it goes on as before. */
  readonly pattern: PatternDraft;
  readonly isCancelled: boolean;
}

/** Whether an event is about a date and all later ones. */
export function isFollowing(event: EventLines): boolean {
  const line = oneOf(event, "RECURRENCE-ID");
  const range = line === undefined ? undefined : parameterOf(line, "RANGE")?.toUpperCase();
  if (range !== undefined && range !== "THISANDFUTURE") {
    throw refusal("RECURRENCE-ID", "RANGE is THISANDFUTURE or absent");
  }
  return range !== undefined;
}

/** Reads an event that is about a date and all later ones. */
export function followingOf(event: EventLines, master: Master, notes: Notes): Following {
  const { pattern, title } = master;
  const { recurrenceId, startMs, durationMs, title: ownTitle, kind } = overrideOf(event, master, notes);
  notes(oneOf(event, "RECURRENCE-ID")?.text ?? "", "a series of its own from there on");
  const localStart = new Date(toWallClock(pattern.timeZone, startMs)).toISOString().slice(0, 19);
  const changed = { localStart, durationMs: durationMs ?? pattern.durationMs, rule: "", extraLines: "", endDate: "" };
  return {
    recurrenceId,
    title: ownTitle || title,
    pattern: { ...pattern, ...changed },
    isCancelled: kind === "cancelled",
  };
}

/** The dates that are not as the pattern has them, by the master and its overrides. */
export function overridesOf([master = [], ...events]: readonly EventLines[], of: Master, notes: Notes): Exception[] {
  const overrides = [...events.map((event) => overrideOf(event, of, notes)), ...cancelledOf(master, of.pattern)];
  const ids = new Set(overrides.map(({ recurrenceId }) => recurrenceId));
  const periods = of.periods.filter(
    ({ startMs, durationMs }) => durationMs !== of.pattern.durationMs && !ids.has(startMs),
  );
  const all = [
    ...overrides,
    ...periods.map((period): Exception => {
      return { ...period, recurrenceId: period.startMs, kind: "changed", title: "", reason: "" };
    }),
  ];
  if (all.length > maxExceptions) {
    throw refusal("VEVENT", `a series has at most ${maxExceptions} cancelled and changed occurrences`);
  }
  return all;
}

function overrideOf(event: EventLines, { title, pattern, start }: Master, notes: Notes): Exception {
  const line = oneOf(event, "RECURRENCE-ID");
  const zones = pattern.allDay ? { ofDates: pattern.timeZone } : {};
  const onDate = line === undefined ? undefined : recurrenceOf(line, start, pattern.rule, notes);
  const recurrenceId = onDate ?? instantsOf(event, "RECURRENCE-ID", zones)[0] ?? Number.NaN;
  const reason = shortText(event, reasonProperty);
  if (textOf(event, "STATUS").toUpperCase() === "CANCELLED") {
    return cancelled(recurrenceId, reason);
  }
  const ownTitle = titleOf(event, notes);
  const { startMs = recurrenceId, durationMs } = timesOf(event, pattern, notes);
  return {
    recurrenceId,
    kind: "changed",
    startMs,
    durationMs: durationMs === pattern.durationMs ? null : durationMs,
    title: ownTitle === title ? "" : ownTitle,
    reason,
  };
}

/** Start and length of an override. Whole days among times last from midnight to midnight. */
function timesOf(
  event: EventLines,
  { allDay, timeZone }: Pattern,
  notes: Notes,
): { startMs: number | undefined; durationMs: number | null } {
  const zones = { ofDates: timeZone };
  const [startMs] = instantsOf(event, "DTSTART", zones);
  const durationMs = lengthOf(event, zones, notes);
  const line = oneOf(event, "DTSTART");
  if (allDay || startMs === undefined || durationMs === null || line?.property.type !== "date") {
    return { startMs, durationMs };
  }
  notes(line.text, `from midnight to midnight in ${timeZone}`);
  const endMs = zoneOf(timeZone).toUtc(toWallClock(timeZone, startMs) + durationMs);
  return { startMs, durationMs: endMs - startMs };
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

/**
 * A pattern that has all dates that its overrides are about: one that it lacks becomes a further date, at the start that
 * the override gives it where the original one lies before the series. Throws where two are about one date.
 */
export function withFurtherDates(
  pattern: Pattern,
  exceptions: readonly Exception[],
  notes: Notes,
): { pattern: Pattern; exceptions: readonly Exception[] } {
  const set = compilePattern(pattern);
  const beginMs = toInstant(pattern.timeZone, pattern.localStart);
  const added: number[] = [];
  const placed = exceptions.flatMap((exception): Exception[] => {
    const { recurrenceId, startMs, kind } = exception;
    if (hasDate(set, recurrenceId)) {
      return [exception];
    }
    const line = `RECURRENCE-ID:${utcText(recurrenceId)}`;
    const place = recurrenceId >= beginMs ? recurrenceId : startMs;
    const isMidnight = !pattern.allDay || toWallClock(pattern.timeZone, place) % 86_400_000 === 0;
    if (kind === "cancelled" || place < beginMs || !isMidnight) {
      notes(line, "nothing: the series has no such date");
      return [];
    }
    notes(line, "a further date");
    added.push(place);
    return [{ ...exception, recurrenceId: place }];
  });
  if (new Set(placed.map(({ recurrenceId }) => recurrenceId)).size < placed.length) {
    throw refusal("RECURRENCE-ID", "one occurrence stands more than once");
  }
  const lines = [...new Set(added)].map((ms) => furtherLine(pattern, ms));
  const extraLines = [pattern.extraLines, ...lines].filter((line) => line !== "").join("\n");
  return { pattern: { ...pattern, extraLines }, exceptions: placed };
}

function furtherLine({ allDay, timeZone }: Pattern, ms: number): string {
  return allDay ? `RDATE;TZID=${timeZone}:${utcText(toWallClock(timeZone, ms)).slice(0, 15)}` : `RDATE:${utcText(ms)}`;
}
