import { isAddress } from "./text.ts";

/** What a notice says. */
export type NoticeKind =
  | "request"
  | "confirmation"
  | "rescheduled"
  | "cancellation"
  | "declined"
  | "offer"
  | "link"
  | "released";

/** Who is told: everybody, those who come to the hosts, or the booker alone. */
export type Audience = "all" | "guests" | "booker";

/** What somebody is in a booking, or was. */
export type Role = "booker" | "host" | "attendee" | "former host";

/** Somebody who takes part in a booking. */
export interface Party {
  readonly name: string;
  /** Empty for who gets no mail. */
  readonly email: string;
  /** IANA zone; empty or unknown means UTC. */
  readonly timeZone: string;
  /** BCP 47 tag; empty or unknown means English. */
  readonly locale: string;
}

/** Somebody who was told that they host a booking, and does not any more. */
export interface FormerHost extends Party {
  /** When it was by what they were told. */
  readonly startMs: number;
  readonly endMs: number;
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
  readonly hosts: readonly Party[];
  readonly formerHosts: readonly FormerHost[];
  readonly booker: Party;
  readonly attendees: readonly Party[];
  readonly location: string;
  readonly meetingUrl: string;
  /** Why it was cancelled; empty where nobody said. */
  readonly reason: string;
  /** RFC 5545 SEQUENCE. */
  readonly sequence: number;
  /** When the fact became true. */
  readonly atMs: number;
  /**
   * Of a registration that is confirmed or was, the session that it is of now and then the one that it left: each is one event
   * of its hosts. Absent in notices of the release before.
   */
  readonly sessions?: readonly SessionFacts[];
}

/** Whether a notice takes a booking out of its readers' calendars. */
export function isOver(kind: NoticeKind): boolean {
  return kind === "cancellation" || kind === "declined" || kind === "released";
}

/** Whether the mail to a recipient has the booker's signed link: it is for the booker alone, and for what still stands. */
export function hasManageLink({ kind, booker }: Notice, recipient: string): boolean {
  return !isOver(kind) && recipientKey(booker.email) === recipient;
}

/** The key under which a recipient is told once: the address, however it is spelled. */
export function recipientKey(email: string): string {
  return email.toLowerCase();
}

/** What a notice says to one of its readers: to who does not host the booking any more, only that. */
export function noticeFor(notice: Notice, { email, role }: Recipient): Notice {
  const former = notice.formerHosts.find((one) => role === "former host" && one.email === email);
  if (former === undefined) {
    return notice;
  }
  const { startMs, endMs } = former;
  return { ...notice, kind: "released", hosts: [former], startMs, endMs, pending: false };
}

/**
 * Everybody of its audience whom a notice goes to, and former hosts, each address once. Who has several roles gets the mail of the first: booker, host,
 * attendee, former host.
 */
export function recipientsOf(notice: Notice): Recipient[] {
  const booker: Recipient = { ...notice.booker, role: "booker" };
  const hosts = notice.audience === "all" ? notice.hosts : [];
  const attendees = notice.audience === "booker" ? [] : notice.attendees;
  const parties: Recipient[] = [
    booker,
    ...hosts.map((host) => ({ ...host, role: "host" as const })),
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
