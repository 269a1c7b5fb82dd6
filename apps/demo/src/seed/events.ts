import ICAL from "ical.js";

/** A meeting read from an iCalendar file. */
export interface FileEvent {
  readonly uid: string;
  readonly summary: string;
  readonly startMs: number;
  readonly durationMs: number;
  /** IANA zone in which the file gives the start. */
  readonly timeZone: string;
  /** Address of the organizer, in lower case; empty when there is none. */
  readonly organizer: string;
  readonly attendees: readonly { readonly name: string; readonly email: string }[];
  /** STATUS of the event, as in "CONFIRMED"; empty when it has none. */
  readonly status: string;
}

/** An event that cannot be understood, and why. */
export interface Unreadable {
  readonly uid: string;
  readonly summary: string;
  readonly why: string;
}

const dayMs = 86_400_000;

/** The first Monday after an instant, as midnight in UTC. */
export function comingMonday(now: Date): number {
  const midnight = Math.floor(now.getTime() / dayMs) * dayMs;
  return midnight + (8 - (new Date(midnight).getUTCDay() || 7)) * dayMs;
}

/**
 * Reads the events of an iCalendar file, moved by whole weeks so that the week of the first one begins on this Monday.
 * Times with a zone keep their wall-clock time, also where the move crosses a clock change.
 */
export function readEvents(text: string, mondayMs: number): (FileEvent | Unreadable)[] {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const events = calendar.getAllSubcomponents("vevent").map((component) => new ICAL.Event(component));
  const first = Math.min(...events.map(({ startDate }) => localMidnight(startDate)));
  const weeks = Math.round((mondayMs - mondayOf(first)) / (7 * dayMs));
  return events.map((event) => readEvent(event, weeks * 7));
}

function readEvent(event: ICAL.Event, days: number): FileEvent | Unreadable {
  const { uid, summary } = event;
  const why = obstacle(event);
  if (why !== undefined) {
    return { uid, summary, why };
  }
  const start = event.startDate.clone();
  const durationMs = event.endDate.toJSDate().getTime() - start.toJSDate().getTime();
  const timeZone = start.zone === ICAL.Timezone.utcTimezone ? "UTC" : start.zone.tzid;
  start.adjust(days, 0, 0, 0);
  return {
    uid,
    summary,
    startMs: start.toJSDate().getTime(),
    durationMs,
    timeZone,
    organizer: address(String(event.component.getFirstPropertyValue("organizer") ?? "")),
    attendees: event.attendees.map((attendee) => {
      const email = address(String(attendee.getFirstValue()));
      const name = attendee.getParameter("cn");
      return { name: typeof name === "string" ? name : email, email };
    }),
    status: String(event.component.getFirstPropertyValue("status") ?? "").toUpperCase(),
  };
}

/** What keeps an event from being a booking. */
function obstacle(event: ICAL.Event): string | undefined {
  if (event.startDate.isDate) {
    return "it is for a whole day";
  }
  if (event.isRecurring()) {
    return "it recurs";
  }
  return event.startDate.zone === ICAL.Timezone.localTimezone ? "its time zone is not in the file" : undefined;
}

function address(uri: string): string {
  return uri.replace(/^mailto:/i, "").toLowerCase();
}

function localMidnight({ year, month, day }: ICAL.Time): number {
  return Date.UTC(year, month - 1, day);
}

function mondayOf(midnightMs: number): number {
  return midnightMs - ((new Date(midnightMs).getUTCDay() + 6) % 7) * dayMs;
}
