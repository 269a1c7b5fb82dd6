import { createHours, type Hours, type HoursFinder } from "./domain/hours.ts";
import { validateSchedule, type HolidayFinder, type HolidayPlaces, type Schedule } from "./domain/schedule.ts";
import type { Span } from "./domain/world.ts";
import type { StoredProfile } from "./store/profiles.ts";

/** Schedules as hours, prepared once for each version of a profile. */
export interface Schedules {
  /** Hours of a version of a calendar's profile around a span; undefined where it has not been seen here. */
  known(organizationId: string, calendarId: string, version: bigint, span: Span): Hours | undefined;
  /** Hours of a calendar's profile around a span. */
  hours(organizationId: string, profile: StoredProfile, span: Span): Hours;
  /** Hours of a schedule that has no version. */
  once(schedule: Schedule, span: Span): Hours;
  /** Throws naming the first thing at fault; `path` is the schedule's place in the request. */
  validate(schedule: Schedule, path: string): void;
}

const maxPrepared = 5_000;

/** Makes a cache of prepared schedules; the oldest leave first. */
export function createSchedules(holidays: HolidayFinder, unknownPart: HolidayPlaces): Schedules {
  const prepared = new Map<string, HoursFinder>();
  const prepare = (key: string, schedule: Schedule): HoursFinder => {
    const known = prepared.get(key);
    if (known !== undefined) {
      return known;
    }
    const made = createHours(schedule, holidays);
    prepared.set(key, made);
    const [oldest] = prepared.keys();
    if (prepared.size > maxPrepared && oldest !== undefined) {
      prepared.delete(oldest);
    }
    return made;
  };
  return {
    hours: (organizationId, profile, { fromMs, toMs }) =>
      prepare(keyOf(organizationId, profile.calendarId, profile.version), profile)(fromMs, toMs),
    known: (organizationId, calendarId, version, { fromMs, toMs }) =>
      prepared.get(keyOf(organizationId, calendarId, version))?.(fromMs, toMs),
    validate: (schedule, path) => validateSchedule(schedule, path, unknownPart),
    once: (schedule, { fromMs, toMs }) => createHours(schedule, holidays)(fromMs, toMs),
  };
}

function keyOf(organizationId: string, calendarId: string, version: bigint): string {
  return `${organizationId} ${calendarId} ${version}`;
}
