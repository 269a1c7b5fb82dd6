import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Host as HostMessage } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import {
  BookingChange,
  BookingStatus,
  type Answer as AnswerMessage,
  type Person,
} from "@calends/contracts/calends/booking/v1/booking_pb";
import type { BookingChanged } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { must } from "@calends/kit/must";
import type { Answer, Audience, Host, Notice, NoticeKind, Party, SessionFacts } from "../domain/notice.ts";
import { oneLine } from "../domain/text.ts";

/** What a change of a booking has to say, on clean lines; null where nobody is told. */
export function toNotice(message: BookingChanged, at: Date): Notice | null {
  const booking = must(message.booking, "booking");
  const kind = kindOf(message);
  // A hold that was released has nobody's name on it: its hosts never heard of it.
  if (kind === null || booking.booker?.email === "") {
    return null;
  }
  return {
    kind,
    audience: audienceOf(message, kind, at),
    bookingId: booking.id,
    title: oneLine(booking.title),
    startMs: timestampMs(must(booking.startTime, "start_time")),
    endMs: timestampMs(must(booking.endTime, "end_time")),
    pending: booking.status === BookingStatus.PENDING,
    hosts: booking.hosts.map(toHost),
    formerHosts: [],
    booker: toParty(must(booking.booker, "booker")),
    bookerUnconfirmed: booking.bookerUnconfirmed,
    attendees: booking.attendees.map(toParty),
    answers: booking.answers.map(toAnswer),
    location: oneLine(booking.location),
    meetingUrl: oneLine(booking.meetingUrl),
    reason: reasonOf(message, kind),
    byBooker: message.byBooker,
    sequence: booking.sequence,
    moves: booking.rescheduleCount,
    atMs: at.getTime(),
    sessions: sessionsOf(message),
  };
}

/** The sessions of a registration that is or was confirmed, its own first: no other registration touches a session's event. */
function sessionsOf({ booking, statusBefore, sessions }: BookingChanged): SessionFacts[] {
  if (booking?.status !== BookingStatus.CONFIRMED && statusBefore !== BookingStatus.CONFIRMED) {
    return [];
  }
  const isOwn = ({ sessionId }: { readonly sessionId: string }) => sessionId === booking?.sessionId;
  const ownFirst = sessions.toSorted((a, b) => Number(isOwn(b)) - Number(isOwn(a)));
  return ownFirst.map(({ sessionId, startTime, endTime, confirmed, version }) => ({
    sessionId,
    startMs: timestampMs(must(startTime, "start_time")),
    endMs: timestampMs(must(endTime, "end_time")),
    confirmed,
    version,
  }));
}

const kinds: Partial<Record<BookingChange, NoticeKind>> = {
  [BookingChange.CONFIRMED]: "confirmation",
  [BookingChange.RESCHEDULED]: "rescheduled",
  [BookingChange.DECLINED]: "declined",
  [BookingChange.WAITLISTED]: "waiting",
  [BookingChange.OFFERED]: "offer",
  [BookingChange.LINK_RENEWED]: "link",
};

/** A booking that is made cancelled, or long after it took place, is news to nobody. */
const kindsOfStanding: Partial<Record<BookingStatus, NoticeKind>> = {
  [BookingStatus.PENDING]: "request",
  [BookingStatus.CONFIRMED]: "confirmation",
};

/** The end of a request, of waiting or of an offer is told to those concerned. A hold has nobody to tell: who holds it is not known. */
const kindsOfExpired: Partial<Record<BookingStatus, NoticeKind>> = {
  [BookingStatus.PENDING]: "cancellation",
  [BookingStatus.WAITLISTED]: "no_seat",
  [BookingStatus.OFFERED]: "offer_ended",
};

const kindsOfCancelled: Partial<Record<BookingStatus, NoticeKind>> = {
  [BookingStatus.WAITLISTED]: "left",
  [BookingStatus.OFFERED]: "offer_ended",
};

function kindOf({ booking, change, statusBefore }: BookingChanged): NoticeKind | null {
  switch (change) {
    case BookingChange.CREATED:
    case BookingChange.ACCEPTED:
    case BookingChange.BOOKER_CONFIRMED:
      return kindsOfStanding[must(booking, "booking").status] ?? null;
    case BookingChange.EXPIRED:
      return kindsOfExpired[statusBefore] ?? null;
    case BookingChange.CANCELLED:
      return kindsOfCancelled[statusBefore] ?? "cancellation";
    default:
      return kinds[change] ?? null;
  }
}

/** Kinds that go to the booker alone: nobody else was told of a booker without a seat, and the manage link is the booker's. */
const kindsForBooker: ReadonlySet<NoticeKind> = new Set(["waiting", "left", "no_seat", "offer", "offer_ended", "link"]);

/** Hosts get no mail when a request expires because they did not answer it before its start. */
function audienceOf({ booking, change }: BookingChanged, kind: NoticeKind, at: Date): Audience {
  if (kindsForBooker.has(kind)) {
    return "booker";
  }
  if (change === BookingChange.BOOKER_CONFIRMED) {
    return "newcomers";
  }
  const startMs = timestampMs(must(booking?.startTime, "start_time"));
  return change === BookingChange.EXPIRED && startMs <= at.getTime() ? "guests" : "all";
}

const kindsWithReason: ReadonlySet<NoticeKind> = new Set([
  "rescheduled",
  "cancellation",
  "declined",
  "left",
  "offer_ended",
]);

/** Why a booking ended or was moved; empty for an offer that ran out, because its mail says so anyway. */
function reasonOf({ booking, change, reason }: BookingChanged, kind: NoticeKind): string {
  const isRunOut = kind === "offer_ended" && change === BookingChange.EXPIRED;
  if (isRunOut || !kindsWithReason.has(kind)) {
    return "";
  }
  return oneLine(reason) || oneLine(booking?.cancellationReason ?? "");
}

/** An answer has no label if its booking was not made by a link. */
function toAnswer({ questionId, label, value }: AnswerMessage): Answer {
  return { label: oneLine(label) || questionId, value: oneLine(value) };
}

function toParty({ name, email, timeZone, locale }: Person): Party {
  return { name: oneLine(name), email: email.trim(), timeZone, locale };
}

function toHost({ calendarId, name, email, timeZone }: HostMessage): Host {
  return { calendarId, name: oneLine(name), email: email.trim(), timeZone, locale: "" };
}
