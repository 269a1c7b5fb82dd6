import { previousInstant, type InstantRule } from "./instants.ts";

/** Occurrences in a window. */
export interface Window {
  /** Starts in epoch milliseconds, in order, without duplicates. */
  readonly starts: Float64Array;
  /** Whether the window holds more than the limit. */
  readonly truncated: boolean;
}

/** How a window is asked for. */
export interface WindowOptions {
  /** At most so many starts; 10,000 where it is not said. */
  readonly limit?: number;
}

/** A recurrence set that is ready to answer. Immutable. Instants are epoch milliseconds. */
export interface CompiledSet {
  /** "DATE" for a set of dates without times: its starts are the midnights UTC of those dates. */
  readonly valueType: "DATE" | "DATE-TIME";
  /** Whether the set ends. */
  readonly isFinite: boolean;
  /** Whether the set has no occurrence: proved, not given up on. */
  readonly isEmpty: boolean;
  /** The first and the last occurrence; `last` is null without an end, both are null of an empty set. */
  readonly bounds: { readonly first: number | null; readonly last: number | null };
  /** Occurrences in [startMs, endMs). */
  between(startMs: number, endMs: number, options?: WindowOptions): Window;
  /** Occurrences of a length that are in progress at some instant of [startMs, endMs); an RDATE period has its own. */
  overlapping(startMs: number, endMs: number, durationMs: number, options?: WindowOptions): Window;
  /** The first occurrence after an instant. */
  next(afterMs: number): number | null;
  /** The last occurrence before an instant. */
  previous(beforeMs: number): number | null;
  /** The first n occurrences. */
  first(n: number): Float64Array;
  /** The last occurrence; null where there is none or no end. */
  last(): number | null;
  /** How many occurrences there are; Infinity without an end. */
  count(): number;
}

/** What a set is made of. */
export interface SetParts {
  readonly valueType: "DATE" | "DATE-TIME";
  readonly startMs: number;
  readonly include: readonly InstantRule[];
  readonly exclude: readonly InstantRule[];
  readonly dates: readonly { readonly startMs: number; readonly durationMs: number | null }[];
  readonly excludedDates: readonly number[];
}

const defaultLimit = 10_000;
/** End of the year 9999: nothing is looked for beyond. */
const endOfTime = 253_402_300_800_000;
const beginOfTime = -62_135_596_800_000 * 2;

