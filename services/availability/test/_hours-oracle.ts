import { IANAZone } from "luxon";
import type { DateOverride, Holiday, LocalTimeRange, Schedule } from "../src/domain/schedule.ts";

/** A span, with what it is where it is closed. */
export interface Told {
  readonly startMs: number;
  readonly endMs: number;
  readonly what: string;
}

const minuteMs = 60_000;
const dayMinutes = 1440;
/** Days around what is looked at: more than questions are away and anything of a schedule is long. */
const marginDays = 16;
/** No clock is further ahead of UTC. */
const furthestMinutes = 15 * 60;
const clocks = new Map<string, Int32Array>();

interface LocalDay {
  readonly day: number;
  readonly date: string;
  readonly weekday: number;
  readonly override: DateOverride | undefined;
}

/** The instants between two local times, in minutes since 1970. */
type ToSpan = (startLocal: number, endLocal: number, what: string) => Told;

/**
 * The ranges and closures of a schedule by looking at the clock of luxon at every minute and striking out the minutes that
 * are closed. Slow, and without any of our tables or algebra. Holds for whole minutes in the two weeks around an instant.
 */
export function oracleHours(
  schedule: Schedule,
  holidays: readonly Holiday[],
  aroundMs: number,
  fromMs: number,
  toMs: number,
): { ranges: Told[]; closures: Told[] } {
  const firstDay = Math.floor(aroundMs / minuteMs / dayMinutes) - marginDays;
  const lastDay = firstDay + 2 * marginDays;
  const first = firstDay * dayMinutes;
  const clock = clockOf(schedule.timeZone, first, lastDay * dayMinutes);
  const toSpan: ToSpan = (startLocal, endLocal, what) => {
    const [startMs = 0, endMs = 0] = [startLocal, endLocal].map((at) => firstShowing(clock, first, at) * minuteMs);
    return { startMs, endMs, what };
  };
  const days = Array.from({ length: lastDay - firstDay - 2 }, (_, index) => localDay(schedule, firstDay + 1 + index));
  const open = (local: LocalDay) => toSpans(local, openHours(schedule, holidays, local), toSpan);
  const week = (local: LocalDay) => toSpans(local, weekOf(schedule, local), toSpan);
  const breaks = days.flatMap((local) => breaksOf(schedule, local, toSpan));
  const closed = closedDays(schedule, holidays, days).flatMap(({ from, to, what }) => {
    const nights = week(localDay(schedule, to));
    const whole = toSpan(from * dayMinutes, (to + 1) * dayMinutes, what);
    const longest = { ...whole, endMs: Math.max(whole.endMs, ...nights.map(({ endMs }) => endMs)) };
    const around = [from - 1, to + 1].flatMap((day) => open(localDay(schedule, day)));
    return pieces(longest, around).map((piece) => ({ ...piece, what }));
  });
  const overlaps = ({ startMs, endMs }: Told) => startMs < toMs && endMs > fromMs;
  const ranges = days.flatMap((local) => open(local).flatMap((range) => pieces(range, breaks)));
  return { ranges: ranges.filter(overlaps), closures: [...closed, ...breaks].filter(overlaps) };
}

function localDay({ dateOverrides }: Schedule, day: number): LocalDay {
  const midnight = new Date(day * dayMinutes * minuteMs);
  const date = midnight.toISOString().slice(0, 10);
  const override = dateOverrides.find((one) => one.date === date);
  return { day, date, weekday: midnight.getUTCDay() || 7, override };
}

function weekOf({ weeklyHours }: Schedule, { weekday }: LocalDay): readonly LocalTimeRange[] {
  return weeklyHours.filter((range) => range.weekday === weekday);
}

/** The hours that begin on a date: its own, or those of the week where nothing closes it. */
function openHours(schedule: Schedule, holidays: readonly Holiday[], local: LocalDay): readonly LocalTimeRange[] {
  const isClosed = closedDays(schedule, holidays, [local]).length > 0;
  return local.override?.hours ?? (isClosed ? [] : weekOf(schedule, local));
}

function toSpans({ day }: LocalDay, hours: readonly LocalTimeRange[], toSpan: ToSpan): Told[] {
  return hours.map((range) => toSpan(day * dayMinutes + range.startMinute, day * dayMinutes + range.endMinute, ""));
}

function breaksOf({ breaks }: Schedule, { day, weekday, override }: LocalDay, toSpan: ToSpan): Told[] {
  const ofDay = override === undefined ? breaks.filter((one) => one.weekday === weekday) : [];
  return ofDay
    .map(({ startMinute, endMinute, reason }) =>
      toSpan(day * dayMinutes + startMinute, day * dayMinutes + endMinute, `break ${reason}`),
    )
    .filter(({ startMs, endMs }) => startMs < endMs);
}

/** Days without hours in a row, the last included, and what closes them. */
function closedDays(
  { holidays: place, vacations }: Schedule,
  holidays: readonly Holiday[],
  days: readonly LocalDay[],
): { from: number; to: number; what: string }[] {
  const plain = days.filter(({ override }) => override === undefined);
  return [
    ...days
      .filter(({ override }) => override?.hours.length === 0)
      .map(({ day, override }) => ({ from: day, to: day, what: `date_override ${override?.reason}` })),
    ...plain.flatMap(({ day, date }) =>
      holidays
        .filter((holiday) => place !== null && holiday.date === date)
        .map(({ name }) => ({ from: day, to: day, what: `holiday ${name}` })),
    ),
    ...vacations.flatMap(({ startDate, endDate, reason }) =>
      daysInRow(plain.filter(({ date }) => startDate <= date && date <= endDate).map(({ day }) => day)).map(
        ([from, to]) => ({ from, to, what: `vacation ${reason}` }),
      ),
    ),
  ];
}

/** What is left of a range, minute by minute. */
function pieces({ startMs, endMs }: Told, closures: readonly Told[]): Told[] {
  const near = closures.filter((closure) => closure.startMs < endMs && closure.endMs > startMs);
  const found: { startMs: number; endMs: number; what: string }[] = [];
  let open: { startMs: number; endMs: number; what: string } | undefined;
  for (let at = startMs; at < endMs; at += minuteMs) {
    if (near.some((closure) => closure.startMs <= at && at < closure.endMs)) {
      open = undefined;
    } else if (open === undefined) {
      open = { startMs: at, endMs: at + minuteMs, what: "" };
      found.push(open);
    } else {
      open.endMs = at + minuteMs;
    }
  }
  return found;
}

function daysInRow(days: readonly number[]): [first: number, last: number][] {
  const rows: [first: number, last: number][] = [];
  for (const day of days) {
    const row = rows.at(-1);
    if (row !== undefined && row[1] === day - 1) {
      row[1] = day;
    } else {
      rows.push([day, day]);
    }
  }
  return rows;
}

/** The first minute at which the clock shows a local time or a later one. */
function firstShowing(clock: Int32Array, first: number, local: number): number {
  let index = Math.max(0, local - first - furthestMinutes);
  while (index < clock.length && (clock[index] ?? 0) < local) {
    index += 1;
  }
  return first + index;
}

/** What the clock shows at every minute of a stretch, in minutes since 1970. */
function clockOf(timeZone: string, first: number, end: number): Int32Array {
  const key = `${timeZone} ${first} ${end}`;
  const known = clocks.get(key);
  if (known !== undefined) {
    return known;
  }
  const zone = IANAZone.create(timeZone);
  const clock = Int32Array.from({ length: end - first }, (_, index) => {
    const minute = first + index;
    return minute + zone.offset(minute * minuteMs);
  });
  clocks.set(key, clock);
  return clock;
}
