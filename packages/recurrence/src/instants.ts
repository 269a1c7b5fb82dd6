import { countDistinct, nthInstant, walkedCount } from "./count-instants.ts";
import type { LocalRule } from "./local-rule.ts";
import { collectInstants, type ZonedRule } from "./zoned.ts";

const dayMs = 86_400_000;
/** End of the year 9999: nothing is looked for beyond. */
export const endOfTime = 253_402_300_800_000;

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

/** Gives a rule in a zone its end. */
export function createInstantRule(rule: ZonedRule, end: RuleEnd): InstantRule {
  const { local, startUtc } = rule;
  let lastByCount: number | undefined;

  const collectUnbounded: Collect = (from, to, limit, out) => collectInstants(rule, from, to, limit, out);
  const bound = (): number => {
    if (end.untilMs !== undefined) {
      return end.untilMs;
    }
    if (end.count === undefined) {
      return Number.POSITIVE_INFINITY;
    }
    lastByCount ??= nthInstant(rule, end.count);
    return lastByCount;
  };

  return {
    local,
    isFinite: end.count !== undefined || end.untilMs !== undefined,
    countBefore: (utcMs) => countDistinct(rule, Math.min(utcMs, bound() + 1, endOfTime)),
    last() {
      const until = bound();
      if (end.count === undefined ? until === Number.POSITIVE_INFINITY : until < Number.POSITIVE_INFINITY) {
        return until;
      }
      return previousInstant(collectUnbounded, local.typicalGapMs, startUtc, Math.min(until + 1, endOfTime));
    },
    collect(from, to, limit, out) {
      const begin = Math.max(from, startUtc - dayMs);
      // A count that is far from used up in the window need not be found.
      if (end.count !== undefined && lastByCount === undefined && end.count > Math.max(limit, walkedCount)) {
        collectUnbounded(begin, to, limit, out);
        if (local.atMost((out.at(-1) ?? Number.NEGATIVE_INFINITY) + dayMs) > end.count) {
          dropAfter(out, bound());
        }
        return;
      }
      const until = bound();
      if (!Number.isNaN(until)) {
        collectUnbounded(begin, Math.min(to, until + 1), limit, out);
      }
    },
  };
}

function dropAfter(out: number[], untilMs: number): void {
  while (out.length > 0 && !((out[out.length - 1] ?? 0) <= untilMs)) {
    out.pop();
  }
}

/** Appends instants in [startMs, endMs) to `out`, in order: all of them, or at least `limit` + 1. */
export type Collect = (startMs: number, endMs: number, limit: number, out: number[]) => void;

/** So many instants at a time are looked through for the last one. */
const handful = 64;

/** The last instant before one, by looking into ever wider windows; NaN where there is none. */
export function previousInstant(collect: Collect, typicalGapMs: number, startMs: number, beforeMs: number): number {
  const begin = startMs - dayMs;
  const out: number[] = [];
  let end = beforeMs;
  for (let width = typicalGapMs; end > begin; width *= 2) {
    const from = Math.max(begin, end - width);
    out.length = 0;
    collect(from, end, handful, out);
    const last = out.at(-1);
    if (last !== undefined) {
      return out.length <= handful ? last : lastWithin(collect, last, end);
    }
    end = from;
  }
  return Number.NaN;
}

/** The last instant of a window that begins with one, by halving the window. */
function lastWithin(collect: Collect, instant: number, endMs: number): number {
  const out: number[] = [];
  let found = instant;
  let end = endMs;
  while (end - found > 1) {
    const middle = Math.floor(found + (end - found) / 2);
    out.length = 0;
    collect(middle, end, handful, out);
    const last = out.at(-1);
    if (last === undefined) {
      end = middle;
    } else if (out.length <= handful) {
      return last;
    } else {
      found = last;
    }
  }
  return found;
}
