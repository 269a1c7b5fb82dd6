import { DateTime, IANAZone } from "luxon";
import type { LocalTimeRange, Schedule } from "../src/domain/schedule.ts";

/** Minutes since 1970, the last excluded. */
export interface Piece {
  readonly from: number;
  readonly to: number;
}

/** The time that a world knows of: whole days of UTC, counted from 1970, the last excluded. */
export interface Extent {
  readonly firstDay: number;
  readonly lastDay: number;
}

const dayMinutes = 1440;
const minuteMs = 60_000;
/** No zone's clock is further from UTC. */
const furthestMinutes = 26 * 60;
const readings = new Map<string, Int32Array>();

/**
 * A schedule's hours, minute by minute: each range of each local date is walked through, and what is left of it between
 * closed minutes is a piece. Takes the words of `hours.ts` and shares no code with it.
 */
export function piecesOf(schedule: Schedule, holidays: readonly string[], extent: Extent): Piece[] {
  const first = extent.firstDay * dayMinutes;
  const clock = clockOf(schedule.timeZone, extent);
  const instant = (day: number, minute: number) => first + instantOf(clock, day * dayMinutes + minute, first);
  const closed = new Uint8Array(clock.length);
  for (let day = extent.firstDay; day < extent.lastDay; day += 1) {
    for (const { startMinute, endMinute } of breaksOn(schedule, day)) {
      closed.fill(1, instant(day, startMinute) - first, instant(day, endMinute) - first);
    }
  }
  const pieces: Piece[] = [];
  for (let day = extent.firstDay; day < extent.lastDay; day += 1) {
    for (const { startMinute, endMinute } of hoursOn(schedule, holidays, day)) {
      const isOpen = (minute: number) => closed[minute - first] === 0;
      pieces.push(...runs(instant(day, startMinute), instant(day, endMinute), isOpen));
    }
  }
  return pieces;
}

/** The stretches of [from, to) in which all minutes pass. */
function runs(from: number, to: number, passes: (minute: number) => boolean): Piece[] {
  const found: Piece[] = [];
  for (let minute = from, began: number | null = null; minute <= to; minute += 1) {
    const inside = minute < to && passes(minute);
    if (inside && began === null) {
      began = minute;
    } else if (!inside && began !== null) {
      found.push({ from: began, to: minute });
      began = null;
    }
  }
  return found;
}

/** The hours that begin on a local date: they go on to their end, whatever the next date is. */
function hoursOn(schedule: Schedule, holidays: readonly string[], day: number): readonly LocalTimeRange[] {
  const { date, weekday } = calendarDay(day);
  const override = schedule.dateOverrides.find((one) => one.date === date);
  if (override !== undefined) {
    return override.hours;
  }
  const isAway = schedule.vacations.some(({ startDate, endDate }) => startDate <= date && date <= endDate);
  const isClosed = isAway || (schedule.holidays !== null && holidays.includes(date));
  return isClosed ? [] : schedule.weeklyHours.filter((hours) => hours.weekday === weekday);
}

/** The breaks that begin on a local date; one with hours of its own has none. */
function breaksOn(schedule: Schedule, day: number): readonly LocalTimeRange[] {
  const { date, weekday } = calendarDay(day);
  const isOverridden = schedule.dateOverrides.some((override) => override.date === date);
  return isOverridden ? [] : schedule.breaks.filter((one) => one.weekday === weekday);
}

function calendarDay(day: number): { date: string; weekday: number } {
  const midnight = DateTime.fromMillis(day * dayMinutes * minuteMs, { zone: "utc" });
  return { date: midnight.toFormat("yyyy-MM-dd"), weekday: midnight.weekday };
}

/** The first minute at which the clock shows a local time or, where it skips that, a later one. */
function instantOf(clock: Int32Array, local: number, first: number): number {
  let index = Math.max(0, local - first - furthestMinutes);
  while (index < clock.length && (clock[index] ?? 0) < local) {
    index += 1;
  }
  return index;
}

/** What a zone's clock shows at every minute. Remembered: worlds share few zones and weeks. */
function clockOf(timeZone: string, { firstDay, lastDay }: Extent): Int32Array {
  const key = `${timeZone} ${firstDay} ${lastDay}`;
  const known = readings.get(key);
  if (known !== undefined) {
    return known;
  }
  const zone = IANAZone.create(timeZone);
  const first = firstDay * dayMinutes;
  const clock = new Int32Array((lastDay - firstDay) * dayMinutes);
  const offset = (index: number) => zone.offset((first + index) * minuteMs);
  for (let hour = 0; hour < clock.length; hour += 60) {
    // Asking takes long, and no clock changes twice in an hour.
    const same = offset(hour) === offset(hour + 60) ? offset(hour) : null;
    for (let index = hour; index < hour + 60; index += 1) {
      clock[index] = first + index + (same ?? offset(index));
    }
  }
  readings.set(key, clock);
  return clock;
}

/** Whether minutes lie in any of the pieces. */
export function marker(pieces: readonly Piece[], { firstDay, lastDay }: Extent): (minute: number) => boolean {
  const first = firstDay * dayMinutes;
  const marks = new Uint8Array((lastDay - firstDay) * dayMinutes);
  for (const { from, to } of pieces) {
    marks.fill(1, Math.max(0, from - first), Math.max(0, to - first));
  }
  return (minute) => marks[minute - first] === 1;
}
