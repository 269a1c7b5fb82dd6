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
  /**
   * The rule behind a start that is an occurrence whether it matches or not: COUNT has it as the first (RFC 5545 section
   * 3.3.10). Undefined where COUNT leaves nothing.
   */
  behind(startUtc: number): InstantRule | undefined;
  /** Whether the rule has an end, or is proved to have no occurrence. */
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
  return new BoundedRule(rule, end);
}

class BoundedRule implements InstantRule {
  readonly local: LocalRule;
  readonly #rule: ZonedRule;
  readonly #end: RuleEnd;
  #lastByCount: number | undefined;

  constructor(rule: ZonedRule, end: RuleEnd) {
    this.local = rule.local;
    this.#rule = rule;
    this.#end = end;
  }

  get isFinite(): boolean {
    return this.#end.count !== undefined || this.#end.untilMs !== undefined || this.local.isProvablyEmpty();
  }

  collect(from: number, to: number, limit: number, out: number[]): void {
    const rule = this.#rule;
    const { count } = this.#end;
    const begin = Math.max(from, rule.startUtc - dayMs);
    // A count that is far from used up in the window need not be found.
    if (count !== undefined && this.#lastByCount === undefined && count > Math.max(limit, walkedCount)) {
      collectInstants(rule, begin, to, limit, out);
      if (this.local.atMost((out.at(-1) ?? Number.NEGATIVE_INFINITY) + dayMs) > count) {
        dropAfter(out, this.#bound());
      }
      return;
    }
    const until = this.#bound();
    if (!Number.isNaN(until)) {
      collectInstants(rule, begin, Math.min(to, until + 1), limit, out);
    }
  }

  last(): number {
    const until = this.#bound();
    if (this.#end.count === undefined ? until === Number.POSITIVE_INFINITY : until < Number.POSITIVE_INFINITY) {
      return this.local.isProvablyEmpty() ? Number.NaN : until;
    }
    const collect: Collect = (from, to, limit, out) => collectInstants(this.#rule, from, to, limit, out);
    const before = Math.min(until + 1, endOfTime);
    return previousInstant(collect, this.local.typicalGapMs, this.#rule.startUtc, before);
  }

  countBefore(utcMs: number): number {
    return countDistinct(this.#rule, Math.min(utcMs, this.#bound() + 1, endOfTime));
  }

  behind(startUtc: number): InstantRule | undefined {
    const { count } = this.#end;
    const own: number[] = [];
    this.collect(startUtc, startUtc + 1, 0, own);
    if (count === undefined || own.length > 0) {
      return this;
    }
    return count === 1 ? undefined : new BoundedRule(this.#rule, { ...this.#end, count: count - 1 });
  }

  /** The last instant that the end allows: Infinity without one, NaN where a count has no first. */
  #bound(): number {
    const { count, untilMs } = this.#end;
    if (untilMs !== undefined) {
      return untilMs;
    }
    if (count === undefined) {
      return Number.POSITIVE_INFINITY;
    }
    this.#lastByCount ??= nthInstant(this.#rule, count);
    return this.#lastByCount;
  }
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
