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

/** The periods of a rule that repeats by days, weeks, months or years. */
export function periodsOf(plan: Plan, freq: DateFrequency): Periods {
  switch (freq) {
    case "YEARLY":
      return yearlyPeriods(plan);
    case "MONTHLY":
      return monthlyPeriods(plan);
    case "WEEKLY":
      return weeklyPeriods(plan);
    case "DAILY":
      return dailyPeriods(plan);
  }
}

function yearlyPeriods(plan: Plan): Periods {
  const { startYear, interval } = plan;
  // SKIP=FORWARD may carry a day of a year into the next.
  const back = plan.skip === "FORWARD" ? 1 : 0;
  return {
    fill: (index, out) => daysOfYear(plan, startYear + index * interval, out),
    begin: (index) => dayOf(startYear + index * interval, 1, 1),
    next: (index) => index + 1,
    indexOf: (day) => Math.max(0, Math.ceil((yearIn(dateOf(day)) - startYear - interval + 1) / interval) - back),
  };
}

function monthlyPeriods(plan: Plan): Periods {
  const { interval } = plan;
  const start = plan.startYear * 12 + plan.startMonth - 1;
  const back = plan.skip === "FORWARD" ? 1 : 0;
  return {
    fill(index, out) {
      const month = start + index * interval;
      daysOfMonth(plan, Math.floor(month / 12), (month % 12) + 1, out);
    },
    begin(index) {
      const month = start + index * interval;
      return dayOf(Math.floor(month / 12), (month % 12) + 1, 1);
    },
    next: (index) => index + 1,
    indexOf(day) {
      const date = dateOf(day);
      const month = yearIn(date) * 12 + monthIn(date) - 1;
      return Math.max(0, Math.ceil((month - start - interval + 1) / interval) - back);
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
