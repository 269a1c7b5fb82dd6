import type { DateFrequency, Periods } from "./date-periods.ts";
import { gcd, someDayPasses } from "./local-rule.ts";
import { sortedUnique, type Plan } from "./plan.ts";

/** After this many periods the Gregorian calendar, weekdays included, begins anew. */
const cycles = { YEARLY: 400, MONTHLY: 4800, WEEKLY: 20_871, DAILY: 146_097 } as const;
/** Longest sets that a period can have, in days. */
export const longest = { YEARLY: 366, MONTHLY: 31, WEEKLY: 7, DAILY: 1 } as const;

/** How many occurrences the periods of a rule have: by arithmetic over the cycle after which the calendar repeats. */
export class PeriodCounts {
  readonly #plan: Plan;
  readonly #freq: DateFrequency;
  readonly #periods: Periods;
  readonly #timeCount: number;
  readonly #cycle: number;
  /** What every period has, or 0. */
  readonly #constant: number;
  /** Occurrences in the first n periods of a cycle, n from 0 to its length; made when it is first asked for. */
  #sums: Float64Array | undefined;
  #empty: boolean | undefined;

  constructor(plan: Plan, freq: DateFrequency, periods: Periods, timeCount: number) {
    this.#plan = plan;
    this.#freq = freq;
    this.#periods = periods;
    this.#timeCount = timeCount;
    this.#cycle = cycles[freq] / gcd(cycles[freq], plan.interval);
    this.#constant = constantSize(plan, freq, timeCount);
  }

  /** Whether the parts of the rule prove that no period has an occurrence. */
  get isEmpty(): boolean {
    this.#empty ??=
      this.#constant === 0 && (isQuicklyEmpty(this.#plan, this.#freq, this.#timeCount) || !this.#someSize());
    return this.#empty;
  }

  /** Occurrences in the first n periods, those before the start among them. */
  before(n: number): number {
    if (this.#constant > 0) {
      return this.#constant * n;
    }
    this.#sums ??= this.#sumUp();
    return Math.floor(n / this.#cycle) * (this.#sums[this.#cycle] ?? 0) + (this.#sums[n % this.#cycle] ?? 0);
  }

  #sumUp(): Float64Array {
    const sums = new Float64Array(this.#cycle + 1);
    const days: number[] = [];
    for (let i = 0; i < this.#cycle; i += 1) {
      sums[i + 1] = (sums[i] ?? 0) + this.#sizeOf(i, days);
    }
    return sums;
  }

  #someSize(): boolean {
    const days: number[] = [];
    for (let i = 0; i < this.#cycle; i += 1) {
      if (this.#sizeOf(i, days) > 0) {
        return true;
      }
    }
    return false;
  }

  #sizeOf(index: number, days: number[]): number {
    this.#periods.fill(index, days);
    const size = days.length * this.#timeCount;
    const { setPos } = this.#plan;
    return setPos.length === 0 || size === 0 ? size : positions(setPos, size).length;
  }
}

/** Indices within a set of a size that BYSETPOS names, in order, each once. */
export function positions(setPos: readonly number[], size: number): number[] {
  const found: number[] = [];
  for (const position of setPos) {
    const index = position > 0 ? position - 1 : size + position;
    if (index >= 0 && index < size) {
      found.push(index);
    }
  }
  return found.length < 2 ? found : sortedUnique(found);
}

/** What shows at a look: BYSETPOS beyond every set, or a day that no year has. */
function isQuicklyEmpty(plan: Plan, freq: DateFrequency, timeCount: number): boolean {
  const { setPos } = plan;
  if (setPos.length > 0 && setPos.every((position) => Math.abs(position) > longest[freq] * timeCount)) {
    return true;
  }
  return freq === "DAILY" && !someDayPasses(plan);
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
