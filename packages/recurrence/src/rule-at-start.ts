import {
  dateOf,
  daysInMonth,
  daysInYear,
  dayOf,
  firstWeekOf,
  monthDayIn,
  monthIn,
  weekdayOf,
  yearIn,
} from "./civil.ts";
import { rscaleOf } from "./rscale.ts";
import { weekdays, type ByDay, type Rule, type Weekday } from "./rule.ts";

const dayMs = 86_400_000;

/** A local start as the numbers that parts of a rule name: counted from the beginning, and from the end as `…FromEnd`. */
interface Numbers {
  readonly month: number;
  readonly monthDay: number;
  readonly monthDayFromEnd: number;
  readonly yearDay: number;
  readonly yearDayFromEnd: number;
  readonly week: number;
  readonly weekFromEnd: number;
  readonly weekday: Weekday;
  readonly nthOfMonth: number;
  readonly nthOfMonthFromEnd: number;
  readonly nthOfYear: number;
  readonly nthOfYearFromEnd: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** The parts that say days and times, as a start has them; undefined where it does not tell. */
interface Followed {
  readonly byMonth: Rule["byMonth"] | undefined;
  readonly byMonthDay: readonly number[] | undefined;
  readonly byYearDay: readonly number[] | undefined;
  readonly byWeekNo: readonly number[] | undefined;
  readonly byDay: readonly ByDay[] | undefined;
  readonly byHour: readonly number[] | undefined;
  readonly byMinute: readonly number[] | undefined;
  readonly bySecond: readonly number[] | undefined;
}
type Told = { readonly [K in keyof Followed]: NonNullable<Followed[K]> };

/**
 * The rule whose days and times follow a start that it does not have: each part of one value takes the start's, counted
 * from the end where it was before, so that BYDAY=2TH becomes 2WE and BYMONTHDAY=-1 becomes -2. A part with the start among
 * its values stays. Undefined where the start does not tell: a part has several values and none is the start's, or the
 * months are those of another calendar. Whether the new rule has the start is not asked here.
 */
export function ruleAtStart(rule: Rule, localMs: number): Rule | undefined {
  if (rule.rscale !== undefined && rscaleOf(rule.rscale)?.calendar !== undefined) {
    return undefined;
  }
  const parts = partsAt(rule, numbersOf(localMs, weekdays.indexOf(rule.wkst)));
  return isTold(parts) ? { ...rule, ...parts } : undefined;
}

function isTold(parts: Followed): parts is Told {
  return !Object.values(parts).includes(undefined);
}

function partsAt(rule: Rule, at: Numbers): Followed {
  const inMonth = rule.freq === "MONTHLY" || rule.byMonth.length > 0;
  const [fromStart, fromEnd] = inMonth ? [at.nthOfMonth, at.nthOfMonthFromEnd] : [at.nthOfYear, at.nthOfYearFromEnd];
  return {
    byMonth: follow(
      rule.byMonth,
      ({ month }) => month === at.month,
      () => ({ month: at.month }),
    ),
    byMonthDay: signed(rule.byMonthDay, at.monthDay, at.monthDayFromEnd),
    byYearDay: signed(rule.byYearDay, at.yearDay, at.yearDayFromEnd),
    byWeekNo: signed(rule.byWeekNo, at.week, at.weekFromEnd),
    byDay: weekdaysAt(rule.byDay, at.weekday, fromStart, fromEnd),
    byHour: single(rule.byHour, at.hour),
    byMinute: single(rule.byMinute, at.minute),
    bySecond: single(rule.bySecond, at.second),
  };
}

/** The values of a part that has the start among them, or its one value as the start has it. */
function follow<T>(
  values: readonly T[],
  isStart: (value: T) => boolean,
  ofStart: (value: T) => T,
): readonly T[] | undefined {
  const [only, ...others] = values;
  if (only === undefined || values.some(isStart)) {
    return values;
  }
  return others.length > 0 ? undefined : [ofStart(only)];
}

function single(values: readonly number[], value: number): readonly number[] | undefined {
  return follow(
    values,
    (other) => other === value,
    () => value,
  );
}

/** Numbers that are counted from the end where they are negative. */
function signed(values: readonly number[], fromStart: number, fromEnd: number): readonly number[] | undefined {
  return follow(
    values,
    (value) => value === fromStart || value === fromEnd,
    (value) => (value < 0 ? fromEnd : fromStart),
  );
}

function weekdaysAt(
  values: readonly ByDay[],
  weekday: Weekday,
  fromStart: number,
  fromEnd: number,
): readonly ByDay[] | undefined {
  return follow(
    values,
    (value) => value.weekday === weekday && [undefined, fromStart, fromEnd].includes(value.ordinal),
    ({ ordinal }) => (ordinal === undefined ? { weekday } : { weekday, ordinal: ordinal < 0 ? fromEnd : fromStart }),
  );
}

function numbersOf(localMs: number, weekStart: number): Numbers {
  const day = Math.floor(localMs / dayMs);
  const date = dateOf(day);
  const [year, month, monthDay] = [yearIn(date), monthIn(date), monthDayIn(date)];
  const [ofMonth, ofYear] = [daysInMonth(year, month), daysInYear(year)];
  const yearDay = day - dayOf(year, 1, 1) + 1;
  const second = Math.floor((localMs - day * dayMs) / 1000);
  return {
    month,
    monthDay,
    monthDayFromEnd: monthDay - ofMonth - 1,
    yearDay,
    yearDayFromEnd: yearDay - ofYear - 1,
    ...weekOf(day, year, weekStart),
    weekday: weekdays[weekdayOf(day)] ?? "MO",
    nthOfMonth: nth(monthDay),
    nthOfMonthFromEnd: -nth(ofMonth + 1 - monthDay),
    nthOfYear: nth(yearDay),
    nthOfYearFromEnd: -nth(ofYear + 1 - yearDay),
    hour: Math.floor(second / 3600),
    minute: Math.floor(second / 60) % 60,
    second: second % 60,
  };
}

/** Which of its weekday a day is, the so-many-th of its month or year. */
function nth(day: number): number {
  return Math.ceil(day / 7);
}

/** The number of a day's week, of whichever week-year it is in. */
function weekOf(day: number, year: number, weekStart: number): Pick<Numbers, "week" | "weekFromEnd"> {
  const firsts = [year - 1, year, year + 1, year + 2].map((one) => firstWeekOf(one, weekStart));
  const next = firsts.findIndex((first) => first > day);
  const [first = 0, end = 0] = [firsts[next - 1], firsts[next]];
  const week = Math.floor((day - first) / 7) + 1;
  return { week, weekFromEnd: week - (end - first) / 7 - 1 };
}
