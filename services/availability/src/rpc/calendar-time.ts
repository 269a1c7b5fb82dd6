import type { Closure } from "../domain/closures.ts";
import type { Range } from "../domain/cut-ranges.ts";
import type { Hours } from "../domain/hours.ts";
import type { Busy, Span } from "../domain/world.ts";
import { readTimes, type TimeSpan } from "../store/calendar-times.ts";
import { readProfiles } from "../store/profiles.ts";
import { readBusy, type SlotCalendar } from "../store/slot-reads.ts";
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
  const { db } = deps.store;
  const ids = calendars.map(({ id }) => id);
  const managing = calendars.filter((calendar) => calendar.manageAvailableWindows).map(({ id }) => id);
  const available = byCalendar(await readTimesOf(deps, organizationId, managing, span, "available"));
  // A window that is booked as a whole is gone with any part of it, however far it reaches.
  const wide = widest(span, [...available.values()].flat());
  const [profiles, blocked, busy] = await Promise.all([
    readProfiles(db, organizationId, ids),
    readTimesOf(deps, organizationId, ids, wide, "blocked").then(byCalendar),
    readBusy(db, organizationId, ids, wide.fromMs, wide.toMs),
  ]);
  return new Map(
    calendars.map(({ id, manageAvailableWindows: whole }) => {
      const profile = profiles.get(id);
      const own = available.get(id) ?? [];
      const hours = profile === undefined ? noHours : deps.schedules.hours(organizationId, profile, span);
      const blocking = blocked.get(id) ?? [];
      const time: CalendarTime = {
        ...(whole ? { ranges: own, closures: [] } : hours),
        whole,
        hasHours: whole || profile !== undefined,
        available: own,
        blocked: blocking,
        busy: byStart([...(busy.get(id) ?? []), ...blocking.map(toBusy)]),
      };
      return [id, time];
    }),
  );
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
