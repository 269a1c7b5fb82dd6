import type { CompiledSet, Window, WindowOptions } from "./compiled-set.ts";
import { InvalidRuleError } from "./errors.ts";
import { endOfTime, previousInstant, type Collect } from "./instants.ts";
import { createCollect, maxWalked, sortedStarts, type SetParts } from "./members.ts";
import { overlappingIn } from "./overlapping.ts";

const defaultLimit = 10_000;
const beginOfTime = -62_135_596_800_000 * 2;

/** Puts rules and dates together. */
export function createSet(parts: SetParts): CompiledSet {
  const { include, valueType } = parts;
  const dates = sortedStarts(parts);
  const collect = createCollect(parts);
  const isFinite = include.every((rule) => rule.isFinite);

  const between = (startMs: number, endMs: number, { limit = defaultLimit }: WindowOptions = {}): Window => {
    const out: number[] = [];
    collect(Math.max(startMs, beginOfTime), Math.min(endMs, endOfTime), limit, out);
    const truncated = out.length > limit;
    if (truncated) {
      out.length = limit;
    }
    return { starts: Float64Array.from(out), truncated };
  };
  const next = (afterMs: number): number | null => {
    const out: number[] = [];
    collect(Math.max(Math.floor(afterMs) + 1, beginOfTime), endOfTime, 0, out);
    return out[0] ?? null;
  };
  const typicalGap = Math.min(...include.map(({ local }) => local.typicalGapMs), 366 * 86_400_000);
  const previous = (beforeMs: number): number | null => {
    const begin = Math.min(parts.startMs, dates[0] ?? parts.startMs);
    const found = previousInstant(collect, typicalGap, begin, Math.min(beforeMs, endOfTime));
    return Number.isNaN(found) ? null : found;
  };
  const lastPossible = (): number => {
    const lasts = include.map((rule) => rule.last()).filter((ms) => !Number.isNaN(ms));
    return Math.max(dates.at(-1) ?? Number.NEGATIVE_INFINITY, ...lasts);
  };
  const last = (): number | null => (isFinite ? previous(lastPossible() + 1) : null);

  return {
    valueType,
    isFinite,
    get isEmpty() {
      return next(beginOfTime) === null;
    },
    get bounds() {
      return { first: next(beginOfTime), last: last() };
    },
    between,
    next,
    previous,
    last,
    first: (n) => between(beginOfTime, endOfTime, { limit: n }).starts,
    overlapping: (startMs, endMs, durationMs, { limit = defaultLimit } = {}) =>
      overlappingIn(parts.dates, between, { startMs, endMs, durationMs, limit }),
    count: () => (isFinite ? countMembers(parts, collect, lastPossible() + 1) : Number.POSITIVE_INFINITY),
  };
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
  if (!Number.isFinite(endMs)) {
    return 0;
  }
  const has = (ms: number) => {
    const at: number[] = [];
    only.collect(ms, ms + 1, 0, at);
    return at.length > 0;
  };
  const added = new Set(dates.map(({ startMs }) => startMs).filter((ms) => !Number.isNaN(ms) && !has(ms)));
  const removed = excludedDates.filter((ms) => added.has(ms) || has(ms));
  return only.countBefore(endMs) + added.size - removed.length;
}
