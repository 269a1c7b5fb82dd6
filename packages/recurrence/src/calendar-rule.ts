import { calendarPeriodsOf, type CalendarFrequency, type CalendarPeriods } from "./calendar-periods.ts";
import type { CalendarPlan } from "./calendar-plan.ts";
import { countByWalking } from "./count-by-walking.ts";
import { firstPeriod } from "./date-periods.ts";
import { lastCalendarDay } from "./calendar-years.ts";
import { patience, reachByWalking, someTimeLies, type LocalRule } from "./local-rule.ts";
import { positions } from "./period-counts.ts";
import { sortedUnique } from "./plan.ts";

const dayMs = 86_400_000;
const endMs = (lastCalendarDay + 1) * dayMs;
const typicalDays = { YEARLY: 366, MONTHLY: 30, WEEKLY: 7 } as const;

/** Makes a rule that repeats by weeks, months or years of a calendar. `times` are seconds of the day. */
export function createCalendarRule(of: CalendarPlan, freq: CalendarFrequency, times: readonly number[]): LocalRule {
  const { startMs, setPos, skip, interval } = of.plan;
  const { longestMonth, longestYear } = of.calendar;
  const days: number[] = [];
  const longest = { YEARLY: longestYear, MONTHLY: longestMonth + 1, WEEKLY: 7 }[freq] * times.length;
  // What BYSETPOS chooses are times already; else each day has all times of day.
  const offsets = setPos.length === 0 ? times.map((seconds) => seconds * 1000) : [0];
  let empty: boolean | undefined;

  /** The midnights of a period, or the times of it that BYSETPOS chooses. */
  const marksIn = (periods: CalendarPeriods, index: number): number[] => {
    periods.fill(index, days);
    const size = days.length * times.length;
    const timeAt = (i: number) =>
      (days[Math.floor(i / times.length)] ?? 0) * dayMs + (times[i % times.length] ?? 0) * 1000;
    return setPos.length === 0 ? days.map((day) => day * dayMs) : positions(setPos, size).map(timeAt);
  };

  /** Whether the period at a distance from the start's own has an occurrence on the day of the start, from then on. */
  const hasStart = (shift: number): boolean => {
    const single = calendarPeriodsOf({ ...of, plan: { ...of.plan, interval: 1 } }, freq, shift);
    const end = (of.plan.startDay + 1) * dayMs;
    return marksIn(single, 0).some((mark) => mark < end && mark + (offsets.at(-1) ?? 0) >= startMs);
  };
  const period = calendarPeriodsOf(of, freq, freq === "WEEKLY" ? 0 : firstPeriod(of.plan, hasStart));
  const marksOf = (index: number) => marksIn(period, index);

  const hasAny = (): boolean => {
    const least = startMs - (offsets.at(-1) ?? 0);
    for (let index = 0; period.begin(index) <= lastCalendarDay; index += 1) {
      if (marksOf(index).some((mark) => mark >= least && mark < endMs)) {
        return true;
      }
    }
    return false;
  };
  const isProvablyEmpty = (): boolean => {
    empty ??= (setPos.length > 0 && setPos.every((n) => Math.abs(n) > longest)) || hasNoSuchDay(of) || !hasAny();
    return empty;
  };

  const walk: LocalRule["walk"] = (fromMs, untilMs, emit) => {
    const from = Math.max(fromMs, startMs);
    const untilDay = Math.min(lastCalendarDay, untilMs / dayMs + 1);
    const longestOffset = offsets.at(-1) ?? 0;
    const visit = (mark: number): boolean =>
      mark + longestOffset < from ||
      offsets.every((offset) => mark + offset < from || mark >= endMs || emit(mark + offset));
    // SKIP carries days over the edges of a period, a day back or up to a month ahead, where others may have them too.
    const carry = skip === "OMIT" ? 0 : 1;
    let pending: number[] = [];
    let barren = 0;
    for (let index = period.indexOf(Math.floor(from / dayMs)); period.begin(index) <= untilDay; index += 1) {
      const marks = marksOf(index);
      barren = marks.length === 0 ? barren + 1 : 0;
      if (barren === patience && isProvablyEmpty()) {
        return;
      }
      const settledMs = (period.begin(index + 1) - carry) * dayMs;
      pending = pending.length === 0 ? marks : sortedUnique([...pending, ...marks]);
      const unsettled = pending.findIndex((mark) => mark >= settledMs || !visit(mark));
      if (unsettled >= 0 && (pending[unsettled] ?? 0) < settledMs) {
        return;
      }
      pending = unsettled < 0 ? [] : pending.slice(unsettled);
    }
    // What is left lies behind the last period.
    pending.every(visit);
  };

  return {
    walk,
    isProvablyEmpty,
    typicalGapMs: typicalDays[freq] * interval * dayMs,
    countBefore: (localMs) => countByWalking(walk, localMs),
    reach: (n) => reachByWalking(walk, n),
    patternAt: () => undefined,
    atMost: (localMs) => (period.indexOf(Math.floor(localMs / dayMs)) + 2) * longest,
    touches: (fromMs, toMs) => someTimeLies(times, fromMs, toMs),
  };
}

/** Whether BYMONTHDAY or BYYEARDAY name days beyond the longest month or year only, and SKIP does not move them. */
export function hasNoSuchDay({ plan, calendar }: CalendarPlan): boolean {
  const isBeyond = (numbers: readonly number[], most: number) =>
    numbers.length > 0 && numbers.every((n) => Math.abs(n) > most);
  const beyond = isBeyond(plan.monthDays, calendar.longestMonth) || isBeyond(plan.yearDays, calendar.longestYear);
  return plan.skip === "OMIT" && beyond;
}
