import { byStart, weekPattern, type DayPattern } from "./local-week.ts";
import type { HolidayFinder, LocalTimeRange, PublicHolidays, Schedule, Vacation, WeeklyBreak } from "./schedule.ts";

/** What keeps the week's hours from beginning on a date. */
export interface Closing {
  readonly source: "holiday" | "vacation" | "date_override";
  readonly name: string;
}

/** Local days in a row that are closed by one thing, counted from 1970-01-01; the last is included. */
export interface ClosedDays extends Closing {
  readonly first: number;
  readonly last: number;
}

/** What begins on the local dates of a schedule. */
export interface Dates {
  /** The hours that begin on a day. */
  readonly hours: DayPattern<LocalTimeRange>;
  /** The hours that the week has on a day, whatever closes it. */
  readonly week: DayPattern<LocalTimeRange>;
  /** The breaks that begin on a day. */
  readonly breaks: DayPattern<WeeklyBreak>;
  /** What keeps the week's hours from beginning on a day: all that closes it, or hours of its own. */
  readonly closings: DayPattern<Closing>;
  /** The days without any hours that overlap those from one to another, both included. */
  readonly closedDays: (firstDay: number, lastDay: number) => readonly ClosedDays[];
}

const dayMs = 86_400_000;
const nothing: readonly never[] = [];
/** A range of 400 days touches three years; more are remembered for questions that follow each other. */
const maxYears = 16;

/**
 * Reads a schedule as dates: hours, however far they reach into the next date, belong to the date on which they begin. On
 * the date of an override its hours begin, on a date of a vacation or a public holiday none, on any other those of the week.
 */
export function createDates(schedule: Schedule, find: HolidayFinder): Dates {
  const { weeklyHours, dateOverrides, breaks } = schedule;
  const overrides = new Map(dateOverrides.map((one) => [dayOf(one.date), { ...one, hours: byStart(one.hours) }]));
  const isOverridden = (day: number) => overrides.has(day);
  const vacations = schedule.vacations.map(daysOfVacation).flatMap((days) => withoutOverrides(days, isOverridden));
  const holidays = schedule.holidays === null ? () => nothing : holidaysOn(schedule.holidays, find);
  const week = weekPattern(weeklyHours, () => false);
  const isAway = (day: number) => vacations.some(({ first, last }) => first <= day && day <= last);
  const isClosed = (day: number) => isAway(day) || holidays(day).length > 0;
  const isPlain = overrides.size === 0 && vacations.length === 0 && schedule.holidays === null;
  return {
    hours: isPlain ? week : (day) => overrides.get(day)?.hours ?? (isClosed(day) ? nothing : week(day)),
    week,
    breaks: weekPattern(breaks, isOverridden),
    closings: (day) => {
      const override = overrides.get(day);
      return override === undefined
        ? [...vacations.filter(({ first, last }) => first <= day && day <= last), ...holidays(day)]
        : [{ source: "date_override", name: override.reason }];
    },
    closedDays: (firstDay, lastDay) => [
      ...withoutHours(dateOverrides).filter(({ first }) => firstDay <= first && first <= lastDay),
      ...vacations.filter(({ first, last }) => first <= lastDay && last >= firstDay),
      ...daysBetween(firstDay, lastDay).flatMap((day) => (isOverridden(day) ? [] : holidays(day))),
    ],
  };
}

/** The local day of a date that is one, counted from 1970-01-01. */
function dayOf(date: string): number {
  return Date.parse(date) / dayMs;
}

function daysOfVacation({ startDate, endDate, reason }: Vacation): ClosedDays {
  return { first: dayOf(startDate), last: dayOf(endDate), source: "vacation", name: reason };
}

function withoutHours(overrides: Schedule["dateOverrides"]): ClosedDays[] {
  const closed = overrides.filter(({ hours }) => hours.length === 0);
  return closed.map(({ date, reason }) => {
    return { first: dayOf(date), last: dayOf(date), source: "date_override", name: reason };
  });
}

/** Asks for the holidays of a year when they are first needed, once. */
function holidaysOn(place: PublicHolidays, find: HolidayFinder): DayPattern<ClosedDays> {
  const years = new Map<number, ReadonlyMap<number, readonly ClosedDays[]>>();
  const ofYear = (year: number) => {
    const known = years.get(year);
    if (known !== undefined) {
      return known;
    }
    const found = find(place, year).map(({ date, name }): ClosedDays => {
      return { first: dayOf(date), last: dayOf(date), source: "holiday", name };
    });
    const days = Map.groupBy(found, ({ first }) => first);
    if (years.size >= maxYears) {
      years.clear();
    }
    years.set(year, days);
    return days;
  };
  let year = { first: 0, end: 0, days: new Map() as ReadonlyMap<number, readonly ClosedDays[]> };
  return (day) => {
    // Days are asked for in a row.
    if (day < year.first || day >= year.end) {
      const number = new Date(day * dayMs).getUTCFullYear();
      const [first, end] = [Date.UTC(number, 0, 1) / dayMs, Date.UTC(number + 1, 0, 1) / dayMs];
      year = { first, end, days: ofYear(number) };
    }
    return year.days.get(day) ?? nothing;
  };
}

function withoutOverrides(days: ClosedDays, isOverridden: (day: number) => boolean): ClosedDays[] {
  const spans: ClosedDays[] = [];
  let first = days.first;
  for (const day of daysBetween(days.first, days.last).filter(isOverridden)) {
    spans.push({ ...days, first, last: day - 1 });
    first = day + 1;
  }
  return [...spans, { ...days, first }].filter((span) => span.first <= span.last);
}

function daysBetween(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
