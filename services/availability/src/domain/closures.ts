import { parseLocalDate } from "@calends/time/local-date";
import type { LocalClock } from "./local-clock.ts";
import type { HolidayFinder, PublicHolidays, Vacation } from "./schedule.ts";

/** Time that is taken out of the hours, and why. */
export interface Closure {
  readonly startMs: number;
  readonly endMs: number;
  readonly source: "holiday" | "vacation" | "break";
  readonly name: string;
}

/** Adds closures that overlap local days, the last included, to a list. */
export type ClosureSource = (firstDay: number, lastDay: number, into: Closure[]) => void;

/** Local days, counted from 1970-01-01; the last is included. */
interface Days {
  readonly first: number;
  readonly last: number;
  readonly name: string;
}

const dayMs = 86_400_000;
/** A range of 400 days touches three years; more are remembered for questions that follow each other. */
const maxYears = 16;

/** The local day of a date, counted from 1970-01-01; NaN where there is none, which no day equals. */
export function dayOfDate(date: string): number {
  return (parseLocalDate(date) ?? Number.NaN) / dayMs;
}

/** Vacations, each whole but for the days that have hours of their own. */
export function vacationSource(
  vacations: readonly Vacation[],
  hasOverride: (day: number) => boolean,
  clock: LocalClock,
): ClosureSource {
  const spans = vacations.flatMap(({ startDate, endDate, reason }) =>
    withoutOverrides({ first: dayOfDate(startDate), last: dayOfDate(endDate), name: reason }, hasOverride),
  );
  return (firstDay, lastDay, into) => closeDays(spans, "vacation", clock, firstDay, lastDay, into);
}

/** Public holidays, but for those that have hours of their own. Asks for a year's when it is first needed. */
export function holidaySource(
  holidays: PublicHolidays,
  find: HolidayFinder,
  hasOverride: (day: number) => boolean,
  clock: LocalClock,
): ClosureSource {
  const years = new Map<number, readonly Days[]>();
  const ofYear = (year: number): readonly Days[] => {
    const known = years.get(year);
    if (known !== undefined) {
      return known;
    }
    const days = find(holidays, year).flatMap(({ date, name }) => {
      const day = dayOfDate(date);
      return hasOverride(day) ? [] : [{ first: day, last: day, name }];
    });
    if (years.size === maxYears) {
      years.clear();
    }
    years.set(year, days);
    return days;
  };
  return (firstDay, lastDay, into) => {
    for (let year = yearOf(firstDay); year <= yearOf(lastDay); year += 1) {
      closeDays(ofYear(year), "holiday", clock, firstDay, lastDay, into);
    }
  };
}

function closeDays(
  spans: readonly Days[],
  source: Closure["source"],
  clock: LocalClock,
  firstDay: number,
  lastDay: number,
  into: Closure[],
): void {
  for (const { first, last, name } of spans) {
    if (first <= lastDay && last >= firstDay) {
      const startMs = clock.toUtc(first * dayMs);
      const endMs = clock.toUtc((last + 1) * dayMs);
      // A zone may have skipped the day.
      if (startMs < endMs) {
        into.push({ startMs, endMs, source, name });
      }
    }
  }
}

function withoutOverrides({ first, last, name }: Days, hasOverride: (day: number) => boolean): Days[] {
  const spans: Days[] = [];
  let from = first;
  for (let day = first; day <= last; day += 1) {
    if (hasOverride(day)) {
      if (from < day) {
        spans.push({ first: from, last: day - 1, name });
      }
      from = day + 1;
    }
  }
  return from <= last ? [...spans, { first: from, last, name }] : spans;
}

function yearOf(day: number): number {
  return new Date(day * dayMs).getUTCFullYear();
}
