import { plainHours, type Hours } from "../domain/hours.ts";
import type { Busy, Span } from "../domain/world.ts";
import { expandTimes, type TimeSpan } from "../store/calendar-times.ts";
import { readProfiles } from "../store/profiles.ts";
import { findSlotCalendars, type SlotCalendar } from "../store/slot-reads.ts";
import type { Deps } from "./deps.ts";

/** The hours of one calendar and what it is busy with. */
export interface CalendarTime extends Hours {
  readonly busy: readonly Busy[];
  /** Whether ranges are booked as a whole: true of calendars that manage available windows. */
  readonly whole: boolean;
  /** Whether hours were set at all. */
  readonly hasHours: boolean;
  /** The available times of a calendar that manages its windows. */
  readonly available: readonly TimeSpan[];
  readonly blocked: readonly TimeSpan[];
}

/** Reads the hours of calendars and what they are busy with, in a number of queries that does not depend on how many there are. */
export async function readCalendarTime(
  deps: Deps,
  organizationId: string,
  calendars: readonly SlotCalendar[],
  span: Span,
): Promise<ReadonlyMap<string, CalendarTime>> {
  const managing = calendars.filter(isManaging).map(({ id }) => id);
  const available = byCalendar(await readTimesOf(deps, organizationId, managing, span, "available"));
  // An opening is booked at its beginning, and is gone with any part of it, however far it reaches.
  const beginning = [...available.values()].flat().filter(({ startMs }) => startMs >= span.fromMs);
  const wide = widest(span, beginning);
  const [reread, hours] = await Promise.all([
    wide.toMs === span.toMs ? null : findSlotCalendars(deps.store.pool, organizationId, managing, wide),
    readHours(deps, organizationId, calendars, span),
  ]);
  const current = calendars.map((calendar) => reread?.get(calendar.id) ?? calendar);
  const blocked = await readBlocked(deps, organizationId, current, span, beginning);
  return new Map(
    current.map((calendar) => {
      const { id, busy, profileVersion } = calendar;
      const whole = isManaging(calendar);
      const own = available.get(id) ?? [];
      const blocking = blocked.get(id) ?? [];
      const time: CalendarTime = {
        ...(whole ? plainHours(own) : (hours.get(id) ?? noHours)),
        whole,
        hasHours: whole || profileVersion !== null,
        available: own,
        blocked: blocking,
        busy: blocking.length === 0 ? busy : byStart([...busy, ...blocking.map(toBusy)]),
      };
      return [id, time];
    }),
  );
}

/** Whether available times are a calendar's hours. Those of a bundle stand on its members. */
function isManaging({ manageAvailableWindows, memberIds }: SlotCalendar): boolean {
  return manageAvailableWindows && memberIds.length === 0;
}

/**
 * The blocked times of calendars in a span, and after it as far as openings reach of which nothing is known to be taken: one
 * that ends in the year 9999 does not make a daily block eight thousand years long.
 */
async function readBlocked(
  deps: Deps,
  organizationId: string,
  calendars: readonly SlotCalendar[],
  span: Span,
  openings: readonly TimeSpan[],
): Promise<ReadonlyMap<string, TimeSpan[]>> {
  const known = new Map(calendars.filter((one) => one.hasBlockedTimes).map((one) => [one.id, one]));
  const read = (ids: readonly string[], part: Span) => readTimesOf(deps, organizationId, ids, part, "blocked");
  const blocked = byCalendar(await read([...known.keys()], span));
  let left = openings.filter(({ calendarId }) => known.has(calendarId));
  let readMs = span.toMs;
  for (let aheadMs = firstAheadMs; ; aheadMs *= 4) {
    left = left.filter(({ calendarId, startMs, endMs }) => {
      const taken = [...(known.get(calendarId)?.busy ?? []), ...(blocked.get(calendarId) ?? [])];
      return endMs > readMs && !taken.some((one) => one.startMs < endMs && one.endMs > startMs);
    });
    if (left.length === 0) {
      return blocked;
    }
    const part = { fromMs: readMs, toMs: Math.min(readMs + aheadMs, Math.max(...left.map(({ endMs }) => endMs))) };
    for (const time of await read([...new Set(left.map(({ calendarId }) => calendarId))], part)) {
      // What reaches into this part was there in the one before.
      if (time.startMs >= readMs) {
        blocked.set(time.calendarId, [...(blocked.get(time.calendarId) ?? []), time]);
      }
    }
    readMs = part.toMs;
  }
}

/** The hours of calendars around a span; profiles are read only where their version has not been seen here yet. */
async function readHours(
  { store, schedules }: Deps,
  organizationId: string,
  calendars: readonly SlotCalendar[],
  span: Span,
): Promise<ReadonlyMap<string, Hours>> {
  const hours = new Map<string, Hours>();
  const unknown: string[] = [];
  for (const { id, profileVersion } of calendars) {
    const known = profileVersion === null ? noHours : schedules.known(organizationId, id, profileVersion, span);
    if (known === undefined) {
      unknown.push(id);
    } else {
      hours.set(id, known);
    }
  }
  const profiles = unknown.length === 0 ? [] : (await readProfiles(store.db, organizationId, unknown)).values();
  for (const profile of profiles) {
    hours.set(profile.calendarId, schedules.hours(organizationId, profile, span));
  }
  return hours;
}

const firstAheadMs = 32 * 86_400_000;
const noHours = plainHours([]);

function readTimesOf(
  { store }: Deps,
  organizationId: string,
  calendarIds: readonly string[],
  span: Span,
  kind: "blocked" | "available",
): Promise<TimeSpan[]> {
  const asked = { organizationId, calendarIds, kind };
  return calendarIds.length === 0 ? Promise.resolve([]) : expandTimes(store.db, asked, span);
}

function toBusy({ startMs, endMs, id }: TimeSpan): Busy {
  return { startMs, endMs, source: "blocked_time", sourceId: id, place: "" };
}

function byStart(busy: Busy[]): Busy[] {
  return busy.sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

function byCalendar(spans: readonly TimeSpan[]): Map<string, TimeSpan[]> {
  return Map.groupBy(spans, ({ calendarId }) => calendarId);
}

function widest({ fromMs, toMs }: Span, windows: readonly TimeSpan[]): Span {
  return { fromMs, toMs: windows.reduce((latest, { endMs }) => Math.max(latest, endMs), toMs) };
}
