import { dateOf, dayOf, monthIn, weekdayOf, yearIn } from "./civil.ts";
import { daysOfMonth, daysOfWeek, daysOfYear, passesLimits, shorten, skipToMonth } from "./days.ts";
import type { Plan } from "./plan.ts";

/** How often a rule of whole days repeats. */
export type DateFrequency = "YEARLY" | "MONTHLY" | "WEEKLY" | "DAILY";

/** The periods of a rule, numbered from the one that holds its start. */
export interface Periods {
  /** Puts the days of a period into `out`. */
  fill(index: number, out: number[]): void;
  /** The first period that can have a day on or after one. */
  indexOf(day: number): number;
  /** The first day of a period. */
  begin(index: number): number;
  /** The next period worth looking at. */
  next(index: number): number;
}

/**
 * The periods of a rule that repeats by days, weeks, months or years. The first year or month is so many before or behind
 * the one that holds the start.
 */
export function periodsOf(plan: Plan, freq: DateFrequency, shift: number): Periods {
  switch (freq) {
    case "YEARLY":
      return yearlyPeriods(plan, plan.startYear + shift);
    case "MONTHLY":
      return monthlyPeriods(plan, plan.startYear * 12 + plan.startMonth - 1 + shift);
    case "WEEKLY":
      return weeklyPeriods(plan);
    case "DAILY":
      return dailyPeriods(plan);
  }
}

/**
 * How far the first year or month of a rule lies from the one that holds its start. SKIP carries days over the edges: a
 * start that only the period before has (31 February, on 1 March), or the one behind, is of that period. `hasStart` says
 * whether the period at a distance from the start's own has the start's day.
 */
export function firstPeriod(
  { skip, interval }: Pick<Plan, "skip" | "interval">,
  hasStart: (shift: number) => boolean,
): number {
  if (skip === "OMIT" || interval === 1) {
    // Where no period is left out, one more before the start has no days but those carried to the start and behind it.
    return skip === "FORWARD" ? -1 : 0;
  }
  const neighbour = skip === "FORWARD" ? -1 : 1;
  return !hasStart(0) && hasStart(neighbour) ? neighbour : 0;
}

function yearlyPeriods(plan: Plan, first: number): Periods {
  const { interval } = plan;
  // SKIP=FORWARD may carry a day of a year into the next.
  const back = plan.skip === "FORWARD" ? 1 : 0;
  return {
    fill: (index, out) => daysOfYear(plan, first + index * interval, out),
    begin: (index) => dayOf(first + index * interval, 1, 1),
    next: (index) => index + 1,
    indexOf: (day) => Math.max(0, Math.ceil((yearIn(dateOf(day)) - first - interval + 1) / interval) - back),
  };
}

function monthlyPeriods(plan: Plan, first: number): Periods {
  const { interval } = plan;
  const back = plan.skip === "FORWARD" ? 1 : 0;
  return {
    fill(index, out) {
      const month = first + index * interval;
      daysOfMonth(plan, Math.floor(month / 12), (month % 12) + 1, out);
    },
    begin(index) {
      const month = first + index * interval;
      return dayOf(Math.floor(month / 12), (month % 12) + 1, 1);
    },
    next: (index) => index + 1,
    indexOf(day) {
      const date = dateOf(day);
      const month = yearIn(date) * 12 + monthIn(date) - 1;
      return Math.max(0, Math.ceil((month - first - interval + 1) / interval) - back);
    },
  };
}

function weeklyPeriods(plan: Plan): Periods {
  const { startDay, weekStart } = plan;
  const first = startDay - ((weekdayOf(startDay) - weekStart + 7) % 7);
  const length = 7 * plan.interval;
  return {
    fill: (index, out) => daysOfWeek(plan, first + index * length, out),
    begin: (index) => first + index * length,
    next: (index) => index + 1,
    indexOf: (day) => Math.max(0, Math.floor((day - first) / length)),
  };
}

function dailyPeriods(plan: Plan): Periods {
  const { startDay, interval } = plan;
  const indexFrom = (day: number) => Math.max(0, Math.ceil((day - startDay) / interval));
  return {
    fill(index, out) {
      const day = startDay + index * interval;
      shorten(out, 0);
      if (passesLimits(plan, day)) {
        out.push(day);
      }
    },
    begin: (index) => startDay + index * interval,
    next(index) {
      const day = startDay + (index + 1) * interval;
      return plan.months === 0 ? index + 1 : indexFrom(skipToMonth(plan, day));
    },
    indexOf: indexFrom,
  };
}
