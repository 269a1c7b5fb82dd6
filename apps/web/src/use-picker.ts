import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { LoadSlots } from "./api.ts";
import { addMonths, dayAt, groupByDay, lastMonth, monthOf, spanOf, type Day, type Month, type Slot } from "./days.ts";
import type { Failure } from "./failures.ts";
import { useLoaded } from "./use-loaded.ts";

/** Picker is the state of choosing a day and a slot. */
export interface Picker {
  readonly zone: string;
  readonly today: Day;
  readonly month: Month;
  readonly day: Day | undefined;
  /** The slots of each day of the month that has any; undefined while they are loaded for the first time. */
  readonly slotsByDay: ReadonlyMap<Day, readonly Slot[]> | undefined;
  /** Why there are no slots to show; undefined when there are. */
  readonly failure: Failure | undefined;
  readonly previousMonth: Month | undefined;
  readonly nextMonth: Month | undefined;
  readonly showMonth: (month: Month) => void;
  readonly chooseDay: (day: Day) => void;
  readonly reload: () => void;
}

const REFRESH_MS = 20_000;

/** How many months without a free time are passed over before the visitor has chosen a month. */
const MONTHS_PASSED_OVER = 2;

/** Keeps the state of choosing a slot: the month's slots, fresh while the page is looked at, and the day chosen. */
export function usePicker(loadSlots: LoadSlots, zone: string, maxFutureDays: number): Picker {
  const now = Date.now();
  const today = dayAt(now, zone);
  const [shown, setShown] = useState<{ month?: Month; day?: Day; chosen: boolean }>({ chosen: false });
  const month = laterOf(shown.month, monthOf(today));
  const load = useCallback((signal: AbortSignal) => loadSlots(spanOf(month), signal), [loadSlots, month]);
  const { value: slots, failure, reload } = useLoaded(load);
  useRefresh(reload);
  const slotsByDay = useMemo(() => slots && daysOfMonth(slots, zone, month), [slots, zone, month]);
  const last = lastMonth(now, maxFutureDays, zone);
  const nextMonth = last !== undefined && month >= last ? undefined : addMonths(month, 1);
  usePassOver(slotsByDay?.size === 0 && !shown.chosen ? nextMonth : undefined, (next) =>
    setShown({ month: next, chosen: false }),
  );
  return {
    zone,
    today,
    month,
    day: shown.day !== undefined && monthOf(shown.day) === month ? shown.day : slotsByDay?.keys().next().value,
    slotsByDay,
    failure: slots === undefined ? failure : undefined,
    previousMonth: month > monthOf(today) ? addMonths(month, -1) : undefined,
    nextMonth,
    showMonth: (next) => setShown({ month: next, chosen: true }),
    chooseDay: (day) => setShown({ month: monthOf(day), day, chosen: true }),
    reload,
  };
}

function laterOf(month: Month | undefined, other: Month): Month {
  return month !== undefined && month > other ? month : other;
}

function daysOfMonth(slots: readonly Slot[], zone: string, month: Month): Map<Day, Slot[]> {
  return new Map([...groupByDay(slots, zone)].filter(([day]) => monthOf(day) === month));
}

/** Reloads every so often while the page can be seen, and at once when it is seen again. */
function useRefresh(reload: () => void): void {
  useEffect(() => {
    const refresh = (): void => {
      if (document.visibilityState === "visible") reload();
    };
    const timer = setInterval(refresh, REFRESH_MS);
    document.addEventListener("visibilitychange", refresh);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", refresh);
    };
  }, [reload]);
}

/** Shows the next month when it is given, a few times at most. */
function usePassOver(next: Month | undefined, show: (month: Month) => void): void {
  const passedOver = useRef(0);
  useEffect(() => {
    if (next !== undefined && passedOver.current < MONTHS_PASSED_OVER) {
      passedOver.current += 1;
      show(next);
    }
  });
}
