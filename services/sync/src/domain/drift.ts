import type { CalendarEvent } from "./calendar-event.ts";

/** An event on a calendar. */
export interface PlacedEvent extends CalendarEvent {
  readonly calendarId: string;
}

/** How many events of calendars were not as their owner has them. */
export interface Repairs {
  /** The owner has them and the read model had not. */
  readonly missing: number;
  /** The read model had them and the owner has not. */
  readonly extra: number;
  /** They were shown otherwise, or under a version that does not exist. */
  readonly wrong: number;
}

/** Nothing to repair. */
export const noRepairs: Repairs = { missing: 0, extra: 0, wrong: 0 };

/** Adds up what was repaired. */
export function sumRepairs(all: readonly Repairs[]): Repairs {
  return all.reduce(
    (sum, { missing, extra, wrong }) => ({
      missing: sum.missing + missing,
      extra: sum.extra + extra,
      wrong: sum.wrong + wrong,
    }),
    noRepairs,
  );
}

/** Whether anything differed. */
export function differs({ missing, extra, wrong }: Repairs): boolean {
  return missing + extra + wrong > 0;
}

/** Compares what calendars show under one id with what they should, calendar by calendar. */
export function compareEvents(ours: readonly PlacedEvent[], theirs: readonly PlacedEvent[]): Repairs {
  const [shown, wanted] = [byCalendar(ours), byCalendar(theirs)];
  const missing = [...wanted.keys()].filter((calendarId) => !shown.has(calendarId)).length;
  const extra = [...shown.keys()].filter((calendarId) => !wanted.has(calendarId)).length;
  const both = [...wanted].filter(([calendarId]) => shown.has(calendarId));
  return { missing, extra, wrong: both.filter(([calendarId, event]) => shown.get(calendarId) !== event).length };
}

function byCalendar(events: readonly PlacedEvent[]): Map<string, string> {
  return new Map(events.map((event) => [event.calendarId, textOf(event)]));
}

/** All that a feed writes of an event. */
function textOf({
  title,
  tentative,
  startsAt,
  endsAt,
  location,
  meetingUrl,
  sequence,
  registered,
}: PlacedEvent): string {
  return JSON.stringify([
    title,
    tentative,
    startsAt.getTime(),
    endsAt.getTime(),
    location,
    meetingUrl,
    sequence,
    registered,
  ]);
}
