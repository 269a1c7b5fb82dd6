import { passesLimits } from "./days.ts";
import { lastDay, type Plan } from "./plan.ts";

/** How many units of a rule within days are visited and allowed, day by day. */
export interface DayCounts {
  of(day: number): number;
  /** In [from, to). */
  between(from: number, to: number): number;
  /** The day by whose end so many have been visited from a day on; Infinity where there are fewer. */
  reach(from: number, wanted: number): number;
}

/** The units of a rule: every `interval` of them from `origin` on, of which a day has `perDay`. */
export interface Units {
  readonly interval: number;
  readonly perDay: number;
  readonly origin: number;
  /** Units of a day that are allowed, in order; undefined for all. */
  readonly allowed: readonly number[] | undefined;
}

/** Counts units by days: cheap for a day, and for thousands of years still quick. */
export function countsByDay(plan: Plan, { interval, perDay, origin, allowed }: Units): DayCounts {
  const fits = dayFilter(plan);
  const startUnit = origin - plan.startDay * perDay;
  let steps: Uint32Array | undefined;
  /** Units of a day from its `first` one on, every interval, that are allowed. */
  const countFrom = (first: number): number => {
    if (allowed === undefined) {
      return first < perDay ? Math.floor((perDay - 1 - first) / interval) + 1 : 0;
    }
    steps ??= allowedSteps(allowed, interval, perDay);
    return steps[first] ?? 0;
  };
  const of = (day: number): number => {
    if (fits !== undefined && !fits(day)) {
      return 0;
    }
    const since = (day - plan.startDay) * perDay - startUnit;
    return countFrom(since <= 0 ? -since : (interval - (since % interval)) % interval);
  };
  /** The next day that is visited. */
  const after = (day: number): number =>
    interval <= perDay
      ? day + 1
      : Math.floor((origin + Math.ceil(((day + 1) * perDay - origin) / interval) * interval) / perDay);
  /** Whether all days after the first count the same. */
  const isUniform = fits === undefined && perDay % interval === 0;
  return {
    of,
    between(from, to) {
      if (isUniform && to - from > 2) {
        return of(from) + (to - from - 1) * of(from + 1);
      }
      let count = 0;
      for (let day = from; day < to; day = after(day)) {
        count += of(day);
      }
      return count;
    },
    reach(from, wanted) {
      let left = wanted - of(from);
      let day = from;
      if (isUniform) {
        day += Math.max(0, Math.ceil(left / of(from + 1)));
        left = 0;
      }
      while (left > 0 && day <= lastDay) {
        day = after(day);
        left -= of(day);
      }
      return day <= lastDay ? day : Number.POSITIVE_INFINITY;
    },
  };
}

/** For each unit of a day, how many units from it on, every interval until the day ends, are allowed. */
function allowedSteps(allowed: readonly number[], interval: number, perDay: number): Uint32Array {
  const steps = new Uint32Array(perDay);
  for (const unit of allowed) {
    steps[unit] = 1;
  }
  for (let unit = perDay - 1 - interval; unit >= 0; unit -= 1) {
    steps[unit] = (steps[unit] ?? 0) + (steps[unit + interval] ?? 0);
  }
  return steps;
}

const gregorianDays = 146_097;
/** After so many questions about days, all days of the Gregorian cycle are answered at once and kept. */
const curiosity = 20_000;

/** Whether the parts of a rule allow a day; undefined where they allow all. */
function dayFilter(plan: Plan): ((day: number) => boolean) | undefined {
  const { months, hasByDay, monthDays, yearDays } = plan;
  if (months === 0 && !hasByDay && monthDays.length === 0 && yearDays.length === 0) {
    return undefined;
  }
  let asked = 0;
  let table: Uint8Array | undefined;
  return (day) => {
    asked += 1;
    if (asked < curiosity) {
      return passesLimits(plan, day);
    }
    table ??= Uint8Array.from({ length: gregorianDays }, (_, index) => (passesLimits(plan, index) ? 1 : 0));
    return table[((day % gregorianDays) + gregorianDays) % gregorianDays] === 1;
  };
}
