import { countArgument, durationArgument, instantArgument } from "./check-arguments.ts";
import type { CompiledSet, Window, WindowOptions } from "./compiled-set.ts";
import { InvalidRuleError } from "./errors.ts";
import { endOfTime, previousInstant, type Collect } from "./instants.ts";
import { createCollect, hasInstant, maxWalked, sortedStarts, type SetParts } from "./members.ts";
import { overlappingIn } from "./overlapping.ts";

const defaultLimit = 10_000;
const beginOfTime = -62_135_596_800_000 * 2;

/** Puts rules and dates together. */
export function createSet(parts: SetParts): CompiledSet {
  return new RecurrenceSet(parts);
}

/** A class, because getters of an object literal cost each object a hidden class, which outlives it for long. */
class RecurrenceSet implements CompiledSet {
  readonly valueType: "DATE" | "DATE-TIME";
  readonly #parts: SetParts;
  readonly #collect: Collect;

  constructor(parts: SetParts) {
    this.valueType = parts.valueType;
    this.#parts = parts;
    this.#collect = createCollect(parts);
  }

  get isFinite(): boolean {
    const { include, exclude } = this.#parts;
    return include.every((rule) => rule.isFinite) || (exclude.length > 0 && this.isEmpty);
  }

  get isEmpty(): boolean {
    return this.next(beginOfTime) === null;
  }

  get bounds(): { first: number | null; last: number | null } {
    return { first: this.next(beginOfTime), last: this.last() };
  }

  between(startMs: number, endMs: number, { limit = defaultLimit }: WindowOptions = {}): Window {
    const from = Math.max(instantArgument("startMs", startMs), beginOfTime);
    const to = Math.min(instantArgument("endMs", endMs), endOfTime);
    const out: number[] = [];
    this.#collect(from, to, countArgument("limit", limit), out);
    const truncated = out.length > limit;
    if (truncated) {
      out.length = limit;
    }
    return { starts: new Float64Array(out), truncated };
  }

  overlapping(startMs: number, endMs: number, durationMs: number, options: WindowOptions = {}): Window {
    const query = {
      startMs: instantArgument("startMs", startMs),
      endMs: instantArgument("endMs", endMs),
      durationMs: durationArgument("durationMs", durationMs),
      limit: countArgument("limit", options.limit ?? defaultLimit),
    };
    return overlappingIn(this.#parts.dates, (from, to, limits) => this.between(from, to, limits), query);
  }

  next(afterMs: number): number | null {
    const out: number[] = [];
    this.#collect(Math.max(Math.floor(instantArgument("afterMs", afterMs)) + 1, beginOfTime), endOfTime, 0, out);
    return out[0] ?? null;
  }

  previous(beforeMs: number): number | null {
    const before = instantArgument("beforeMs", beforeMs);
    const { include, startMs } = this.#parts;
    const begin = Math.min(startMs, sortedStarts(this.#parts)[0] ?? startMs);
    const typicalGap = Math.min(...include.map(({ local }) => local.typicalGapMs), 366 * 86_400_000);
    const found = previousInstant(this.#collect, typicalGap, begin, Math.min(before, endOfTime));
    return Number.isNaN(found) ? null : found;
  }

  first(n: number): Float64Array {
    return this.between(beginOfTime, endOfTime, { limit: countArgument("n", n) }).starts;
  }

  last(): number | null {
    return this.isFinite ? this.previous(this.#lastPossible() + 1) : null;
  }

  count(): number {
    return this.isFinite
      ? countMembers(this.#parts, this.#collect, this.#lastPossible() + 1)
      : Number.POSITIVE_INFINITY;
  }

  #lastPossible(): number {
    const lasts = this.#parts.include.map((rule) => rule.last()).filter((ms) => !Number.isNaN(ms));
    return Math.max(sortedStarts(this.#parts).at(-1) ?? Number.NEGATIVE_INFINITY, ...lasts);
  }
}

/** How many members lie before the end of a finite set: of one rule by arithmetic, else one by one. */
function countMembers({ include, exclude, dates, excludedDates }: SetParts, collect: Collect, endMs: number): number {
  const [only] = include;
  if (only === undefined || include.length > 1 || exclude.length > 0) {
    const members: number[] = [];
    collect(beginOfTime, endOfTime, maxWalked, members);
    if (members.length > maxWalked) {
      throw new InvalidRuleError("set", "", "TOO_LARGE", `has more than ${maxWalked} occurrences to count one by one`);
    }
    return members.length;
  }
  // Further dates and exceptions, as far as the list has them and the rule has not, or the other way round.
  const ofRule: Collect = (from, to, limit, out) => only.collect(from, to, limit, out);
  let count = Number.isFinite(endMs) ? only.countBefore(endMs) : 0;
  for (const ms of new Set([...dates.map(({ startMs }) => startMs), ...excludedDates])) {
    count += Number(hasInstant(collect, ms)) - Number(hasInstant(ofRule, ms));
  }
  return count;
}
