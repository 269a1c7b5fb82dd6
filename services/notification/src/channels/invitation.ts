import {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalAttendeeType,
  ICalCalendar,
  ICalCalendarMethod,
  ICalEventStatus,
  type ICalAttendeeData,
} from "ical-generator";
import { isOver, type Notice, type Party, type SessionFacts, type Told } from "../domain/notice.ts";
import { isAddress, webUrl } from "../domain/text.ts";

/** The calendar part of a mail (RFC 5546). */
export interface Invitation {
  readonly method: "REQUEST" | "CANCEL";
  readonly content: string;
}

/** The UID of the event of a booking or a group session, by its id: the same in every mail and feed for its whole life. */
export function uidOf(id: string): string {
  return `${id}@calends`;
}

/**
 * Writes a notice as an invitation, or as the withdrawal of one that its reader has; null while a host has yet to confirm, for a
 * booker without a seat, and if there is nothing to withdraw. It has no manage link, because calendars are shared.
 */
export function invitationFor(notice: Notice, told: Told, fallbackOrganizer: string): Invitation | null {
  const cancelled = isOver(notice.kind);
  if (notice.audience === "booker" || (cancelled ? !told.invited : notice.pending)) {
    return null;
  }
  const { bookingId: id, startMs, endMs, sequence } = notice;
  const own = { id, startMs, endMs, sequence, description: describe(notice), attendees: attendeesOf(notice) };
  return write(own, cancelled, notice, fallbackOrganizer);
}

/**
 * Writes what a notice changes in the calendar of a group's host, who has one event for each session. A registration updates the
 * event of its session, and if it was moved, that of the session that it left. A session without confirmed registrations is
 * withdrawn, unless its host was never sent its event.
 */
export function sessionInvitations(notice: Notice, told: Told, fallbackOrganizer: string): Invitation[] {
  const attendees = list(notice.hosts, ICalAttendeeStatus.ACCEPTED);
  const known = notice.sessions.filter((session) => session.confirmed > 0 || mayHave(session, notice, told));
  return known.map(({ sessionId: id, startMs, endMs, confirmed, version: sequence }) => {
    // Hosts read English, because no setting says which language they read.
    const lines = [namesOf(notice.hosts), notice.meetingUrl, `Registered: ${confirmed}`];
    const own = { id, startMs, endMs, sequence, description: linesOf(lines), attendees };
    return write(own, confirmed === 0, notice, fallbackOrganizer);
  });
}

/**
 * Whether a host may have the event of a session that no longer takes place: from a mail about this registration, or, if there
 * was none, from a mail about an earlier one. A registration that was made and ended accounts for two versions of its session,
 * so a higher version means that there were others.
 */
function mayHave({ version }: SessionFacts, { kind }: Notice, told: Told): boolean {
  return told.invited || (kind !== "request" && !told.anything && version > 2);
}

/** What tells the event of a booking or a session from another event of the same notice. */
interface OwnParts {
  readonly id: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly sequence: number;
  readonly description: string;
  readonly attendees: ICalAttendeeData[];
}

function write(own: OwnParts, cancelled: boolean, notice: Notice, fallbackOrganizer: string): Invitation {
  const method = cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.REQUEST;
  const calendar = new ICalCalendar({ prodId: { company: "Calends", product: "Calends", language: "EN" }, method });
  const url = webUrl(notice.meetingUrl);
  calendar.createEvent({
    id: uidOf(own.id),
    sequence: own.sequence,
    stamp: new Date(notice.atMs),
    start: new Date(own.startMs),
    end: new Date(own.endMs),
    summary: notice.title,
    description: own.description,
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    organizer: organizerOf(notice, fallbackOrganizer),
    attendees: own.attendees,
    ...(notice.location === "" ? {} : { location: notice.location }),
    // The generator escapes these two as in TEXT, which a URI must not have.
    ...(url === null ? {} : { url: url.replaceAll(",", "%2C").replaceAll(";", "%3B") }),
  });
  return { method, content: calendar.toString() };
}

function describe({ hosts, booker, attendees, meetingUrl, reason }: Notice): string {
  return linesOf([namesOf([...hosts, booker, ...attendees]), meetingUrl, reason]);
}

function namesOf(parties: readonly Party[]): string {
  return parties.map(({ name }) => name).join(", ");
}

function linesOf(lines: readonly string[]): string {
  return lines.filter((line) => line !== "").join("\n");
}

function organizerOf({ hosts }: Notice, fallback: string): { name: string; email: string } {
  const host = hosts.find(({ email }) => isAddress(email));
  const name = host?.name ?? hosts[0]?.name ?? "";
  return { name: name === "" ? fallback : name, email: host?.email ?? fallback };
}

/** Hosts have accepted by being bookable; everybody else is asked to reply. */
function attendeesOf({ hosts, booker, attendees }: Notice): ICalAttendeeData[] {
  const seen = new Set<string>();
  return [
    ...list(hosts, ICalAttendeeStatus.ACCEPTED, seen),
    ...list([booker, ...attendees], ICalAttendeeStatus.NEEDSACTION, seen),
  ];
}

/** Lists the parties who get mail as attendees, each address once, without the addresses in `seen`. */
function list(parties: readonly Party[], status: ICalAttendeeStatus, seen = new Set<string>()): ICalAttendeeData[] {
  return parties
    .filter(({ email }) => isAddress(email) && seen.size < seen.add(email.toLowerCase()).size)
    .map(({ name, email }) => ({
      ...(name === "" ? {} : { name }),
      email,
      status,
      rsvp: status === ICalAttendeeStatus.NEEDSACTION,
      role: ICalAttendeeRole.REQ,
      type: ICalAttendeeType.INDIVIDUAL,
    }));
}
