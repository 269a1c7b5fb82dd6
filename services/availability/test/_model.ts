import { DateTime } from "luxon";
import type { Profile } from "../src/domain/profile.ts";
import type { Busy, SlotRules } from "../src/domain/slots.ts";

/**
 * What can be booked, written again from the words of the contract and minute by minute: no interval algebra, and luxon's
 * offsets instead of our tables. Slow, and meant to be obviously right.
 */
export interface Model {
  /** Whether a meeting may start at this minute. */
  isBookable(startMs: number): boolean;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** Makes the model of a calendar for questions about [fromMs, toMs). */
export function createModel(
  profile: Profile,
  busy: readonly Busy[],
  rules: SlotRules,
  nowMs: number,
  fromMs: number,
  toMs: number,
): Model {
  const hours = hoursAround(profile, fromMs, toMs);
  const isOpen = (ms: number) => hours.some(({ startMs, endMs }) => startMs <= ms && ms < endMs);
  const isBusy = (ms: number) => busy.some(({ startMs, endMs }) => startMs <= ms && ms < endMs);
  const every = (start: number, end: number, holds: (ms: number) => boolean) => {
    for (let ms = start; ms < end; ms += minuteMs) {
      if (!holds(ms)) {
        return false;
      }
    }
    return true;
  };
  return {
    isBookable(startMs) {
      const endMs = startMs + rules.durationMs;
      return (
        startMs >= nowMs + rules.minNoticeMs &&
        startMs <= nowMs + rules.horizonMs &&
        hours.some((h) => h.startMs <= startMs && startMs < h.endMs && (startMs - h.startMs) % rules.stepMs === 0) &&
        every(startMs, endMs, isOpen) &&
        every(startMs - rules.bufferBeforeMs, endMs + rules.bufferAfterMs, (ms) => !isBusy(ms))
      );
    },
  };
}

/** The hours of every local date that could matter, as instants. */
function hoursAround({ timeZone, weeklyHours, dateOverrides }: Profile, fromMs: number, toMs: number): Span[] {
  const spans: Span[] = [];
  for (let day = Math.floor(fromMs / dayMs) - 5; day <= Math.floor(toMs / dayMs) + 5; day += 1) {
    const midnight = day * dayMs;
    const date = new Date(midnight).toISOString().slice(0, 10);
    const weekday = new Date(midnight).getUTCDay() || 7;
    const override = dateOverrides.find((entry) => entry.date === date);
    for (const { startMinute, endMinute } of override?.hours ?? weeklyHours.filter((h) => h.weekday === weekday)) {
      const startMs = instantOf(timeZone, midnight + startMinute * minuteMs);
      const endMs = instantOf(timeZone, midnight + endMinute * minuteMs);
      if (startMs < endMs) {
        spans.push({ startMs, endMs });
      }
    }
  }
  return spans;
}

/** The instant of a wall-clock time: its first where it happens twice, by the offset before it where it never does. */
function instantOf(timeZone: string, localMs: number): number {
  const offsetAt = (utcMs: number) => DateTime.fromMillis(utcMs, { zone: timeZone }).offset * minuteMs;
  const before = offsetAt(localMs - 1.5 * dayMs);
  const after = offsetAt(localMs + 1.5 * dayMs);
  const candidates = [localMs - before, localMs - after].filter((utcMs) => utcMs + offsetAt(utcMs) === localMs);
  return candidates.length === 0 ? localMs - before : Math.min(...candidates);
}
