import type { GapPolicy, Zone } from "@calends/time/zone";
import type { LocalRule } from "./local-rule.ts";

const dayMs = 86_400_000;
/** Local times so near a clock change may reach UTC out of order. */
const unrestMs = dayMs + 3_600_000;

/** Up to this COUNT the last occurrence is found by walking; beyond, by arithmetic. */
const walkedCount = 256;

/** A rule in a zone: its occurrences as distinct instants, epoch milliseconds, in order. */
export interface InstantRule {
  /** Appends the instants in [startMs, endMs) to `out`, at least `limit` + 1 of them if there are so many. */
  collect(startMs: number, endMs: number, limit: number, out: number[]): void;
  /** The last instant of a rule with COUNT or UNTIL; Infinity for others, NaN where there is none. */
  last(): number;
  /** How many instants there are before one; only of rules without UNTIL beyond it. */
  countBefore(utcMs: number): number;
  readonly isFinite: boolean;
  readonly local: LocalRule;
}

/** What ends a rule. */
export interface RuleEnd {
  readonly count: number | undefined;
  /** Last instant that can be an occurrence. */
  readonly untilMs: number | undefined;
}

/** Puts a rule into a zone, with its end. */
export function createInstantRule(
  local: LocalRule,
  zone: Zone,
  gap: GapPolicy,
  startMs: number,
  end: RuleEnd,
): InstantRule {
  const startUtc = zone.toUtc(startMs);
  let lastByCount: number | undefined;

  const collectUnbounded = (from: number, to: number, limit: number, out: number[]): void => {
    collectInstants(local, zone, gap, from, to, limit, out);
  };
  const bound = (): number => {
    if (end.untilMs !== undefined) {
      return end.untilMs;
    }
    if (end.count === undefined) {
      return Number.POSITIVE_INFINITY;
    }
    lastByCount ??= nthInstant(local, zone, gap, startUtc, end.count);
    return lastByCount;
  };
  /** Local occurrences before an instant, less those that a gap takes away. */
  const countBefore = (utcMs: number): number => countDistinct(local, zone, gap, startUtc, utcMs);

  return {
    local,
    isFinite: end.count !== undefined || end.untilMs !== undefined,
    countBefore: (utcMs) => countBefore(Math.min(utcMs, bound() + 1)),
    last() {
      const until = bound();
      if (until === Number.POSITIVE_INFINITY || end.count !== undefined) {
        return until;
      }
      return previousInstant(collectUnbounded, local.typicalGapMs, startUtc, until + 1);
    },
    collect(from, to, limit, out) {
      const until = bound();
      if (!Number.isNaN(until)) {
        collectUnbounded(Math.max(from, startUtc - dayMs), Math.min(to, until + 1), limit, out);
      }
    },
  };
}

type Collect = (startMs: number, endMs: number, limit: number, out: number[]) => void;

/** The last instant before one, by looking into ever wider windows; NaN where there is none. */
export function previousInstant(collect: Collect, typicalGapMs: number, startMs: number, beforeMs: number): number {
  const out: number[] = [];
  let end = beforeMs;
  for (let width = typicalGapMs; end > startMs - dayMs; width *= 2) {
    const from = Math.max(startMs - dayMs, end - width);
    out.length = 0;
    collect(from, end, Number.POSITIVE_INFINITY, out);
    const last = out.at(-1);
    if (last !== undefined) {
      return last;
    }
    end = from;
  }
  return Number.NaN;
}

function collectInstants(
  local: LocalRule,
  zone: Zone,
  gap: GapPolicy,
  startMs: number,
  endMs: number,
  limit: number,
  out: number[],
): void {
  if (!(startMs < endMs)) {
    return;
  }
  const stretch = zone.stretchAt(startMs);
  const calmFrom = stretch.startMs + stretch.offsetMs + dayMs;
  let calmUntil = stretch.endMs + stretch.offsetMs - dayMs;
  let offset = stretch.offsetMs;
  let calmSince = calmFrom;
  // A window that begins in calm begins at its own local time; else look back over the change.
  const fromLocal = startMs + offset;
  const walkFrom = fromLocal >= calmFrom + unrestMs && fromLocal < calmUntil ? fromLocal : fromLocal - unrestMs;
  const walkUntil = endMs + dayMs;
  let unsettledUntil = Number.NEGATIVE_INFINITY;
  local.walk(walkFrom, (localMs) => {
    let utcMs: number;
    if (localMs >= calmSince && localMs < calmUntil) {
      utcMs = localMs - offset;
    } else {
      utcMs = zone.toUtc(localMs, gap);
      if (Number.isNaN(utcMs)) {
        return true;
      }
      unsettledUntil = localMs + unrestMs;
      const next = zone.stretchAt(utcMs);
      offset = next.offsetMs;
      calmSince = next.startMs + offset + dayMs;
      calmUntil = next.endMs + offset - dayMs;
    }
    if (utcMs >= endMs) {
      return localMs < unsettledUntil && utcMs < walkUntil;
    }
    if (utcMs >= startMs) {
      insert(out, utcMs);
    }
    return out.length <= limit || localMs < unsettledUntil;
  });
}

