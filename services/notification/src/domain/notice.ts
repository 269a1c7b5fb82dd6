import { hasLink } from "@calends/kit/has-link";
import { isAddress } from "./text.ts";

/**
 * What a notice says. "withdrawn" is what a reader is told who first hears of a booking when it is cancelled; "left" and
 * "no_seat" end the waiting for a seat, "offer_ended" an offer.
 */
export type NoticeKind =
  | "request"
  | "confirmation"
  | "rescheduled"
  | "cancellation"
  | "withdrawn"
  | "declined"
  | "waiting"
  | "left"
  | "no_seat"
  | "offer"
  | "offer_ended"
  /** The manage link of a booking, made anew. */
  | "link"
  | "released";

/**
 * Who is told: everybody, those who come to the hosts, the booker alone, or "newcomers": everybody who has not been told
 * before what the notice says.
 */
export type Audience = "all" | "guests" | "booker" | "newcomers";

/** What somebody is in a booking, or was. */
export type Role = "booker" | "host" | "attendee" | "former host";

/** Somebody who takes part in a booking. */
export interface Party {
  readonly name: string;
  /** Empty for who gets no mail. */
  readonly email: string;
  /** IANA zone; empty or unknown means that of the booking. */
  readonly timeZone: string;
  /** BCP 47 tag; empty or unknown means English. */
  readonly locale: string;
}

/** Somebody who hosts a booking. */
export interface Host extends Party {
  /** Empty in notices of the release before. */
  readonly calendarId: string;
}

/** Somebody who was told that they host a booking, and does not any more. */
export interface FormerHost extends Host {
  /** When it was by what they were told. */
  readonly startMs: number;
  readonly endMs: number;
}

/** What a booker answered to a question. */
export interface Answer {
  readonly label: string;
  readonly value: string;
}

/** Somebody who gets mail. */
export interface Recipient extends Party {
  readonly role: Role;
}

/** A group session as of a change of one of its registrations. */
export interface SessionFacts {
  readonly sessionId: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Registrations that are confirmed. */
  readonly confirmed: number;
  /** Grows with each change of a registration: the SEQUENCE of the session's event. */
  readonly version: number;
}

/** What one version of a booking has to say. Texts have one line and no control characters. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly audience: Audience;
  readonly bookingId: string;
  readonly title: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Whether a host still has to confirm. */
  readonly pending: boolean;
  readonly hosts: readonly Host[];
  readonly formerHosts: readonly FormerHost[];
  readonly booker: Party;
  /**
   * Whether nobody has answered the mail to the booker's address: it may be anybody's. Until then attendees get no mail, and
   * the booker's words reach the hosts alone.
   */
  readonly bookerUnconfirmed: boolean;
  readonly attendees: readonly Party[];
  /** What the booker answered; for hosts. */
  readonly answers: readonly Answer[];
  readonly location: string;
  readonly meetingUrl: string;
  /** Why it was cancelled or moved; empty where nobody said. */
  readonly reason: string;
  /** Whether the reason is the booker's. */
  readonly byBooker: boolean;
  /** RFC 5545 SEQUENCE. */
  readonly sequence: number;
  /** How often it was moved. */
  readonly moves: number;
  /** When the fact became true. */
  readonly atMs: number;
  /**
   * Of a registration that is confirmed or was, the session that it is of now and then the one that it left: each is one event
   * of its hosts. Absent in notices of the release before.
   */
  readonly sessions?: readonly SessionFacts[];
}

/** What a reader was told of a booking before. */
export interface Told {
  /** Whether any mail about it was sent, or may have been. */
  readonly anything: boolean;
  /** Whether the last mail before this one that there was for the reader was sent, or may have been. */
  readonly latest: boolean;
  /** Whether the booking may be in the reader's calendar by an invitation that was not withdrawn. */
  readonly invited: boolean;
}

/** Whether a notice takes a booking out of its readers' calendars. */
export function isOver(kind: NoticeKind): boolean {
  return kind === "cancellation" || kind === "withdrawn" || kind === "declined" || kind === "released";
}

/** Whether a notice leaves the booker nothing to do. */
function endsAll(kind: NoticeKind): boolean {
  return isOver(kind) || kind === "left" || kind === "no_seat" || kind === "offer_ended";
}

/** The signed links that a mail has. */
export interface WantedLinks {
  /** Whether it has the booker's links. */
  readonly booker: boolean;
  /** The calendar of the host whose link it has; empty for none. */
  readonly hostCalendarId: string;
}

