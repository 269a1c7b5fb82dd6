import { dateOf, monthDayIn, monthIn, weekdayOf, yearIn } from "./civil.ts";
import { weekdays, type Rule, type Skip } from "./rule.ts";

const dayMs = 86_400_000;

/** A rule and its start as the numbers that the engine works with. */
export interface Plan {
  readonly rule: Rule;
  readonly interval: number;
  /** First local instant that can be an occurrence. */
  readonly startMs: number;
  readonly startDay: number;
  readonly startYear: number;
  readonly startMonth: number;
  readonly startMonthDay: number;
  /** 0 is Monday. */
  readonly startWeekday: number;
  readonly weekStart: number;
  /** Bit m is set for month m, where BYMONTH names it or the start implies it; 0 means every month. */
  readonly months: number;
  /** Bit w is set for each weekday of BYDAY without an ordinal; 0 means BYDAY names none. */
  readonly weekdays: number;
  /** The weekdays of BYDAY with an ordinal. */
  readonly nth: readonly { readonly weekday: number; readonly n: number }[];
  readonly hasByDay: boolean;
  readonly monthDays: readonly number[];
  readonly yearDays: readonly number[];
  readonly weekNumbers: readonly number[];
  readonly setPos: readonly number[];
  readonly skip: Skip;
}

/** The last local day that is looked at: 9999-12-31, the end of what RFC 5545 can write. */
export const lastDay = 2_932_896;

/** Turns a rule and its local start into numbers. */
export function createPlan(rule: Rule, startMs: number): Plan {
  const startDay = Math.floor(startMs / dayMs);
  const date = dateOf(startDay);
  let plainWeekdays = 0;
  const nth: { weekday: number; n: number }[] = [];
  for (const { weekday, ordinal } of rule.byDay) {
    const index = weekdays.indexOf(weekday);
    if (ordinal === undefined) {
      plainWeekdays |= 1 << index;
    } else {
      nth.push({ weekday: index, n: ordinal });
    }
  }
  let months = impliesMonth(rule) ? 1 << monthIn(date) : 0;
  for (const { month } of rule.byMonth) {
    months |= 1 << month;
  }
  return {
    rule,
    interval: rule.interval,
    startMs,
    startDay,
    startYear: yearIn(date),
    startMonth: monthIn(date),
    startMonthDay: monthDayIn(date),
    startWeekday: weekdayOf(startDay),
    weekStart: weekdays.indexOf(rule.wkst),
    months,
    weekdays: plainWeekdays,
    nth,
    hasByDay: rule.byDay.length > 0,
    monthDays: rule.byMonthDay,
    yearDays: rule.byYearDay,
    weekNumbers: rule.byWeekNo,
    setPos: rule.bySetPos,
    skip: rule.skip ?? "OMIT",
  };
}

/**
 * Whether a rule is of the start's month without saying so. RFC 8984 section 4.3.3.1 spells out which parts RFC 5545 means
 * by "derived from DTSTART": a yearly rule that names no month, week or day of the year has the start's month, unless
 * weekdays are all that it names.
 */
export function impliesMonth({ freq, byMonth, byWeekNo, byYearDay, byMonthDay, byDay }: Rule): boolean {
  const isOfYear = freq === "YEARLY" && byMonth.length + byWeekNo.length + byYearDay.length === 0;
  return isOfYear && (byMonthDay.length > 0 || byDay.length === 0);
}

/** Sorts numbers and removes repetitions. */
export function sortedUnique(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.filter((value, index) => index === 0 || value !== sorted[index - 1]);
}