/** Appends an instant; near a clock change it may belong before the last ones, or be there already. */
function insert(out: number[], utcMs: number): void {
  let index = out.length;
  while (index > 0 && (out[index - 1] ?? 0) > utcMs) {
    index -= 1;
  }
  if (index > 0 && out[index - 1] === utcMs) {
    return;
  }
  if (index === out.length) {
    out.push(utcMs);
  } else {
    out.splice(index, 0, utcMs);
  }
}

/** The n-th distinct instant; NaN where there are none at all, the last one where there are fewer. */
function nthInstant(local: LocalRule, zone: Zone, gap: GapPolicy, startUtc: number, n: number): number {
  if (n <= walkedCount) {
    return lastOfAll(local, zone, gap, startUtc, n);
  }
  let wanted = n;
  for (;;) {
    const reached = local.reach(wanted);
    if (reached === Number.POSITIVE_INFINITY) {
      return lastOfAll(local, zone, gap, startUtc, n);
    }
    // All of the wanted ones lie before this; those that gaps took away have to be made up for.
    const end = zone.toUtc(reached) + unrestMs;
    const found = countDistinct(local, zone, gap, startUtc, end);
    if (found >= n) {
      return pick(local, zone, gap, startUtc, end, n, found);
    }
    wanted += n - found;
  }
}

/** The n-th instant, when `found` instants lie before `end`: from the end backwards, in ever wider windows. */
function pick(
  local: LocalRule,
  zone: Zone,
  gap: GapPolicy,
  startUtc: number,
  end: number,
  n: number,
  found: number,
): number {
  const out: number[] = [];
  for (let width = 4 * local.typicalGapMs; ; width *= 2) {
    out.length = 0;
    const from = Math.max(end - width, startUtc - dayMs);
    collectInstants(local, zone, gap, from, end, Number.POSITIVE_INFINITY, out);
    const index = out.length - 1 - (found - n);
    const instant = out[index];
    if (instant !== undefined) {
      return instant;
    }
    if (from === startUtc - dayMs) {
      return Number.NaN;
    }
  }
}

function lastOfAll(local: LocalRule, zone: Zone, gap: GapPolicy, startUtc: number, n: number): number {
  if (local.isProvablyEmpty()) {
    return Number.NaN;
  }
  const out: number[] = [];
  collectInstants(local, zone, gap, startUtc - dayMs, Number.MAX_SAFE_INTEGER, n, out);
  return out[n - 1] ?? out.at(-1) ?? Number.NaN;
}

/** Distinct instants before one: local occurrences, less those in gaps that were left out or fell on others. */
function countDistinct(local: LocalRule, zone: Zone, gap: GapPolicy, startUtc: number, utcMs: number): number {
  if (utcMs <= startUtc - dayMs) {
    return 0;
  }
  // Counted by arithmetic up to a time without clock changes around it, then one by one.
  const calm = calmBefore(zone, utcMs);
  if (calm <= startUtc + dayMs) {
    const out: number[] = [];
    collectInstants(local, zone, gap, startUtc - dayMs, utcMs, Number.POSITIVE_INFINITY, out);
    return out.length;
  }
  const calmLocal = calm + zone.offsetAt(calm);
  let count = local.countBefore(calmLocal);
  for (const { fromLocalMs, toLocalMs } of zone.gapsBetween(startUtc, calm)) {
    if (toLocalMs <= calmLocal && local.touches(fromLocalMs, toLocalMs)) {
      count -= lostInGap(local, gap, fromLocalMs, toLocalMs);
    }
  }
  if (calm === utcMs) {
    return count;
  }
  const rest: number[] = [];
  collectInstants(local, zone, gap, calm, utcMs, Number.POSITIVE_INFINITY, rest);
  return count + rest.length;
}

/** The instant itself, or one some days earlier that has no clock change near it. */
function calmBefore(zone: Zone, utcMs: number): number {
  for (let at = utcMs; ; at -= 2 * unrestMs) {
    const { startMs, endMs } = zone.stretchAt(at);
    if (at - startMs > unrestMs && endMs - at > unrestMs) {
      return at;
    }
  }
}

/** Occurrences in a gap that are no instants of their own: all when gaps are omitted, else those that meet another. */
function lostInGap(local: LocalRule, gap: GapPolicy, fromMs: number, toMs: number): number {
  let lost = 0;
  const after: number[] = [];
  const inside: number[] = [];
  const width = toMs - fromMs;
  local.walk(fromMs, (localMs) => {
    if (localMs >= toMs + width) {
      return false;
    }
    (localMs < toMs ? inside : after).push(localMs);
    return true;
  });
  if (gap === "omit") {
    return inside.length;
  }
  const taken = new Set(after);
  for (const localMs of inside) {
    lost += taken.has(localMs + width) ? 1 : 0;
  }
  return lost;
}