/** The links in the mail to a recipient: the booker's for what still stands, a host's while a host has to confirm. */
export function linksFor({ kind, pending, booker, hosts }: Notice, recipient: string): WantedLinks {
  const host = hosts.find(({ email }) => recipientKey(email) === recipient);
  const isStanding = !endsAll(kind);
  return {
    booker: isStanding && recipientKey(booker.email) === recipient,
    hostCalendarId: isStanding && pending && kind !== "link" ? (host?.calendarId ?? "") : "",
  };
}

/** The key under which a recipient is told once: the address, however it is spelled. */
export function recipientKey(email: string): string {
  return email.toLowerCase();
}

/**
 * What a notice says to one of its readers, given what they were told before; null where that is nothing new. To who does not
 * host the booking any more it says only that; of who hears of the booking for the first time nobody assumes more.
 */
export function noticeFor(notice: Notice, reader: Recipient, told: Told): Notice | null {
  if (notice.audience === "newcomers" && told.latest) {
    return null;
  }
  const former = notice.formerHosts.find(({ email }) => reader.role === "former host" && email === reader.email);
  if (former !== undefined) {
    const { startMs, endMs } = former;
    return { ...notice, kind: "released", hosts: [former], startMs, endMs, pending: false };
  }
  return readableBy(reader, { ...notice, kind: told.anything ? notice.kind : firstKind(notice) });
}

/** The kind of a delivery, which does not depend on what was told before. */
export function deliveryKind({ kind }: Notice, { role }: Recipient): NoticeKind {
  return role === "former host" ? "released" : kind;
}

/** What a reader has to be told who has not heard of the booking: the mails before were overtaken by what happened since. */
function firstKind({ kind, pending }: Notice): NoticeKind {
  if (kind === "rescheduled") {
    return pending ? "request" : "confirmation";
  }
  return kind === "cancellation" ? "withdrawn" : kind;
}

/**
 * Leaves out what is not for a reader: answers are for hosts; an address that nobody confirmed gets nothing that its booker
 * wrote; and a booker's reason that has a link in it goes to no guest.
 */
function readableBy({ role }: Recipient, notice: Notice): Notice {
  if (role === "host") {
    return notice;
  }
  if (role === "booker" && notice.bookerUnconfirmed) {
    const { booker, reason, byBooker } = notice;
    const silent = { booker: { ...booker, name: "" }, attendees: [], answers: [] };
    return { ...notice, ...silent, reason: byBooker ? "" : reason };
  }
  const hides = role === "attendee" && notice.byBooker && hasLink(notice.reason);
  return { ...notice, answers: [], ...(hides ? { reason: "" } : {}) };
}

/**
 * Everybody of its audience whom a notice goes to, and former hosts, each address once. Who has several roles gets the mail of
 * the first: booker, host, attendee, former host; of an address that a stranger gave as the booker's, a host's comes first.
 */
export function recipientsOf(notice: Notice): Recipient[] {
  const { audience, bookerUnconfirmed } = notice;
  const booker: Recipient = { ...notice.booker, role: "booker", ...(bookerUnconfirmed ? { name: "" } : {}) };
  const hears = audience === "all" || audience === "newcomers";
  const hosts = (hears ? notice.hosts : []).map((host) => ({ ...host, role: "host" as const }));
  const attendees = audience === "booker" || bookerUnconfirmed ? [] : notice.attendees;
  const parties: Recipient[] = [
    ...(bookerUnconfirmed ? [...hosts, booker] : [booker, ...hosts]),
    ...attendees.map((attendee) => ({ ...attendee, role: "attendee" as const })),
    ...notice.formerHosts.map((host) => ({ ...host, role: "former host" as const })),
  ];
  const recipients = new Map<string, Recipient>();
  for (const party of parties) {
    const key = recipientKey(party.email);
    if (isAddress(party.email) && !recipients.has(key)) {
      recipients.set(key, party);
    }
  }
  return [...recipients.values()];
}

/** However often a booking is moved, there is a mail of it this often. */
const longestQuietMs = 3_600_000;

/**
 * How long a notice waits for the next change of its booking to overtake it. A move waits, and each further one twice as long
 * as the one before, up to an hour: so quick moves make one mail.
 */
export function quietFor({ kind, moves }: Notice, firstMs: number): number {
  return kind === "rescheduled" ? Math.min(longestQuietMs, firstMs * 2 ** Math.min(Math.max(moves - 1, 0), 20)) : 0;
}
