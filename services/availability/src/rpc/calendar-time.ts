import type { Closure } from "../domain/closures.ts";
import type { Range } from "../domain/cut-ranges.ts";
import type { Hours } from "../domain/hours.ts";
import type { Busy, Span } from "../domain/world.ts";
import { readTimes, type TimeSpan } from "../store/calendar-times.ts";
import { readProfiles } from "../store/profiles.ts";
import { findSlotCalendars, type SlotCalendar } from "../store/slot-reads.ts";
import type { Deps } from "./deps.ts";

/** The hours of one calendar and what it is busy with. */
export interface CalendarTime {
  readonly ranges: readonly Range[];
  readonly closures: readonly Closure[];
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
  // A window that is booked as a whole is gone with any part of it, however far it reaches.
  const wide = widest(span, [...available.values()].flat());
  const known = wide.fromMs === span.fromMs && wide.toMs === span.toMs;
  const [reread, hours] = await Promise.all([
    known ? null : findSlotCalendars(deps.store.pool, organizationId, managing, wide),
    readHours(deps, organizationId, calendars, span),
  ]);
  const current = calendars.map((calendar) => reread?.get(calendar.id) ?? calendar);
  const withBlocked = current.filter(({ hasBlockedTimes }) => hasBlockedTimes).map(({ id }) => id);
  const blocked = byCalendar(await readTimesOf(deps, organizationId, withBlocked, wide, "blocked"));
  return new Map(
    current.map((calendar) => {
      const { id, busy, profileVersion } = calendar;
      const whole = isManaging(calendar);
      const own = available.get(id) ?? [];
      const blocking = blocked.get(id) ?? [];
      const time: CalendarTime = {
        ...(whole ? { ranges: own, closures: [] } : (hours.get(id) ?? noHours)),
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

const noHours: Hours = { ranges: [], closures: [] };

function readTimesOf(
  { store }: Deps,
  organizationId: string,
  ids: readonly string[],
  { fromMs, toMs }: Span,
  kind: "blocked" | "available",
): Promise<TimeSpan[]> {
  return ids.length === 0 ? Promise.resolve([]) : readTimes(store.db, organizationId, ids, fromMs, toMs, kind);
}

function toBusy({ startMs, endMs, id }: TimeSpan): Busy {
  return { startMs, endMs, source: "blocked_time", sourceId: id, place: "" };
}

function byStart(busy: Busy[]): Busy[] {
  return busy.sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

function byCalendar(spans: readonly TimeSpan[]): ReadonlyMap<string, TimeSpan[]> {
  return Map.groupBy(spans, ({ calendarId }) => calendarId);
}

function widest({ fromMs, toMs }: Span, windows: readonly TimeSpan[]): Span {
  return windows.reduce(
    (wide, { startMs, endMs }) => ({ fromMs: Math.min(wide.fromMs, startMs), toMs: Math.max(wide.toMs, endMs) }),
    { fromMs, toMs },
  );
}
