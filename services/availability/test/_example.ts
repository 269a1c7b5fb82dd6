import { createHost, hoursOf, type Busy, type HostParts, type SlotRules, type World } from "../src/domain/world.ts";

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

/** A calendar with a day of work and nothing to do. */
export function calendar(parts: Partial<HostParts> = {}) {
  const { ranges = [workday], closures = [] } = parts;
  const none = { busy: [], whole: false, stale: null };
  return createHost({
    calendarId: "ada",
    ranges,
    closures,
    planned: () => planned(ranges, closures),
    ...none,
    ...parts,
  });
}

/** Hours of which closures took a part. */
function planned(ranges: HostParts["ranges"], lost: HostParts["closures"]) {
  return { hours: hoursOf([...ranges, ...lost].toSorted((a, b) => a.startMs - b.startMs)), lost };
}

/** A world of one calendar on the day before. */
export function world(parts: Partial<World> = {}): World {
  const groups = [{ hosts: [calendar()], need: 1 }];
  const none = { typeHours: null, limits: [], sessions: [], travel: () => 0 };
  return { nowMs: nine - 24 * hourMs, groups, ...none, ...parts };
}

/** A world of calendars, of which a number is needed. */
export function groupOf(need: number, hosts: readonly Partial<HostParts>[], parts: Partial<World> = {}): World {
  return world({ groups: [{ need, hosts: hosts.map(calendar) }], ...parts });
}

/** Hours of a type. */
export function typeHours(
  ranges: readonly { startMs: number; endMs: number }[],
  closures: HostParts["closures"] = [],
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
