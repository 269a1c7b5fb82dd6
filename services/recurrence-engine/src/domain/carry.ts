import { hasDate, toInstant, toWallClock } from "@calends/recurrence/pattern";
import { zoneOf } from "@calends/time/zone";
import { compilePattern, type Pattern } from "./pattern.ts";
import type { Exception } from "./series-types.ts";

/** Where a date of one pattern is in another: the first of these instants that the other pattern has. */
export type Places = (recurrenceId: number) => readonly number[];

/**
 * The exceptions of a series under another pattern. Each goes to the first of its places that the pattern has and no other
 * exception stays at; those that have none are dropped. A moved occurrence keeps the instant to which it was moved.
 */
export function carry(exceptions: readonly Exception[], to: Pattern, placesOf: Places): Exception[] {
  const set = compilePattern(to);
  const placed = exceptions.map((exception) => ({
    exception,
    place: placesOf(exception.recurrenceId).find((ms) => hasDate(set, ms)),
  }));
  const byId = new Map<number, Exception>();
  const stays = ({ exception, place }: (typeof placed)[number]) => exception.recurrenceId === place;
  for (const { exception, place } of [...placed.filter(stays), ...placed.filter((one) => !stays(one))]) {
    if (place !== undefined && !byId.has(place)) {
      const startMs = exception.startMs === exception.recurrenceId ? place : exception.startMs;
      byId.set(place, { ...exception, recurrenceId: place, startMs });
    }
  }
  return [...byId.values()];
}

/**
 * The places under a pattern that begins at one of the old pattern's dates: when it begins an hour later than that date,
 * so does each other one, by the wall clock.
 */
export function placesAfter(from: Pattern, recurrenceId: number, to: Pattern): Places {
  // Asked by instant: where the clock skips the time of that day, its wall clock is not the one of the other dates.
  const stays = from.timeZone === to.timeZone && toInstant(to.timeZone, to.localStart) === recurrenceId;
  const shiftMs = localMs(to) - toWallClock(from.timeZone, recurrenceId);
  return (original) => [stays ? original : shifted(from, original, to, shiftMs)];
}

/**
 * The places under a pattern that stands for all of the old one: the same instant, the same day at the new time of day, or
 * as much later as the new pattern begins, by the wall clock.
 */
export function placesUnder(from: Pattern, to: Pattern): Places {
  const shiftMs = localMs(to) - localMs(from);
  const timeShiftMs = timeOfDay(to) - timeOfDay(from);
  return (original) => [original, shifted(from, original, to, timeShiftMs), shifted(from, original, to, shiftMs)];
}

function shifted(from: Pattern, original: number, to: Pattern, shiftMs: number): number {
  return zoneOf(to.timeZone).toUtc(toWallClock(from.timeZone, original) + shiftMs, to.gap);
}

function localMs({ localStart }: Pattern): number {
  return Date.parse(`${localStart}Z`);
}

function timeOfDay({ localStart }: Pattern): number {
  return Date.parse(`1970-01-01${localStart.slice(10)}Z`);
}
