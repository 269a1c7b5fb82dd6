import { dayOf } from "./civil.ts";
import { passesLimits, skipToMonth } from "./days.ts";
import type { Plan } from "./plan.ts";

/**
 * A rule without a zone: its occurrences as local times, milliseconds since 1970-01-01T00:00 local. Order and count are
 * those of the rule alone; COUNT, UNTIL and the zone come on top.
 */
export interface LocalRule {
  /**
   * Calls `emit` for each occurrence on or after a local time, in order, until it returns false or there are no more.
   * Costs nothing for what lies before, nor for what lies after `untilMs`, of which some may still be emitted.
   */
  walk(fromMs: number, untilMs: number, emit: (localMs: number) => boolean): void;
  /** How many occurrences lie before a local time; the cost does not grow with the distance from the start. */
  countBefore(localMs: number): number;
  /** A local time on or before which at least `n` occurrences lie, and not many more; Infinity where there are fewer. */
  reach(n: number): number;
  /** No fewer than the occurrences before a local time, and known at once. */
  atMost(localMs: number): number;
  /** False where no occurrence can lie in a span of local time, by the times of day alone. */
  touches(fromMs: number, toMs: number): boolean;
  /**
   * Some number for a local time behind the start: two spans from the same time of day to the end of the next day hold
   * the same times where their numbers are equal. Undefined where that is not known, or walking is as quick.
   */
  patternAt(localMs: number): number | undefined;
  /** Whether the parts of the rule prove that it has no occurrence. */
  isProvablyEmpty(): boolean;
  /** A usual distance between occurrences in milliseconds; only speed depends on it. */
  readonly typicalGapMs: number;
}

/** Whether one of some seconds of the day, whatever the day, lies in a span of local time. */
export function someTimeLies(times: readonly number[], fromMs: number, toMs: number): boolean {
  const midnight = Math.floor(fromMs / dayMs) * dayMs;
  return times.some((seconds) => {
    const at = midnight + seconds * 1000;
    return (at >= fromMs && at < toMs) || at + dayMs < toMs;
  });
}

const dayMs = 86_400_000;

/** How many barren periods are walked before the parts are asked for a proof of emptiness. */
export const patience = 64;

/** Greatest common divisor. */
export function gcd(a: number, b: number): number {
  let x = a;
  let y = b;
  while (y !== 0) {
    [x, y] = [y, x % y];
  }
  return x;
}

/** The n-th occurrence by walking from the start, plus a millisecond; Infinity where there are fewer. */
export function reachByWalking(walk: LocalRule["walk"], n: number): number {
  let left = n;
  let reached = Number.POSITIVE_INFINITY;
  walk(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, (localMs) => {
    left -= 1;
    reached = left === 0 ? localMs + 1 : reached;
    return left > 0;
  });
  return reached;
}

/** Whether any day of any year passes the limits: 28 years in a row show every kind of year. */
export function someDayPasses(plan: Plan): boolean {
  const end = dayOf(2029, 1, 1);
  for (let day = dayOf(2001, 1, 1); day < end;) {
    const allowed = skipToMonth(plan, day);
    if (allowed < end && passesLimits(plan, allowed)) {
      return true;
    }
    day = allowed + 1;
  }
  return false;
}
