import { collectInstants, unrestMs, type ZonedRule } from "./zoned.ts";
import type { LocalRule } from "./local-rule.ts";
import type { Gap, GapPolicy, Zone } from "@calends/time/zone";

const dayMs = 86_400_000;
/** From here on no zone has changes of its own left: dates and clocks repeat every 400 years. */
const repeatsFrom = Date.UTC(2100, 0, 1);
const gregorianMs = 146_097 * dayMs;
/** Up to this COUNT the last occurrence is found by walking; beyond, by arithmetic. */
export const walkedCount = 256;

/** The n-th distinct instant; NaN where there are none at all, Infinity where there are fewer before the year 10000. */
export function nthInstant(rule: ZonedRule, n: number): number {
  const { local, zone } = rule;
  if (local.isProvablyEmpty()) {
    return Number.NaN;
  }
  if (n <= walkedCount) {
    return walkTo(rule, n);
  }
  let wanted = n;
  for (;;) {
    const reached = local.reach(wanted);
    if (reached === Number.POSITIVE_INFINITY) {
      return reached;
    }
    // All of the wanted ones lie before this; those that gaps took away have to be made up for.
    const end = zone.toUtc(reached) + unrestMs;
    const found = countDistinct(rule, end);
    if (found >= n) {
      return pick(rule, end, n, found);
    }
    wanted += n - found;
  }
}

/** The n-th instant, when `found` instants lie before `end`: from the end backwards, piece by ever wider piece. */
function pick(rule: ZonedRule, end: number, n: number, found: number): number {
  const begin = rule.startUtc - dayMs;
  let before = found;
  let to = end;
  // Behind the end lie some days at most that may be dense, so that no piece holds many.
  for (let width = Math.min(4 * rule.local.typicalGapMs, 3 * dayMs); to > begin; width *= 2) {
    const from = Math.max(to - width, begin);
    const piece: number[] = [];
    collectInstants(rule, from, to, Number.POSITIVE_INFINITY, piece);
    before -= piece.length;
    if (before < n) {
      return piece[n - 1 - before] ?? Number.NaN;
    }
    to = from;
  }
  return Number.NaN;
}

/** So many instants are held at a time where they are only counted. */
const handful = 16_384;

function countOneByOne(rule: ZonedRule, startMs: number, endMs: number): number {
  const out: number[] = [];
  let count = 0;
  for (let from = startMs; from < endMs; from = (out.at(-1) ?? endMs) + 1) {
    out.length = 0;
    collectInstants(rule, from, endMs, handful, out);
    count += out.length;
    if (out.length <= handful) {
      break;
    }
  }
  return count;
}

function walkTo(rule: ZonedRule, n: number): number {
  const out: number[] = [];
  collectInstants(rule, rule.startUtc - dayMs, Number.MAX_SAFE_INTEGER, n, out);
  return out[n - 1] ?? (out.length === 0 ? Number.NaN : Number.POSITIVE_INFINITY);
}

/** Distinct instants before one: local occurrences, less those in gaps that were left out or fell on others. */
export function countDistinct(rule: ZonedRule, utcMs: number): number {
  const { local, zone, gap, startUtc } = rule;
  if (utcMs <= startUtc - dayMs) {
    return 0;
  }
  // Counted by arithmetic up to a time without clock changes around it, then one by one.
  const calm = calmBefore(zone, utcMs);
  if (calm <= startUtc + dayMs) {
    return countOneByOne(rule, startUtc - dayMs, utcMs);
  }
  const calmLocal = calm + zone.offsetAt(calm);
  let count = local.countBefore(calmLocal);
  const known = new Map<string, number>();
  for (const span of gapsBetween(zone, startUtc, calm)) {
    if (span.toLocalMs <= calmLocal && local.touches(span.fromLocalMs, span.toLocalMs)) {
      const key = likenessOf(rule, span);
      const lost = known.get(key) ?? lostInGap(local, gap, span);
      count -= lost;
      if (key !== "") {
        known.set(key, lost);
      }
    }
  }
  return count + countOneByOne(rule, calm, utcMs);
}

/** The gaps of a zone between two instants: its table is asked no further than it takes for the years to repeat. */
function gapsBetween(zone: Zone, fromMs: number, toMs: number): readonly Gap[] {
  const near = Math.max(fromMs, Math.min(toMs, repeatsFrom));
  const gaps = zone.gapsBetween(fromMs, near).filter((gap) => gap.fromLocalMs < near);
  if (near === toMs) {
    return gaps;
  }
  const end = near + gregorianMs;
  const cycle = zone
    .gapsBetween(near, Math.min(toMs, end))
    .filter((gap) => gap.fromLocalMs >= near && gap.fromLocalMs < end);
  for (let shift = 0; near + shift < toMs; shift += gregorianMs) {
    for (const { fromLocalMs, toLocalMs } of cycle) {
      gaps.push({ fromLocalMs: fromLocalMs + shift, toLocalMs: toLocalMs + shift });
    }
  }
  return gaps;
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

/** What gaps that lose as many have in common; empty where it is not known. */
function likenessOf({ local, startUtc }: ZonedRule, { fromLocalMs, toLocalMs }: Gap): string {
  const width = toLocalMs - fromLocalMs;
  const timeOfDay = ((fromLocalMs % dayMs) + dayMs) % dayMs;
  const isBehindStart = fromLocalMs > startUtc + 3 * dayMs;
  const pattern = isBehindStart && timeOfDay + 2 * width <= 2 * dayMs ? local.patternAt(fromLocalMs) : undefined;
  return pattern === undefined ? "" : `${timeOfDay} ${width} ${pattern}`;
}

/** Occurrences in a gap that are no instants of their own: all when gaps are omitted, else those that meet another. */
function lostInGap(local: LocalRule, gap: GapPolicy, { fromLocalMs: fromMs, toLocalMs: toMs }: Gap): number {
  let lost = 0;
  const after: number[] = [];
  const inside: number[] = [];
  const width = toMs - fromMs;
  local.walk(fromMs, toMs + width, (localMs) => {
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
