import { countByWalking } from "./count-by-walking.ts";
import { isNamedMonth, isNamedMonthDay, isNamedYearDay } from "./calendar-days.ts";
import type { CalendarPlan } from "./calendar-plan.ts";
import { lastCalendarDay } from "./calendar-years.ts";
import { hasNoSuchDay } from "./calendar-rule.ts";
import { patience, reachByWalking, type LocalRule } from "./local-rule.ts";

const dayMs = 86_400_000;

/**
 * Makes a rule of days or times within days that occurs on days only that BYMONTH, BYMONTHDAY and BYYEARDAY name in a
 * calendar. `inner` is the same rule without those parts, whose days are the same in every calendar.
 */
export function createLimitedRule(of: CalendarPlan, inner: LocalRule): LocalRule {
  let empty: boolean | undefined = hasNoSuchDay(of) ? true : undefined;

  const visit = (fromMs: number, untilMs: number, emit: (localMs: number) => boolean, giveUp: () => boolean): void => {
    const untilDay = Math.min(lastCalendarDay, untilMs / dayMs);
    let barren = 0;
    let goesOn = true;
    for (let from = Math.max(fromMs, of.plan.startMs); goesOn && empty !== true;) {
      const run = nextRun(of, Math.floor(from / dayMs), untilDay);
      barren += 1;
      if (run === undefined || (barren === patience && giveUp())) {
        return;
      }
      const endMs = run.end * dayMs;
      inner.walk(Math.max(from, run.begin * dayMs), endMs, (localMs) => {
        const isInside = localMs < endMs;
        barren = isInside ? 0 : barren;
        goesOn = !isInside || emit(localMs);
        return isInside && goesOn;
      });
      from = endMs;
    }
  };

  const hasAny = (): boolean => {
    let found = false;
    const find = () => {
      found = true;
      return false;
    };
    visit(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, find, () => false);
    return found;
  };
  const isProvablyEmpty = (): boolean => {
    empty ??= inner.isProvablyEmpty() || !hasAny();
    return empty;
  };
  const walk: LocalRule["walk"] = (fromMs, untilMs, emit) => visit(fromMs, untilMs, emit, isProvablyEmpty);

  return {
    walk,
    isProvablyEmpty,
    typicalGapMs: inner.typicalGapMs,
    countBefore: (localMs) => countByWalking(walk, localMs),
    reach: (n) => reachByWalking(walk, n),
    patternAt: () => undefined,
    atMost: (localMs) => inner.atMost(localMs),
    touches: (fromMs, toMs) => inner.touches(fromMs, toMs),
  };
}

interface Run {
  readonly begin: number;
  /** The first day behind it. */
  readonly end: number;
}

/** The next days in a row, of one month, that are named; undefined where none begin by a day. */
function nextRun(of: CalendarPlan, from: number, untilDay: number): Run | undefined {
  for (let day = from; day <= untilDay;) {
    const month = of.calendar.monthAt(day);
    const next = month.year.starts[month.position + 1] ?? day + 1;
    const begin = isNamedMonth(of, month) ? firstWhere(day, next, (at) => isNamed(of, at)) : next;
    if (begin < next && begin <= untilDay) {
      return {
        begin,
        end: Math.min(
          firstWhere(begin, next, (at) => !isNamed(of, at)),
          lastCalendarDay + 1,
        ),
      };
    }
    day = next;
  }
  return undefined;
}

function isNamed(of: CalendarPlan, day: number): boolean {
  return isNamedMonthDay(of, day) && isNamedYearDay(of, day);
}

function firstWhere(from: number, to: number, holds: (day: number) => boolean): number {
  let day = from;
  while (day < to && !holds(day)) {
    day += 1;
  }
  return day;
}