/** Puts rules and dates together. */
export function createSet(parts: SetParts): CompiledSet {
  const { include, exclude, excludedDates } = parts;
  const dates = [...new Set(parts.dates.map(({ startMs }) => startMs))].filter((ms) => !Number.isNaN(ms));
  dates.sort((a, b) => a - b);
  const single = include.length === 1 && dates.length === 0 && exclude.length === 0 ? include[0] : undefined;
  const isFinite = include.every((rule) => rule.isFinite);

  /** Appends occurrences in [from, to), at least limit + 1 where there are so many. */
  const collect = (from: number, to: number, limit: number, out: number[]): void => {
    if (single !== undefined && excludedDates.length === 0) {
      single.collect(from, to, limit, out);
      return;
    }
    let begin = from;
    let chunk = limit + excludedDates.length;
    while (begin < to && out.length <= limit) {
      const { members, until } = gather(begin, to, chunk);
      for (const instant of without(members, begin, until)) {
        out.push(instant);
      }
      begin = until;
      chunk *= 2;
    }
  };
  /** The union of rules and dates from an instant up to one until which it is whole. */
  const gather = (from: number, to: number, chunk: number): { members: number[]; until: number } => {
    const members: number[] = [];
    let until = to;
    for (const rule of include) {
      const mine: number[] = [];
      rule.collect(from, to, chunk, mine);
      if (mine.length > chunk) {
        until = Math.min(until, mine[mine.length - 1] ?? to);
      }
      members.push(...mine);
    }
    members.push(...dates.filter((ms) => ms >= from && ms < to));
    const sorted = members.sort((a, b) => a - b);
    return { members: sorted.filter((ms, i) => ms < until && (i === 0 || ms !== sorted[i - 1])), until };
  };
  const without = (members: number[], from: number, until: number): number[] => {
    if (members.length === 0 || (exclude.length === 0 && excludedDates.length === 0)) {
      return members;
    }
    const excluded = new Set(excludedDates);
    for (const rule of exclude) {
      const mine: number[] = [];
      rule.collect(from, until, Number.POSITIVE_INFINITY, mine);
      for (const instant of mine) {
        excluded.add(instant);
      }
    }
    return members.filter((instant) => !excluded.has(instant));
  };

  const between = (startMs: number, endMs: number, { limit = defaultLimit }: WindowOptions = {}): Window => {
    const out: number[] = [];
    collect(Math.max(startMs, beginOfTime), Math.min(endMs, endOfTime), limit, out);
    const truncated = out.length > limit;
    return { starts: Float64Array.from(truncated ? out.slice(0, limit) : out), truncated };
  };
  const next = (afterMs: number): number | null => {
    const out: number[] = [];
    collect(Math.max(afterMs + 1, beginOfTime), endOfTime, 0, out);
    return out[0] ?? null;
  };
  const first = (n: number): Float64Array => between(beginOfTime, endOfTime, { limit: n }).starts;
  const typicalGap = Math.min(...include.map(({ local }) => local.typicalGapMs), 366 * 86_400_000);
  const previous = (beforeMs: number): number | null => {
    const begin = Math.min(parts.startMs, dates[0] ?? parts.startMs);
    const end = Math.min(beforeMs, lastPossible() + 1, endOfTime);
    const found = previousInstant(collect, typicalGap, begin, end);
    return Number.isNaN(found) ? null : found;
  };
  const lastPossible = (): number => {
    const lasts = include.map((rule) => rule.last()).filter((ms) => !Number.isNaN(ms));
    return Math.max(dates.at(-1) ?? Number.NEGATIVE_INFINITY, ...lasts);
  };
  const last = (): number | null => (isFinite ? previous(lastPossible() + 1) : null);

  return {
    valueType: parts.valueType,
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
    first,
    last,
    overlapping(startMs, endMs, durationMs, { limit = defaultLimit } = {}) {
      return overlappingIn(parts, between, startMs, endMs, durationMs, limit);
    },
    count() {
      if (!isFinite) {
        return Number.POSITIVE_INFINITY;
      }
      const end = lastPossible();
      if (single === undefined) {
        return between(beginOfTime, endOfTime, { limit: Number.MAX_SAFE_INTEGER }).starts.length;
      }
      const excludedMembers = excludedDates.filter((ms) => {
        const at: number[] = [];
        single.collect(ms, ms + 1, 1, at);
        return at.length > 0;
      });
      return Number.isFinite(end) ? single.countBefore(end + 1) - excludedMembers.length : 0;
    },
  };
}

/** An occurrence is in progress where it starts before the end and ends after the start; an instant where it lies inside. */
function overlappingIn(
  parts: SetParts,
  between: CompiledSet["between"],
  startMs: number,
  endMs: number,
  durationMs: number,
  limit: number,
): Window {
  const periods = parts.dates.filter((date) => date.durationMs !== null);
  const longest = Math.max(durationMs, ...periods.map((period) => period.durationMs ?? 0));
  const from = longest > 0 ? startMs - longest + 1 : startMs;
  const lengths = new Map(periods.map((period) => [period.startMs, period.durationMs ?? 0]));
  if (longest === durationMs && periods.length === 0) {
    return between(from, endMs, { limit });
  }
  const { starts, truncated } = between(from, endMs, { limit: Number.MAX_SAFE_INTEGER });
  const inProgress = starts.filter((start) => {
    const length = lengths.get(start) ?? durationMs;
    return length > 0 ? start + length > startMs : start >= startMs;
  });
  return { starts: inProgress.slice(0, limit), truncated: truncated || inProgress.length > limit };
}
