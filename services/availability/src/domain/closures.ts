import type { Intervals } from "@calends/time/intervals";
import { cutRanges, type Range, hoursOf } from "./cut-ranges.ts";
import type { ClosedDays, Closing, Dates } from "./dates.ts";
import type { LocalClock } from "./local-clock.ts";
import { eachOnDays, type DayPattern } from "./local-week.ts";
import type { LocalTimeRange } from "./schedule.ts";

/** Time without hours, and why. */
export interface Closure extends Range {
  readonly source: Closing["source"] | "break";
  readonly name: string;
}

/** Hours as they would be if nothing closed them. */
export interface PlannedHours {
  readonly hours: Intervals;
  /** The parts of them that are closed, by start, once for each thing that closes them. */
  readonly lost: readonly Closure[];
}

const dayMs = 86_400_000;

/** Local days from one to another, counted from 1970-01-01; the last is included. */
export interface Days {
  readonly firstDay: number;
  readonly lastDay: number;
}

/**
 * What is closed over some days, by start: breaks, and the days on which no hours begin, with the nights that would have
 * begun on the last of them and without what is open all the same, as the night that began on the day before the first.
 */
export function closuresOf(dates: Dates, clock: LocalClock, days: Days): Closure[] {
  const closed = dates.closedDays(days.firstDay, days.lastDay).flatMap((one): Closure[] => {
    return closedTime(one, dates, clock).map((range) => ({ ...nameOf(one), ...range }));
  });
  return [...closed, ...breaksOf(dates, clock, days)].sort((a, b) => a.startMs - b.startMs);
}

function nameOf({ source, name }: Closing): Closing {
  return { source, name };
}

function closedTime({ first, last }: ClosedDays, dates: Dates, clock: LocalClock): Range[] {
  const startMs = clock.toUtc(first * dayMs);
  const nights = rangesOn(dates.week, clock, { firstDay: last, lastDay: last }).map(({ endMs }) => endMs);
  const endMs = Math.max(clock.toUtc((last + 1) * dayMs), ...nights);
  const open = [first - 1, last + 1].flatMap((day) => rangesOn(dates.hours, clock, { firstDay: day, lastDay: day }));
  // A zone may have skipped the day.
  return startMs < endMs ? cutRanges([{ startMs, endMs }], open) : [];
}

/** The breaks over some days, by start. */
export function breaksOf({ breaks }: Dates, clock: LocalClock, { firstDay, lastDay }: Days): Closure[] {
  const found: Closure[] = [];
  eachOnDays(breaks, clock, firstDay, lastDay, (startMs, endMs, { reason }) => {
    found.push({ startMs, endMs, source: "break", name: reason });
  });
  return found.sort((a, b) => a.startMs - b.startMs);
}

/** The hours over some days as they would be if nothing closed them: those of the week and those of overrides. */
export function plannedHours(dates: Dates, clock: LocalClock, days: Days): PlannedHours {
  const open = rangesOn(dates.hours, clock, days);
  const lost: Closure[] = [];
  for (let day = days.firstDay; day <= days.lastDay; day += 1) {
    const closings = dates.closings(day);
    const only = { firstDay: day, lastDay: day };
    const gone = closings.length === 0 ? [] : rangesOn(dates.week, clock, only);
    const rest = cutRanges(gone, rangesOn(dates.hours, clock, only));
    lost.push(...closings.flatMap((closing) => rest.map((range) => ({ ...nameOf(closing), ...range }))));
  }
  const planned = [...open, ...lost].toSorted((a, b) => a.startMs - b.startMs);
  const hours = hoursOf(planned);
  for (const pause of breaksOf(dates, clock, days)) {
    lost.push(...planned.flatMap((range) => common(range, pause)));
  }
  return { hours, lost: lost.sort((a, b) => a.startMs - b.startMs) };
}

function common({ startMs, endMs }: Range, closure: Closure): Closure[] {
  const part = { startMs: Math.max(startMs, closure.startMs), endMs: Math.min(endMs, closure.endMs) };
  return part.startMs < part.endMs ? [{ ...closure, ...part }] : [];
}

/** What a pattern has on some days, as instants by start: all, or what is asked for. */
export function rangesOn(
  pattern: DayPattern<LocalTimeRange>,
  clock: LocalClock,
  { firstDay, lastDay }: Days,
  isWanted: (range: Range) => boolean = () => true,
): Range[] {
  const ranges: Range[] = [];
  eachOnDays(pattern, clock, firstDay, lastDay, (startMs, endMs) => {
    const range = { startMs, endMs };
    if (isWanted(range)) {
      ranges.push(range);
    }
  });
  return ranges;
}
