import { ICalCalendar, ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import type { CalendarEvent } from "../domain/calendar-event.ts";
import { cleanText, escapedLine } from "../domain/text.ts";

const refreshSeconds = 15 * 60;

/** Writes a calendar as iCalendar (RFC 5545, RFC 7986), times in UTC. The UIDs are those of the invitations by mail. */
export function writeCalendar(name: string, events: readonly CalendarEvent[]): string {
  const calendar = new ICalCalendar({
    prodId: { company: "Calends", product: "Calends", language: "EN" },
    method: ICalCalendarMethod.PUBLISH,
    // The generator writes names as they come.
    name: escapedLine(name),
    ttl: refreshSeconds,
  });
  for (const event of events) {
    const url = webUrl(event.meetingUrl);
    calendar.createEvent({
      id: `${event.bookingId}@calends`,
      sequence: event.sequence,
      stamp: event.changedAt,
      lastModified: event.changedAt,
      start: event.startsAt,
      end: event.endsAt,
      summary: cleanText(event.title),
      status: event.tentative ? ICalEventStatus.TENTATIVE : ICalEventStatus.CONFIRMED,
      ...(event.registered === 0 ? {} : { description: `Registered: ${event.registered}` }),
      ...(event.location === "" ? {} : { location: cleanText(event.location) }),
      ...(url === null ? {} : { url }),
    });
  }
  return calendar.toString();
}

/** The generator escapes commas and semicolons as in TEXT, which a URI must not have: they are percent-encoded before. */
function webUrl(text: string): string | null {
  const url = URL.parse(text);
  const isWeb = url !== null && (url.protocol === "https:" || url.protocol === "http:");
  return isWeb ? url.href.replaceAll(",", "%2C").replaceAll(";", "%3B") : null;
}
