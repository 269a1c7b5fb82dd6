import { periodsOf, type DateFrequency } from "./date-periods.ts";
import { gcd, patience, reachByWalking, someDayPasses, type LocalRule } from "./local-rule.ts";
import { lastDay, sortedUnique, type Plan } from "./plan.ts";

const dayMs = 86_400_000;
/** After this many periods the Gregorian calendar, weekdays included, begins anew. */
const cycles = { YEARLY: 400, MONTHLY: 4800, WEEKLY: 20_871, DAILY: 146_097 } as const;
const typicalDays = { YEARLY: 366, MONTHLY: 31, WEEKLY: 7, DAILY: 1 } as const;

/** Makes a rule that repeats by days, weeks, months or years. `times` are the seconds of the day at which it occurs. */
export function createDateRule(plan: Plan, freq: DateFrequency, times: readonly number[]): LocalRule {
  const { interval, setPos } = plan;
  const period = periodsOf(plan, freq);
  const timeCount = times.length;
  const days: number[] = [];
  const cycle = cycles[freq] / gcd(cycles[freq], interval);
  let counts: Float64Array | undefined;
  let empty: boolean | undefined;

  const sizeOf = (index: number): number => {
    period.fill(index, days);
    const size = days.length * timeCount;
    return setPos.length === 0 || size === 0 ? size : positions(setPos, size).length;
  };
  /** Occurrences in the first n periods of a cycle, n from 0 to the cycle's length. */
  const cumulative = (): Float64Array => {
    if (counts === undefined) {
      counts = new Float64Array(cycle + 1);
      for (let i = 0; i < cycle; i += 1) {
        counts[i + 1] = (counts[i] ?? 0) + sizeOf(i);
      }
    }
    return counts;
  };
  const constant = constantSize(plan, freq, timeCount);
  const countPeriods = (n: number): number => {
    if (constant > 0) {
      return constant * n;
    }
    const sums = cumulative();
    return Math.floor(n / cycle) * (sums[cycle] ?? 0) + (sums[n % cycle] ?? 0);
  };
  const isProvablyEmpty = (): boolean => {
    empty ??= constant === 0 && (isQuicklyEmpty(plan, freq, timeCount) || !someSize());
    return empty;
  };
  const someSize = (): boolean => {
    for (let i = 0; i < cycle; i += 1) {
      if (sizeOf(i) > 0) {
        return true;
      }
    }
    return false;
  };

  /** Emits the occurrences of one period from a local time on; false where emit has had enough. */
  const emitPeriod = (index: number, fromMs: number, emit: (localMs: number) => boolean): boolean => {
    period.fill(index, days);
    const size = days.length * timeCount;
    if (setPos.length > 0) {
      for (const position of positions(setPos, size)) {
        const day = days[Math.floor(position / timeCount)] ?? 0;
        const localMs = day * dayMs + (times[position % timeCount] ?? 0) * 1000;
        if (localMs >= fromMs && !emit(localMs)) {
          return false;
        }
      }
      return true;
    }
    for (let i = 0; i < days.length; i += 1) {
      const midnight = (days[i] ?? 0) * dayMs;
      for (let j = 0; j < timeCount; j += 1) {
        const localMs = midnight + (times[j] ?? 0) * 1000;
        if (localMs >= fromMs && !emit(localMs)) {
          return false;
        }
      }
    }
    return true;
  };

  const walk: LocalRule["walk"] = (fromMs, untilMs, emit) => {
    // SKIP=BACKWARD may carry a day of a period into the one before it.
    const untilDay = Math.min(lastDay, untilMs / dayMs + 1);
    let from = Math.max(fromMs, plan.startMs);
    let barren = 0;
    // SKIP can carry a day into another period, where the rule may have it already.
    const emitOnce = (localMs: number): boolean => {
      from = localMs + 1;
      return emit(localMs);
    };
    const visit = plan.skip === "OMIT" ? emit : emitOnce;
    for (let index = period.indexOf(Math.floor(from / dayMs)); period.begin(index) <= untilDay;) {
      if (!emitPeriod(index, from, visit)) {
        return;
      }
      barren = days.length === 0 || setPos.length > 0 ? barren + 1 : 0;
      if (barren === patience && isProvablyEmpty()) {
        return;
      }
      index = period.next(index);
    }
  };

  /** Occurrences of the first period that lie before the start are none. */
  let missing: number | undefined;
  const missingAtStart = (): number => {
    if (missing === undefined) {
      let before = 0;
      for (let index = 0; index <= period.indexOf(plan.startDay) + 1; index += 1) {
        emitPeriod(index, Number.NEGATIVE_INFINITY, (localMs) => {
          before += localMs < plan.startMs ? 1 : 0;
          return true;
        });
      }
      missing = before;
    }
    return missing;
  };

  return {
    walk,
    isProvablyEmpty,
    typicalGapMs: typicalDays[freq] * interval * dayMs,
    atMost(localMs) {
      return (period.indexOf(Math.floor(localMs / dayMs)) + 2) * longest[freq] * timeCount;
    },
    touches(fromMs, toMs) {
      const midnight = Math.floor(fromMs / dayMs) * dayMs;
      return times.some((seconds) => {
        const at = midnight + seconds * 1000;
        return (at >= fromMs && at < toMs) || at + dayMs < toMs;
      });
    },
    countBefore(localMs) {
      if (localMs <= plan.startMs) {
        return 0;
      }
      const index = period.indexOf(Math.floor(localMs / dayMs));
      if (index === 0 || plan.skip !== "OMIT") {
        return recount(walk, localMs);
      }
      let count = countPeriods(index) - missingAtStart();
      for (let i = index; i <= index + 1; i += 1) {
        emitPeriod(i, plan.startMs, (at) => {
          count += at < localMs ? 1 : 0;
          return true;
        });
      }
      return count;
    },
    reach(n) {
      if (plan.skip !== "OMIT") {
        return reachByWalking(walk, n);
      }
      const wanted = n + missingAtStart();
      let low = 0;
      let high = period.indexOf(lastDay) + 1;
      if (countPeriods(high) < wanted) {
        return Number.POSITIVE_INFINITY;
      }
      while (low < high) {
        const middle = Math.floor((low + high) / 2);
        if (countPeriods(middle) >= wanted) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      return period.begin(low) * dayMs;
    },
  };
}

/** Longest sets that a period can have, in days. */
const longest = { YEARLY: 366, MONTHLY: 31, WEEKLY: 7, DAILY: 1 } as const;

/** What shows at a look: BYSETPOS beyond every set, or a day that no year has. */
function isQuicklyEmpty(plan: Plan, freq: DateFrequency, timeCount: number): boolean {
  const { setPos } = plan;
  if (setPos.length > 0 && setPos.every((position) => Math.abs(position) > longest[freq] * timeCount)) {
    return true;
  }
  return freq === "DAILY" && !someDayPasses(plan);
}

/** Near the start, walking is as quick and needs no care. */
function recount(walk: LocalRule["walk"], untilMs: number): number {
  let count = 0;
  walk(Number.NEGATIVE_INFINITY, untilMs, (at) => {
    count += at < untilMs ? 1 : 0;
    return at < untilMs;
  });
  return count;
}

/** Indices within a set of a size that BYSETPOS names, in order, each once. */
function positions(setPos: readonly number[], size: number): number[] {
  const found: number[] = [];
  for (const position of setPos) {
    const index = position > 0 ? position - 1 : size + position;
    if (index >= 0 && index < size) {
      found.push(index);
    }
  }
  return found.length < 2 ? found : sortedUnique(found);
}

/** Occurrences that every period has, where the parts show that all have as many; else 0. */
function constantSize(plan: Plan, freq: DateFrequency, timeCount: number): number {
  if (plan.setPos.length > 0 || plan.skip !== "OMIT" || plan.months !== 0) {
    return 0;
  }
  if (freq === "WEEKLY") {
    return (plan.hasByDay ? bits(plan.weekdays) : 1) * timeCount;
  }
  if (freq === "DAILY") {
    return plan.hasByDay || plan.monthDays.length > 0 ? 0 : timeCount;
  }
  if (freq === "MONTHLY" && !plan.hasByDay && plan.monthDays.length === 0 && plan.startMonthDay <= 28) {
    return timeCount;
  }
  return 0;
}

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) {
    count += 1;
  }
  return count;
}
