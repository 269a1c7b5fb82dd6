import { InvalidRuleError } from "./errors.ts";
import { type Collect, type InstantRule } from "./instants.ts";
import { sortedUnique } from "./plan.ts";

/** An extra date of a set, at an instant that there is; a period has a length of its own. */
export interface SetDate {
  readonly startMs: number;
  readonly durationMs: number | null;
}

/** What a set is made of. */
export interface SetParts {
  readonly valueType: "DATE" | "DATE-TIME";
  readonly startMs: number;
  readonly include: readonly InstantRule[];
  readonly exclude: readonly InstantRule[];
  readonly dates: readonly SetDate[];
  /** In order, without repetitions. */
  readonly excludedDates: readonly number[];
}

/** So many occurrences are taken away by EXRULE, or counted one by one, before a set is refused. */
export const maxWalked = 1_000_000;

/** Makes the function that lists the members of a set: its rules and dates together, less what is excluded. */
export function createCollect(parts: SetParts): Collect {
  const { include, exclude, excludedDates } = parts;
  const dates = sortedStarts(parts);
  const [only] = include;
  if (only === undefined || include.length > 1 || dates.length > 0 || exclude.length > 0) {
    return collectUnion(parts, dates);
  }
  if (excludedDates.length === 0) {
    return (from, to, limit, out) => only.collect(from, to, limit, out);
  }
  return (from, to, limit, out) => {
    const kept = out.length;
    const first = lowerBound(excludedDates, from);
    const among = lowerBound(excludedDates, to) - first;
    only.collect(from, to, limit + among, out);
    if (among > 0) {
      removeSorted(out, kept, excludedDates, first);
    }
  };
}

const none: readonly number[] = [];

/** The extra dates of a set in order, without repetitions. */
export function sortedStarts({ dates }: SetParts): readonly number[] {
  if (dates.length === 0) {
    return none;
  }
  return sortedUnique(dates.map(({ startMs }) => startMs));
}

/** Whether a list has an instant. */
export function hasInstant(collect: Collect, ms: number): boolean {
  const at: number[] = [];
  collect(ms, ms + 1, 0, at);
  return at.length > 0;
}

function collectUnion(parts: SetParts, dates: readonly number[]): Collect {
  const { include, exclude, excludedDates } = parts;
  const isExcludedDate = (ms: number) => excludedDates[lowerBound(excludedDates, ms)] === ms;

  /** The rules and dates from an instant up to one until which their union is whole. */
  const gather = (from: number, to: number, chunk: number): { members: number[]; until: number } => {
    const members = dates.slice(lowerBound(dates, from), lowerBound(dates, to));
    let until = to;
    for (const rule of include) {
      const mine: number[] = [];
      rule.collect(from, to, chunk, mine);
      if (mine.length > chunk) {
        until = Math.min(until, mine[mine.length - 1] ?? to);
      }
      for (const ms of mine) {
        members.push(ms);
      }
    }
    members.sort((a, b) => a - b);
    return { members: members.filter((ms, i) => ms < until && ms !== members[i - 1]), until };
  };

  return (from, to, limit, out) => {
    let begin = from;
    let removed = 0;
    for (let chunk = Math.max(8, limit + 1); begin < to && out.length <= limit; chunk *= 2) {
      const { members, until } = gather(begin, to, Math.min(chunk, maxWalked));
      const isExcluded = exclude.map((rule) => membership(rule, members, begin, until));
      for (const ms of members) {
        if (isExcludedDate(ms) || isExcluded.some((has) => has(ms))) {
          removed += 1;
        } else {
          out.push(ms);
        }
      }
      if (removed > maxWalked) {
        throw new InvalidRuleError("EXRULE", "", "TOO_LARGE", `takes away more than ${maxWalked} occurrences in a row`);
      }
      begin = until;
    }
  };
}

/** Tells which of some instants in [from, to) a rule has: all at once, or each by itself where the rule has far more. */
function membership(rule: InstantRule, members: readonly number[], from: number, to: number): (ms: number) => boolean {
  const collect: Collect = (begin, until, limit, out) => rule.collect(begin, until, limit, out);
  const end = Math.min(to, (members.at(-1) ?? from) + 1);
  const farMore = 16 * members.length;
  const own: number[] = [];
  if ((end - from) / rule.local.typicalGapMs <= farMore) {
    collect(Math.max(from, members[0] ?? from), end, farMore, own);
    if (own.length <= farMore) {
      const set = new Set(own);
      return (ms) => set.has(ms);
    }
  }
  return (ms) => hasInstant(collect, ms);
}

/** Removes from the tail of an ordered list what stands in another ordered list. */
function removeSorted(out: number[], from: number, excluded: readonly number[], firstExcluded: number): void {
  let kept = from;
  let at = firstExcluded;
  for (let i = from; i < out.length; i += 1) {
    const ms = out[i] ?? 0;
    while (at < excluded.length && (excluded[at] ?? 0) < ms) {
      at += 1;
    }
    if (excluded[at] !== ms) {
      out[kept] = ms;
      kept += 1;
    }
  }
  out.length = kept;
}

/** Index of the first value of an ordered list that is not less than one. */
export function lowerBound(values: readonly number[], wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
