import type { LocalClock } from "./local-clock.ts";
import type { LocalTimeRange, WeeklyHours } from "./schedule.ts";

/** What a local day has, counted from 1970-01-01. */
export type DayPattern<T> = (day: number) => readonly T[];

const minuteMs = 60_000;
const dayMs = 86_400_000;
const nothing: readonly never[] = [];

/** What the week has on each day, by start; nothing on days that are left out. */
export function weekPattern<T extends WeeklyHours>(
  week: readonly T[],
  isLeftOut: (day: number) => boolean,
): DayPattern<T> {
  const days = [1, 2, 3, 4, 5, 6, 7].map((weekday) => byStart(week.filter((hours) => hours.weekday === weekday)));
  // 1970-01-01 was a Thursday. A remainder may be negative.
  return (day) => (isLeftOut(day) ? nothing : (days[(((day + 3) % 7) + 7) % 7] ?? nothing));
}

/** Ranges of one day, by start. */
export function byStart<T extends LocalTimeRange>(hours: readonly T[]): readonly T[] {
  return hours.toSorted((a, b) => a.startMinute - b.startMinute);
}

/** Tells the instants of everything on some local days, the last included, by start; what the clock skips is left out. */
export function eachOnDays<T extends LocalTimeRange>(
  pattern: DayPattern<T>,
  clock: LocalClock,
  firstDay: number,
  lastDay: number,
  tell: (startMs: number, endMs: number, hours: T) => void,
): void {
  for (let day = firstDay; day <= lastDay; day += 1) {
    for (const hours of pattern(day)) {
      const startMs = clock.toUtc(day * dayMs + hours.startMinute * minuteMs);
      const endMs = clock.toUtc(day * dayMs + hours.endMinute * minuteMs);
      if (startMs < endMs) {
        tell(startMs, endMs, hours);
      }
    }
  }
}
