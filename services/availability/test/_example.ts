import type { Closure } from "../src/domain/closures.ts";
import { hoursOf } from "../src/domain/cut-ranges.ts";
import { createHost, type Busy, type HostParts, type SlotRules, type World } from "../src/domain/world.ts";

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
/** Nine on a Monday. */
export const nine = Date.parse("2026-06-01T09:00:00Z");
/** A day of work from nine to five. */
export const workday = { startMs: nine, endMs: nine + 8 * hourMs };

/** Half-hour meetings, every half hour. */
export const half: SlotRules = {
  durationsMs: [30 * minuteMs],
  stepMs: 30 * minuteMs,
  bufferBeforeMs: 0,
  bufferAfterMs: 0,
  setUpMs: 0,
  cleanUpMs: 0,
  minNoticeMs: 0,
  horizonMs: Number.POSITIVE_INFINITY,
  place: "",
};

/** What of a calendar differs from the usual. */
export interface CalendarParts extends Partial<Omit<HostParts, "closures" | "planned">> {
  /** What closes a part of the day of work. */
  readonly closures?: readonly Closure[];
}

/** A calendar with a day of work and nothing to do. */
export function calendar({ closures = [], ...parts }: CalendarParts = {}) {
  const { ranges = [workday] } = parts;
  const none = { calendarId: "ada", busy: [], whole: false, stale: null };
  const hours = { ranges, closures: () => closures, planned: () => planned(ranges, closures) };
  return createHost({ ...none, ...hours, ...parts });
}

/** Hours of which closures took a part. */
function planned(ranges: HostParts["ranges"], lost: readonly Closure[]) {
  return { hours: hoursOf([...ranges, ...lost].toSorted((a, b) => a.startMs - b.startMs)), lost };
}

/** A world of one calendar on the day before. */
export function world(parts: Partial<World> = {}): World {
  const groups = [{ hosts: [calendar()], need: 1 }];
  const none = { typeHours: null, limits: [], sessions: [], travel: () => 0 };
  return { nowMs: nine - 24 * hourMs, groups, ...none, ...parts };
}

/** A world of calendars, of which a number is needed. */
export function groupOf(need: number, hosts: readonly CalendarParts[], parts: Partial<World> = {}): World {
  return world({ groups: [{ need, hosts: hosts.map(calendar) }], ...parts });
}

/** Hours of a type. */
export function typeHours(
  ranges: readonly { startMs: number; endMs: number }[],
  closures: readonly Closure[] = [],
): World["typeHours"] {
  return { ranges, hours: hoursOf(ranges), planned: () => planned(ranges, closures) };
}

/** Busy from one minute after nine to another. */
export function busy(from: number, to: number, parts: Partial<Busy> = {}): Busy {
  const span = { startMs: nine + from * minuteMs, endMs: nine + to * minuteMs };
  return { ...span, source: "booking", sourceId: "b1", place: "", ...parts };
}

/** Time on a clock of UTC, as in "09:30". */
export function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16);
}
