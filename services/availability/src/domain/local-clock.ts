import type { Zone } from "@calends/time/zone";

/** Reads wall-clock time of one zone. */
export interface LocalClock {
  /**
   * The first instant at which the zone's clock shows a local time or, where a change skips it, a later one. Never falls
   * as local time grows, so that a range inside a skipped hour is empty and one that reaches into it ends where it does.
   */
  readonly toUtc: (localMs: number) => number;
  /** The local day of an instant, counted from 1970-01-01. */
  readonly dayOf: (utcMs: number) => number;
}

const dayMs = 86_400_000;

/** Makes a clock that remembers the stretch of its last answer: days in a row cost a subtraction each. */
export function createLocalClock(zone: Zone): LocalClock {
  let fromLocalMs = Number.POSITIVE_INFINITY;
  let toLocalMs = Number.NEGATIVE_INFINITY;
  let offsetMs = 0;
  const seek = (localMs: number): number => {
    // No clock is two days from UTC, so this stretch is the one sought or before it.
    let stretch = zone.stretchAt(localMs - 2 * dayMs);
    while (stretch.endMs + stretch.offsetMs <= localMs) {
      stretch = zone.stretchAt(stretch.endMs);
    }
    // Local time that the stretch before has shown already belongs to that.
    const before = zone.stretchAt(stretch.startMs - 1);
    offsetMs = stretch.offsetMs;
    fromLocalMs = stretch.startMs + Math.max(offsetMs, before.offsetMs);
    toLocalMs = stretch.endMs + offsetMs;
    return Math.max(localMs - offsetMs, stretch.startMs);
  };
  return {
    toUtc: (localMs) => (localMs >= fromLocalMs && localMs < toLocalMs ? localMs - offsetMs : seek(localMs)),
    dayOf: (utcMs) => Math.floor((utcMs + zone.offsetAt(utcMs)) / dayMs),
  };
}
