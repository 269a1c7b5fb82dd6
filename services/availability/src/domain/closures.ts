import type { LocalClock } from "./local-clock.ts";
import { cutRanges, type Range } from "./cut-ranges.ts";
import { eachOnDays, weekPattern, type DayPattern } from "./local-week.ts";
import type {
  DateOverride,
  Holiday,
  HolidayFinder,
  LocalTimeRange,
  PublicHolidays,
  Schedule,
  Vacation,
  WeeklyBreak,
} from "./schedule.ts";

/** Time without hours, and why. */
export interface Closure {
  readonly startMs: number;
  readonly endMs: number;
  readonly source: "holiday" | "vacation" | "break" | "date_override";
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

/** The local day of a date that is one, counted from 1970-01-01. */
export function dayOfDate(date: string): number {
  return Date.parse(date) / dayMs;
}

/** What closes the days of a schedule, but for dates that have hours of their own. */
export function closureSources(
  { breaks, vacations, holidays, dateOverrides }: Schedule,
  find: HolidayFinder,
  pattern: DayPattern<LocalTimeRange>,
  isOverridden: (day: number) => boolean,
  clock: LocalClock,
): readonly ClosureSource[] {
  const closed = dateOverrides.filter(({ hours }) => hours.length === 0);
  return [
    ...(closed.length === 0 ? [] : [overrideSource(closed, pattern, clock)]),
    ...(vacations.length === 0 ? [] : [vacationSource(vacations, isOverridden, clock)]),
    ...(holidays === null ? [] : [holidaySource(holidays, find, isOverridden, clock)]),
    ...(breaks.length === 0 ? [] : [breakSource(breaks, isOverridden, clock)]),
  ];
}

/** Dates without hours are closed, but for what of a night of the day before goes on. */
function overrideSource(
  closed: readonly DateOverride[],
  pattern: DayPattern<LocalTimeRange>,
  clock: LocalClock,
): ClosureSource {
  const days = closed.map(({ date, reason }) => ({ first: dayOfDate(date), last: dayOfDate(date), name: reason }));
  return (firstDay, lastDay, into) => {
    for (const day of days) {
      const whole: Closure[] = [];
      closeDays([day], "date_override", clock, firstDay, lastDay, whole);
      const nights: Range[] = [];
      eachOnDays(pattern, clock, day.first - 1, day.first - 1, (startMs, endMs) => nights.push({ startMs, endMs }));
      for (const { source, name } of whole) {
        into.push(...cutRanges(whole, nights).map(({ startMs, endMs }) => ({ startMs, endMs, source, name })));
      }
    }
  };
}

function breakSource(
  breaks: readonly WeeklyBreak[],
  isOverridden: (day: number) => boolean,
  clock: LocalClock,
): ClosureSource {
  const pattern = weekPattern(breaks, isOverridden);
  return (firstDay, lastDay, into) =>
    eachOnDays(pattern, clock, firstDay, lastDay, (startMs, endMs, { reason }) => {
      into.push({ startMs, endMs, source: "break", name: reason });
    });
}

function vacationSource(
  vacations: readonly Vacation[],
  isOverridden: (day: number) => boolean,
  clock: LocalClock,
): ClosureSource {
  const spans = vacations.flatMap(({ startDate, endDate, reason }) =>
    withoutOverrides({ first: dayOfDate(startDate), last: dayOfDate(endDate), name: reason }, isOverridden),
  );
  return (firstDay, lastDay, into) => closeDays(spans, "vacation", clock, firstDay, lastDay, into);
}

/** Asks for the holidays of a year when they are first needed, once. */
function holidaySource(
  holidays: PublicHolidays,
  find: HolidayFinder,
  isOverridden: (day: number) => boolean,
  clock: LocalClock,
): ClosureSource {
  const years = new Map<number, readonly Days[]>();
  const ofYear = (year: number): readonly Days[] => {
    const known = years.get(year);
    if (known !== undefined) {
      return known;
    }
    const days = daysOf(find(holidays, year)).filter(({ first }) => !isOverridden(first));
    if (years.size >= maxYears) {
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

function daysOf(holidays: readonly Holiday[]): readonly Days[] {
  return holidays.map(({ date, name }) => ({ first: dayOfDate(date), last: dayOfDate(date), name }));
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

function withoutOverrides({ first, last, name }: Days, isOverridden: (day: number) => boolean): Days[] {
  const spans: Days[] = [];
  let from = first;
  for (let day = first; day <= last; day += 1) {
    if (isOverridden(day)) {
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
