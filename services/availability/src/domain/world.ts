import type { Intervals } from "@calends/time/intervals";
import type { Closure, PlannedHours } from "./closures.ts";
import { hoursOf, type Range } from "./cut-ranges.ts";

/** The rules of an appointment type that decide where its slots lie; all in milliseconds. */
export interface SlotRules {
  /** Lengths to choose from; at least one. */
  readonly durationsMs: readonly number[];
  readonly stepMs: number;
  /** Kept free before the meeting, in or outside of the hours. */
  readonly bufferBeforeMs: number;
  /** Kept free after the meeting, in or outside of the hours. */
  readonly bufferAfterMs: number;
  /** Work before the meeting: free, and inside of the hours. */
  readonly setUpMs: number;
  /** Work after the meeting: free, and inside of the hours. */
  readonly cleanUpMs: number;
  readonly minNoticeMs: number;
  /** Infinity where there is no horizon. */
  readonly horizonMs: number;
  /** Where the meeting is; empty where nobody has to travel. */
  readonly place: string;
}

/** Half-open span of instants. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where busy time comes from. */
export type BusySource = "booking" | "blocked_time" | "external";

/** A span in which a calendar is busy, buffers included. */
export interface Busy {
  readonly startMs: number;
  readonly endMs: number;
  readonly source: BusySource;
  readonly sourceId: string;
  /** Where it takes place; empty where nobody has to travel. */
  readonly place: string;
  /** Through which connection an external event comes, where that is known. */
  readonly connection?: Connection;
}

/** A way on which external events come. */
export interface Connection {
  readonly id: string;
  /** When its events were last known to be complete. */
  readonly lastGoodMs: number;
}

/** Whether two calendars are busy with the same, as those are that a booking takes together. */
export function isSame(a: Busy, b: Busy): boolean {
  const isOneRecord = a.source === b.source && a.sourceId === b.sourceId && a.place === b.place;
  return isOneRecord && a.startMs === b.startMs && a.endMs === b.endMs;
}

/** How far the external events of a calendar can be relied on. */
export interface Staleness {
  readonly source: string;
  readonly lagMs: number;
}

/** The windows of one calendar that manages them: each is one meeting, at its beginning, while nothing of it is taken. */
export interface Openings {
  /** All of them, by start. */
  readonly ranges: readonly Range[];
  /** Those of which nothing is taken. */
  readonly free: readonly Range[];
  /** What the calendar is busy with. */
  readonly busy: readonly Busy[];
}

/** What is known of a calendar when slots are asked for. */
export interface Host {
  readonly calendarId: string;
  /** Bookable ranges by start. */
  readonly ranges: readonly Range[];
  /** Where grids of starts lie, by start: in the ranges, and of an opening only at the instant at which that begins. */
  readonly origins: readonly Range[];
  /** The same as bookable time, in which a meeting may go from one range into the next that touches it. */
  readonly hours: Intervals;
  /** Of calendars that manage their windows, itself or members of it: what has to be booked as a whole. */
  readonly openings: readonly Openings[];
  /** What the calendar's schedule closes, by start. */
  readonly closures: () => readonly Closure[];
  /** The bookable time as it would be if nothing closed it. */
  readonly planned: () => PlannedHours;
  /** Busy spans by start; they may overlap. */
  readonly busy: readonly Busy[];
  readonly busyStarts: Float64Array;
  readonly busyEnds: Float64Array;
  /** Set where the calendar cannot be booked because its external events may be out of date. */
  readonly stale: Staleness | null;
}

/** Calendars of which a number is needed at one time. */
export interface Group {
  readonly hosts: readonly Host[];
  readonly need: number;
}

/** A span in which a limit of the type is reached. */
export interface Limit {
  readonly startMs: number;
  readonly endMs: number;
  readonly reason: "DAILY_LIMIT" | "WEEKLY_LIMIT" | "MONTHLY_LIMIT";
  readonly timeZone: string;
  readonly limit: number;
}

/** A meeting of a group that was made and has seats left. */
export interface Session {
  readonly startMs: number;
  readonly seatsLeft: number;
}

/** Milliseconds from one place to another; 0 where nothing is known. */
export type TravelTime = (from: string, to: string) => number;

/** Hours of an appointment type, on top of those of each calendar. */
export interface TypeHours {
  readonly ranges: readonly Range[];
  readonly hours: Intervals;
  /** The hours as they would be if nothing closed them. */
  readonly planned: () => PlannedHours;
}

/** All that decides about slots. */
export interface World {
  readonly nowMs: number;
  readonly groups: readonly Group[];
  /** The appointment type's own hours; null where it has none. */
  readonly typeHours: TypeHours | null;
  readonly limits: readonly Limit[];
  readonly sessions: readonly Session[];
  readonly travel: TravelTime;
}

/** What is given of a calendar to make a {@link Host}. */
export interface HostParts extends Pick<Host, "calendarId" | "ranges" | "closures" | "planned" | "busy" | "stale"> {
  /** Whether its ranges are windows that it manages. */
  readonly whole: boolean;
}

/** Puts together what is known of a calendar; the ranges and busy spans have to be in order of their starts. */
export function createHost({ calendarId, ranges, closures, planned, busy, stale, whole }: HostParts): Host {
  return {
    calendarId,
    ranges,
    closures,
    planned,
    busy,
    stale,
    hours: hoursOf(ranges),
    origins: whole ? ranges.map(beginningOf) : ranges,
    openings: whole ? [{ ranges, busy, free: untouched(ranges, busy) }] : [],
    busyStarts: new Float64Array(busy.map(({ startMs }) => startMs)),
    busyEnds: new Float64Array(busy.map(({ endMs }) => endMs)),
  };
}

/** The instant at which a range begins, as a range. */
function beginningOf({ startMs }: Range): Range {
  return { startMs, endMs: startMs + 1 };
}

/** The ranges of which nothing is taken. Both are sorted by start. */
function untouched(ranges: readonly Range[], busy: readonly Busy[]): readonly Range[] {
  const taken = hoursOf(busy);
  let at = 0;
  return ranges.filter(({ startMs, endMs }) => {
    while (at < taken.length && (taken[at + 1] ?? 0) <= startMs) {
      at += 2;
    }
    return at >= taken.length || (taken[at] ?? 0) >= endMs;
  });
}
