import type { Mail } from "@calends/local/mail";
import { must } from "@calends/kit/must";
import ICAL from "ical.js";

/** The event that an iCalendar text is about. */
export interface CalendarEvent {
  readonly method: string;
  readonly uid: string;
  readonly sequence: number;
  readonly summary: string;
  readonly status: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Reads all events of an iCalendar text with a parser that is not ours. */
export function readCalendar(text: string): CalendarEvent[] {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const method = String(calendar.getFirstPropertyValue("method") ?? "");
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      method,
      uid: event.uid,
      sequence: event.sequence,
      summary: event.summary,
      status: String(component.getFirstPropertyValue("status") ?? ""),
      startMs: event.startDate.toJSDate().getTime(),
      endMs: event.endDate.toJSDate().getTime(),
    };
  });
}

/** The invitation, or its withdrawal, in a mail. */
export function invitationOf(mail: Mail): CalendarEvent {
  const part = must(
    mail.attachments.find(({ contentType }) => contentType.startsWith("text/calendar")),
    "the calendar part",
  );
  return must(readCalendar(part.content)[0], "the event");
}

/** Whether a mail is for this reader and has a calendar part with this method. */
export function isInvitation(mail: Mail, to: string, method: string): boolean {
  return mail.envelope.to.includes(to) && mail.attachments.some((part) => part.method === method);
}
