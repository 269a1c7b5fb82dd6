import {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalAttendeeType,
  ICalCalendar,
  ICalCalendarMethod,
  ICalEventStatus,
  type ICalAttendeeData,
} from "ical-generator";
import { isOver, type Notice, type Party } from "../domain/notice.ts";
import { isAddress, webUrl } from "../domain/text.ts";

/** The calendar part of a mail (RFC 5546). */
export interface Invitation {
  readonly method: "REQUEST" | "CANCEL";
  readonly content: string;
}

/** The UID of a booking's event, in every mail and feed and for the booking's whole life. */
export function uidOf(bookingId: string): string {
  return `${bookingId}@calends`;
}

/**
 * Writes a notice as an invitation, or as its withdrawal; null while a host has yet to confirm, and for who has no seat. It
 * is the same for all readers of a notice and has no manage link: calendars are shared.
 */
export function invitationFor(notice: Notice, fallbackOrganizer: string): Invitation | null {
  const cancelled = isOver(notice.kind);
  if (notice.audience === "booker" || (!cancelled && notice.pending)) {
    return null;
  }
  const method = cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.REQUEST;
  const calendar = new ICalCalendar({ prodId: { company: "Calends", product: "Calends", language: "EN" }, method });
  const url = webUrl(notice.meetingUrl);
  calendar.createEvent({
    id: uidOf(notice.bookingId),
    sequence: notice.sequence,
    stamp: new Date(notice.atMs),
    start: new Date(notice.startMs),
    end: new Date(notice.endMs),
    summary: notice.title,
    description: describe(notice),
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    organizer: organizerOf(notice, fallbackOrganizer),
    attendees: attendeesOf(notice),
    ...(notice.location === "" ? {} : { location: notice.location }),
    // The generator escapes these two as in TEXT, which a URI must not have.
    ...(url === null ? {} : { url: url.replaceAll(",", "%2C").replaceAll(";", "%3B") }),
  });
  return { method, content: calendar.toString() };
}

function describe({ hosts, booker, attendees, meetingUrl, reason }: Notice): string {
  const people = [...hosts, booker, ...attendees].map(({ name }) => name).join(", ");
  return [people, meetingUrl, reason].filter((line) => line !== "").join("\n");
}

function organizerOf({ hosts }: Notice, fallback: string): { name: string; email: string } {
  const host = hosts.find(({ email }) => isAddress(email));
  const name = host?.name ?? hosts[0]?.name ?? "";
  return { name: name === "" ? fallback : name, email: host?.email ?? fallback };
}

/** Hosts have accepted by being bookable; everybody else is asked to reply. */
function attendeesOf({ hosts, booker, attendees }: Notice): ICalAttendeeData[] {
  const seen = new Set<string>();
  const list = (parties: readonly Party[], status: ICalAttendeeStatus) =>
    parties
      .filter(({ email }) => isAddress(email) && seen.size < seen.add(email.toLowerCase()).size)
      .map(({ name, email }) => ({
        ...(name === "" ? {} : { name }),
        email,
        status,
        rsvp: status === ICalAttendeeStatus.NEEDSACTION,
        role: ICalAttendeeRole.REQ,
        type: ICalAttendeeType.INDIVIDUAL,
      }));
  return [...list(hosts, ICalAttendeeStatus.ACCEPTED), ...list([booker, ...attendees], ICalAttendeeStatus.NEEDSACTION)];
}
