import { bundleHost } from "../src/domain/bundle.ts";
import { type Range, hoursOf } from "../src/domain/cut-ranges.ts";
import { createHours, plainHours, type Hours } from "../src/domain/hours.ts";
import type { HolidayFinder, Schedule } from "../src/domain/schedule.ts";
import { createHost, type Host, type Span, type World } from "../src/domain/world.ts";
import type { Calendar, Case } from "./_case.ts";
import type { Piece } from "./_model-hours.ts";

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

/** Everything that a case has. */
export function wholeOf({ extent }: Case): Span {
  return { fromMs: extent.firstDay * dayMs, toMs: extent.lastDay * dayMs };
}

/** What the service reads to answer for [fromMs, toMs): all that a meeting which starts there may touch. */
export function aroundOf({ rules }: Case, fromMs: number, toMs: number): Span {
  const travelMs = rules.place === "" ? 0 : dayMs;
  const before = rules.setUpMs + rules.bufferBeforeMs + travelMs;
  const after = Math.max(...rules.durationsMs) + rules.cleanUpMs + rules.bufferAfterMs + travelMs;
  return { fromMs: fromMs - before, toMs: toMs + after };
}

/** A case's world as the service reads it for a span: what overlaps it, whole. */
export function worldOf(question: Case, read: Span = wholeOf(question)): World {
  const { nowMs, limits, sessions, travel, typeHours, groups } = question;
  const ofType = typeHours === null ? null : hoursIn(typeHours, question, read);
  return {
    nowMs,
    limits,
    sessions,
    travel,
    typeHours: ofType === null ? null : { ...ofType, hours: hoursOf(ofType.ranges) },
    groups: groups.map(({ calendars, need }) => ({
      need,
      hosts: calendars.map((calendar) => hostOf(calendar, question, read)),
    })),
  };
}

/** A calendar as the engine sees it. */
export function hostOf(calendar: Calendar, question: Case, read: Span = wholeOf(question)): Host {
  const { id, members, openings, busy, stale } = calendar;
  if (members.length > 0) {
    return bundleHost(
      id,
      members.map((member) => hostOf(member, question, read)),
    );
  }
  const hours = openings === null ? hoursIn(calendar.schedule, question, read) : openingsIn(openings, read);
  const wide = openings === null ? read : widest(read, hours.ranges);
  return createHost({
    ...hours,
    calendarId: id,
    busy: busy.filter((one) => overlaps(one, wide)),
    whole: openings !== null,
    stale: stale ? { source: "google", lagMs: 120 * minuteMs } : null,
  });
}

function openingsIn(openings: readonly Piece[], read: Span): Hours {
  const ranges = openings.map(({ from, to }) => ({ startMs: from * minuteMs, endMs: to * minuteMs }));
  return plainHours(ranges.filter((range) => overlaps(range, read)));
}

/** An opening is gone with any part of it, however far it reaches. */
function widest({ fromMs, toMs }: Span, openings: readonly Range[]): Span {
  return {
    fromMs: Math.min(fromMs, ...openings.map(({ startMs }) => startMs)),
    toMs: Math.max(toMs, ...openings.map(({ endMs }) => endMs)),
  };
}

function overlaps({ startMs, endMs }: Range, { fromMs, toMs }: Span): boolean {
  return startMs < toMs && endMs > fromMs;
}

function hoursIn(schedule: Schedule | null, question: Case, { fromMs, toMs }: Span): Hours {
  return schedule === null ? plainHours([]) : createHours(schedule, finder(question))(fromMs, toMs);
}

function finder({ holidays }: Case): HolidayFinder {
  return (_, year) => {
    const ofYear = [...new Set(holidays)].filter((date) => date.startsWith(`${year}-`));
    return ofYear.map((date) => ({ date, name: holidayName(date) }));
  };
}

/** What the public holiday of a date is called. */
export function holidayName(date: string): string {
  return `holiday of ${date}`;
}
