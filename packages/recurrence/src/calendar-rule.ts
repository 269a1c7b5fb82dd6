import { calendarPeriodsOf, type CalendarFrequency } from "./calendar-periods.ts";
import type { CalendarPlan } from "./calendar-plan.ts";
import { countByWalking } from "./calendar-count.ts";
import { lastCalendarDay } from "./calendar-years.ts";
import { patience, reachByWalking, type LocalRule } from "./local-rule.ts";
import { sortedUnique } from "./plan.ts";

const dayMs = 86_400_000;
const endMs = (lastCalendarDay + 1) * dayMs;
const typicalDays = { YEARLY: 366, MONTHLY: 30, WEEKLY: 7 } as const;
/** Longest sets that a period can have, in days; a year with a leap month has up to 385. */
const longest = { YEARLY: 385, MONTHLY: 32, WEEKLY: 7 } as const;

/** Makes a rule that repeats by weeks, months or years of a calendar. `times` are seconds of the day. */
export function createCalendarRule(of: CalendarPlan, freq: CalendarFrequency, times: readonly number[]): LocalRule {
  const { startMs, setPos, skip, interval } = of.plan;
  const period = calendarPeriodsOf(of, freq);
  const days: number[] = [];
  let empty: boolean | undefined;

  /** The occurrences of a period within the bounds of calendars and from a local time on. */
  const occurrences = (index: number, fromMs: number): number[] => {
    period.fill(index, days);
    const all = days.flatMap((day) => times.map((seconds) => day * dayMs + seconds * 1000));
    return chosen(all, setPos).filter((localMs) => localMs >= fromMs && localMs < endMs);
  };

  const hasAny = (): boolean => {
    for (let index = 0; period.begin(index) <= lastCalendarDay; index += 1) {
      if (occurrences(index, startMs).length > 0) {
        return true;
      }
    }
    return false;
  };
  const isProvablyEmpty = (): boolean => {
    const isBeyond = (n: number) => Math.abs(n) > longest[freq] * times.length;
    empty ??= (setPos.length > 0 && setPos.every(isBeyond)) || !hasAny();
    return empty;
  };

  const walk: LocalRule["walk"] = (fromMs, untilMs, emit) => {
    const from = Math.max(fromMs, startMs);
    const untilDay = Math.min(lastCalendarDay, untilMs / dayMs + 1);
    // SKIP carries days over the edges of a period, a day back or up to a month ahead, where others may have them too.
    const carry = skip === "OMIT" ? 0 : 1;
    let pending: number[] = [];
    let barren = 0;
    for (let index = period.indexOf(Math.floor(from / dayMs)); period.begin(index) <= untilDay; index += 1) {
      const found = occurrences(index, from);
      barren = found.length === 0 ? barren + 1 : 0;
      if (barren === patience && isProvablyEmpty()) {
        return;
      }
      const settledMs = (period.begin(index + 1) - carry) * dayMs;
      pending = pending.length === 0 ? found : sortedUnique([...pending, ...found]);
      const unsettled = pending.findIndex((localMs) => localMs >= settledMs || !emit(localMs));
      if (unsettled >= 0 && (pending[unsettled] ?? 0) < settledMs) {
        return;
      }
      pending = unsettled < 0 ? [] : pending.slice(unsettled);
    }
    // What is left lies behind the last period.
    pending.every((localMs) => emit(localMs));
  };

  return {
    walk,
    isProvablyEmpty,
    typicalGapMs: typicalDays[freq] * interval * dayMs,
    countBefore: (localMs) => countByWalking(walk, localMs),
    reach: (n) => reachByWalking(walk, n),
    atMost: (localMs) => (period.indexOf(Math.floor(localMs / dayMs)) + 2) * longest[freq] * times.length,
    touches(fromMs, toMs) {
      const midnight = Math.floor(fromMs / dayMs) * dayMs;
      return times.some((seconds) => {
        const at = midnight + seconds * 1000;
        return (at >= fromMs && at < toMs) || at + dayMs < toMs;
      });
    },
  };
}

/** Those of a set, in order, that BYSETPOS names; all where it does not stand. */
function chosen(set: number[], setPos: readonly number[]): number[] {
  if (setPos.length === 0) {
    return set;
  }
  return set.filter((_, index) => setPos.includes(index + 1) || setPos.includes(index - set.length));
}
