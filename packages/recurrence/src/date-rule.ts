import { firstPeriod, periodsOf, type DateFrequency, type Periods } from "./date-periods.ts";
import { countByWalking } from "./count-by-walking.ts";
import { patience, reachByWalking, someTimeLies, type LocalRule } from "./local-rule.ts";
import { longest, PeriodCounts, positions } from "./period-counts.ts";
import { lastDay, type Plan } from "./plan.ts";

const dayMs = 86_400_000;
const typicalDays = { YEARLY: 366, MONTHLY: 31, WEEKLY: 7, DAILY: 1 } as const;

/** From so many times a day on, it pays to look whether two days are alike. */
const manyTimes = 64;

type Emit = (localMs: number) => boolean;

/** Makes a rule that repeats by days, weeks, months or years. `times` are the seconds of the day at which it occurs. */
export function createDateRule(plan: Plan, freq: DateFrequency, times: readonly number[]): LocalRule {
  return new DateRule(plan, freq, times);
}

/** A class, because thousands of rules are kept at a time: a closure for each method makes them several times as large. */
class DateRule implements LocalRule {
  readonly typicalGapMs: number;
  readonly #plan: Plan;
  readonly #freq: DateFrequency;
  readonly #times: readonly number[];
  readonly #periods: Periods;
  #counts: PeriodCounts | undefined;
  #missing: number | undefined;

  constructor(plan: Plan, freq: DateFrequency, times: readonly number[]) {
    this.typicalGapMs = typicalDays[freq] * plan.interval * dayMs;
    this.#plan = plan;
    this.#freq = freq;
    this.#times = times;
    this.#periods = periodsOf(plan, freq, this.#skips ? firstPeriod(plan, (shift) => this.#hasStart(shift)) : 0);
  }

  walk(fromMs: number, untilMs: number, emit: Emit): void {
    const plan = this.#plan;
    const periods = this.#periods;
    // SKIP=BACKWARD may carry a day of a period into the one before it.
    const untilDay = Math.min(lastDay, untilMs / dayMs + 1);
    const days: number[] = [];
    let from = Math.max(fromMs, plan.startMs);
    let barren = 0;
    // SKIP can carry a day into another period, where the rule may have it already.
    const emitOnce = (localMs: number): boolean => {
      from = localMs + 1;
      return emit(localMs);
    };
    const visit = this.#skips ? emitOnce : emit;
    for (let index = periods.indexOf(Math.floor(from / dayMs)); periods.begin(index) <= untilDay;) {
      periods.fill(index, days);
      if (!this.#emitDays(days, from, visit)) {
        return;
      }
      barren = days.length === 0 || plan.setPos.length > 0 ? barren + 1 : 0;
      if (barren === patience && this.isProvablyEmpty()) {
        return;
      }
      index = periods.next(index);
    }
  }

  isProvablyEmpty(): boolean {
    return this.#periodCounts().isEmpty;
  }

