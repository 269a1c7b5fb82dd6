import { hasLink } from "@calends/kit/has-link";
import { isAddress } from "./text.ts";

/** What a notice is about. */
export type NoticeKind =
  | "request"
  | "confirmation"
  | "rescheduled"
  | "cancellation"
  /** A cancellation to a reader who has had no mail about the booking: it says both that it was booked and that it is cancelled. */
  | "withdrawn"
  | "declined"
  /** The booker is on the waitlist. */
  | "waiting"
  /** The booker has left the waitlist. */
  | "left"
  /** The session has begun, and the booker was still on the waitlist. */
  | "no_seat"
  /** A seat is kept for the booker until the offer ends. */
  | "offer"
  | "offer_ended"
  /** The booker asked for a new manage link. */
  | "link"
  /** The reader no longer hosts the booking. */
  | "released";

/**
 * Who is told. "guests" are the booker and the attendees; "newcomers" are all who have not had the latest mail about the
 * booking.
 */
export type Audience = "all" | "guests" | "booker" | "newcomers";

/** What somebody is in a booking, or was. */
export type Role = "booker" | "host" | "attendee" | "former host";

/** Somebody who takes part in a booking. */
export interface Party {
  readonly name: string;
  /** Empty for who gets no mail. */
  readonly email: string;
  /** IANA zone; may be empty or unknown. */
  readonly timeZone: string;
  /** BCP 47 tag; empty or unknown means English. */
  readonly locale: string;
}

/** Somebody who hosts a booking. */
export interface Host extends Party {
  /** Absent in notices that the previous release wrote. */
  readonly calendarId?: string;
}

/** Somebody who was told that they host a booking and no longer does. */
export interface FormerHost extends Host {
  /** Start of the booking as they were last told. */
  readonly startMs: number;
  /** End of the booking as they were last told. */
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

/** A group session as it is after a change of one of its registrations. */
export interface SessionFacts {
  readonly sessionId: string;
  readonly startMs: number;
  readonly endMs: number;
  /** How many of its registrations are confirmed. */
  readonly confirmed: number;
  /** Grows with each change of a registration, and is the SEQUENCE of the session's event. */
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
   * Whether the booker has not yet confirmed their address. It may be somebody else's: until it is confirmed, attendees get no
   * mail, and only hosts read what the booker wrote.
   */
  readonly bookerUnconfirmed: boolean;
  readonly attendees: readonly Party[];
  /** The booker's answers to the link's questions; only hosts read them. */
  readonly answers: readonly Answer[];
  readonly location: string;
  readonly meetingUrl: string;
  /** Why it was cancelled or moved; empty where nobody said. */
  readonly reason: string;
  /** Whether the booker gave the reason. */
  readonly byBooker: boolean;
  /** RFC 5545 SEQUENCE. */
  readonly sequence: number;
  /** How many times the booking was moved. */
  readonly moves: number;
  /** When the fact became true. */
  readonly atMs: number;
  /**
   * The group sessions whose events the change touches: first the one that the registration is in, then the one that it left,
   * if it was moved. Empty for other bookings, and for a registration that neither is nor was confirmed.
   */
  readonly sessions: readonly SessionFacts[];
}

/** What a reader was told about a booking by earlier mails. A mail that may have been sent counts as sent. */
export interface Told {
  /** Whether any earlier mail was sent. */
  readonly anything: boolean;
  /** Whether the latest of the earlier mails was sent. */
  readonly latest: boolean;
  /** Whether the reader was sent an invitation that no mail has withdrawn. */
  readonly invited: boolean;
}

/** Whether a notice takes a booking out of its readers' calendars. */
export function isOver(kind: NoticeKind): boolean {
  return kind === "cancellation" || kind === "withdrawn" || kind === "declined" || kind === "released";
}

/** Whether a notice tells its reader that they neither have a booking any more nor wait for one. */
function endsAll(kind: NoticeKind): boolean {
  return isOver(kind) || kind === "left" || kind === "no_seat" || kind === "offer_ended";
}

/** Whether the reader of a notice does not have a seat yet. */
export function waitsForSeat(kind: NoticeKind): kind is "waiting" | "offer" {
  return kind === "waiting" || kind === "offer";
}

/** Whether a notice is about a meeting in which its reader has a place, also while a host has yet to confirm it. */
export function hasMeeting(kind: NoticeKind): boolean {
  return !endsAll(kind) && !waitsForSeat(kind);
}

/** The signed links that a mail needs. */
export interface WantedLinks {
  /** Whether it needs the booker's links. */
  readonly booker: boolean;
  /** The calendar of the host whose link it needs; empty for none. */
  readonly hostCalendarId: string;
}

/** The links in the mail to a recipient: the booker's unless the booking is over, a host's while a host has to confirm. */
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
 * What a notice says to one of its readers, given what they were told before; null if it tells them nothing new. A former host
 * reads only that the booking is no longer theirs. A reader who has had no mail about the booking gets a notice that assumes
 * none.
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

/** The kind under which a delivery is stored. Unlike the mail's kind, it does not depend on earlier mails. */
export function deliveryKind({ kind }: Notice, { role }: Recipient): NoticeKind {
  return role === "former host" ? "released" : kind;
}

/** The kind for a reader who has had no mail about the booking, because each was superseded before it was sent. */
function firstKind({ kind, pending }: Notice): NoticeKind {
  if (kind === "rescheduled") {
    return pending ? "request" : "confirmation";
  }
  return kind === "cancellation" ? "withdrawn" : kind;
}

/**
 * Removes what a reader must not see. Only hosts read the answers. An address that is not confirmed gets nothing that the
 * booker wrote. Attendees do not read a booker's reason that contains a link.
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
 * The recipients of a notice: its audience and the former hosts, each address once. An address with several roles gets the mail
 * of the first of: booker, host, attendee, former host. While the booker's address is not confirmed, host comes before booker.
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

/** The longest that the mail of one move waits. */
const longestQuietMs = 3_600_000;

/**
 * How long a notice waits before it is sent, so that a later change can supersede it: quick moves make one mail. The first
 * move waits for `firstMs`, each further one twice as long as the one before, at most an hour. Other notices do not wait.
 */
export function quietFor({ kind, moves }: Notice, firstMs: number): number {
  return kind === "rescheduled" ? Math.min(longestQuietMs, firstMs * 2 ** Math.min(Math.max(moves - 1, 0), 20)) : 0;
}
