import type { GapPolicy, Zone } from "@calends/time/zone";
import type { LocalRule } from "./local-rule.ts";

const dayMs = 86_400_000;
/** No clock change is wider than a day (Apia, 2011-12-30); further from one than this, local order is UTC's order. */
export const unrestMs = 25 * 3_600_000;

/** A local rule and the zone whose clock it follows. */
export interface ZonedRule {
  readonly local: LocalRule;
  readonly zone: Zone;
  readonly gap: GapPolicy;
  /** The instant of DTSTART, shifted where the clock skips it. */
  readonly startUtc: number;
}

/**
 * Appends the distinct instants of a rule in [startMs, endMs) to `out`, in order; at least `limit` + 1 where there are so
 * many. Local times and instants have one order, except that a time in a gap takes an instant that may lie after, or be
 * the same as, those of the times just behind the gap: such stretches are put in order before they count.
 */
export function collectInstants(rule: ZonedRule, startMs: number, endMs: number, limit: number, out: number[]): void {
  if (!(startMs < endMs)) {
    return;
  }
  const { local, zone, gap } = rule;
  const stretch = zone.stretchAt(startMs);
  const before = startMs - stretch.startMs >= unrestMs ? stretch.offsetMs : zone.offsetAt(stretch.startMs - 1);
  const isCalm = startMs >= stretch.startMs + Math.abs(stretch.offsetMs - before);
  let { offsetMs } = stretch;
  let offsetUntil = isCalm ? stretch.endMs + offsetMs : Number.NEGATIVE_INFINITY;
  let unsettledUntil = Number.NEGATIVE_INFINITY;
  let settled = out.length;
  local.walk(startMs + (isCalm ? offsetMs : Math.min(offsetMs, before)), endMs + dayMs, (localMs) => {
    let utcMs = localMs - offsetMs;
    if (localMs >= offsetUntil) {
      utcMs = zone.toUtc(localMs, gap);
      if (Number.isNaN(utcMs)) {
        return true;
      }
      const next = zone.stretchAt(utcMs);
      if (next.offsetMs === localMs - utcMs) {
        ({ offsetMs } = next);
        offsetUntil = next.endMs + offsetMs;
      } else {
        // In a gap, by the offset before it: unsettled for as long again behind the gap as the gap is wide.
        const behind = next.startMs + next.offsetMs;
        unsettledUntil = behind + next.offsetMs - (localMs - utcMs);
      }
    }
    if (localMs < unsettledUntil) {
      if (utcMs >= startMs && utcMs < endMs) {
        out.push(utcMs);
      }
      return true;
    }
    if (settled < out.length) {
      settle(out, settled);
    }
    if (out.length > limit || utcMs >= endMs) {
      settled = out.length;
      return false;
    }
    if (utcMs >= startMs) {
      out.push(utcMs);
    }
    settled = out.length;
    return true;
  });
  settle(out, settled);
}

/** Sorts what stands from an index on, and removes repetitions. */
function settle(out: number[], from: number): void {
  if (out.length - from < 2) {
    return;
  }
  const tail = out.slice(from).sort((a, b) => a - b);
  out.length = from;
  for (const ms of tail) {
    if (out.length === from || out[out.length - 1] !== ms) {
      out.push(ms);
    }
  }
}