  atMost(localMs: number): number {
    return (this.#periods.indexOf(Math.floor(localMs / dayMs)) + 2) * longest[this.#freq] * this.#times.length;
  }

  touches(fromMs: number, toMs: number): boolean {
    return someTimeLies(this.#times, fromMs, toMs);
  }

  patternAt(localMs: number): number | undefined {
    if (this.#times.length < manyTimes || this.#plan.setPos.length > 0 || this.#skips) {
      return undefined;
    }
    const day = Math.floor(localMs / dayMs);
    return (this.#hasDay(day) ? 1 : 0) + (this.#hasDay(day + 1) ? 2 : 0);
  }

  countBefore(localMs: number): number {
    const { startMs } = this.#plan;
    if (localMs <= startMs) {
      return 0;
    }
    if (this.#skips) {
      return countByWalking((from, until, emit) => this.walk(from, until, emit), localMs);
    }
    const index = this.#periods.indexOf(Math.floor(localMs / dayMs));
    const before = index === 0 ? 0 : this.#periodCounts().before(index) - this.#missingAtStart();
    return before + this.#among(index, index + 1, startMs, localMs);
  }

  reach(n: number): number {
    if (this.#skips) {
      return reachByWalking((from, until, emit) => this.walk(from, until, emit), n);
    }
    const counts = this.#periodCounts();
    const wanted = n + this.#missingAtStart();
    let low = 0;
    let high = this.#periods.indexOf(lastDay) + 1;
    if (counts.before(high) < wanted) {
      return Number.POSITIVE_INFINITY;
    }
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (counts.before(middle) >= wanted) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return (this.#dayOf(low - 1, wanted - counts.before(low - 1) - 1) + 1) * dayMs;
  }

  /** Whether days can be moved into another period. */
  get #skips(): boolean {
    return this.#plan.skip !== "OMIT" && (this.#freq === "YEARLY" || this.#freq === "MONTHLY");
  }

  /** Whether the period at a distance from the start's own has an occurrence on the day of the start, from then on. */
  #hasStart(shift: number): boolean {
    const { startDay, startMs } = this.#plan;
    const days: number[] = [];
    periodsOf({ ...this.#plan, interval: 1 }, this.#freq, shift).fill(0, days);
    let has = false;
    this.#emitDays(days, startMs, (localMs) => {
      has ||= localMs < (startDay + 1) * dayMs;
      return !has;
    });
    return has;
  }

  #hasDay(day: number): boolean {
    const days: number[] = [];
    this.#periods.fill(this.#periods.indexOf(day), days);
    return days.includes(day);
  }

  /** The day of an occurrence of a period, of which 0 is the first. */
  #dayOf(index: number, occurrence: number): number {
    const days: number[] = [];
    this.#periods.fill(index, days);
    const { setPos } = this.#plan;
    const timeCount = this.#times.length;
    const position = setPos.length === 0 ? occurrence : positions(setPos, days.length * timeCount)[occurrence];
    return days[Math.floor((position ?? 0) / timeCount)] ?? this.#periods.begin(index + 1);
  }

  #periodCounts(): PeriodCounts {
    this.#counts ??= new PeriodCounts(this.#plan, this.#freq, this.#periods, this.#times.length);
    return this.#counts;
  }

  /** Emits the occurrences of a period's days from a local time on; false where emit has had enough. */
  #emitDays(days: readonly number[], fromMs: number, emit: Emit): boolean {
    const times = this.#times;
    const { setPos } = this.#plan;
    const timeCount = times.length;
    if (setPos.length > 0) {
      for (const position of positions(setPos, days.length * timeCount)) {
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
      if (midnight + dayMs <= fromMs) {
        continue;
      }
      for (let j = 0; j < timeCount; j += 1) {
        const localMs = midnight + (times[j] ?? 0) * 1000;
        if (localMs >= fromMs && !emit(localMs)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Occurrences of the first period that lie before the start are none. */
  #missingAtStart(): number {
    const { startDay, startMs } = this.#plan;
    this.#missing ??= this.#among(0, this.#periods.indexOf(startDay) + 1, Number.NEGATIVE_INFINITY, startMs);
    return this.#missing;
  }

  /** How many occurrences of some periods lie in [fromMs, untilMs). */
  #among(first: number, last: number, fromMs: number, untilMs: number): number {
    const days: number[] = [];
    let count = 0;
    for (let index = first; index <= last; index += 1) {
      this.#periods.fill(index, days);
      const isWhole = (day: number) => day * dayMs >= fromMs && (day + 1) * dayMs <= untilMs;
      const hasSets = this.#plan.setPos.length > 0;
      count += hasSets ? 0 : days.filter(isWhole).length * this.#times.length;
      this.#emitDays(hasSets ? days : days.filter((day) => !isWhole(day)), fromMs, (localMs) => {
        count += localMs < untilMs ? 1 : 0;
        return localMs < untilMs;
      });
    }
    return count;
  }
}
