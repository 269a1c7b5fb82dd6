import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Host } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { BookingChange, BookingStatus, type Person } from "@calends/contracts/calends/booking/v1/booking_pb";
import type { BookingChanged } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { must } from "@calends/kit/must";
import type { Audience, Notice, NoticeKind, Party, SessionFacts } from "../domain/notice.ts";
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
    audience: audienceOf(message, at),
    bookingId: booking.id,
    title: oneLine(booking.title),
    startMs: timestampMs(must(booking.startTime, "start_time")),
    endMs: timestampMs(must(booking.endTime, "end_time")),
    pending: booking.status === BookingStatus.PENDING,
    hosts: booking.hosts.map(toHost),
    formerHosts: [],
    booker: toParty(must(booking.booker, "booker")),
    attendees: booking.attendees.map(toParty),
    location: oneLine(booking.location),
    meetingUrl: oneLine(booking.meetingUrl),
    reason: oneLine(booking.cancellationReason),
    sequence: booking.sequence,
    atMs: at.getTime(),
    sessions: sessionsOf(message),
  };
}

/** A registration that is not confirmed and was not is in no event of its hosts. */
function sessionsOf({ booking, statusBefore, sessions }: BookingChanged): SessionFacts[] {
  const isInEvent = booking?.status === BookingStatus.CONFIRMED || statusBefore === BookingStatus.CONFIRMED;
  const own = isInEvent ? sessions.filter(({ sessionId }) => sessionId === booking?.sessionId) : [];
  const left = isInEvent ? sessions.filter(({ sessionId }) => sessionId !== booking?.sessionId) : [];
  return [...own, ...left].map(({ sessionId, startTime, endTime, confirmed, version }) => ({
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
  [BookingChange.CANCELLED]: "cancellation",
  [BookingChange.DECLINED]: "declined",
  [BookingChange.OFFERED]: "offer",
  [BookingChange.LINK_RENEWED]: "link",
};

/** A booking that is made cancelled, or long after it took place, is news to nobody. */
const kindsOfNew: Partial<Record<BookingStatus, NoticeKind>> = {
  [BookingStatus.PENDING]: "request",
  [BookingStatus.CONFIRMED]: "confirmation",
};

/** What ends by itself is news to who had asked for it, or was offered it. */
const kindsOfExpired: Partial<Record<BookingStatus, NoticeKind>> = {
  [BookingStatus.PENDING]: "cancellation",
  [BookingStatus.OFFERED]: "cancellation",
  // Nobody was told that they wait for a seat, and whoever holds a slot is nobody yet.
};

function kindOf({ booking, change, statusBefore }: BookingChanged): NoticeKind | null {
  switch (change) {
    case BookingChange.CREATED:
    case BookingChange.ACCEPTED:
      return kindsOfNew[must(booking, "booking").status] ?? null;
    case BookingChange.EXPIRED:
      return kindsOfExpired[statusBefore] ?? null;
    default:
      return kinds[change] ?? null;
  }
}

const ends: ReadonlySet<BookingChange> = new Set([BookingChange.CANCELLED, BookingChange.EXPIRED]);

/** Of who never had a seat nobody else has heard. Hosts who let a request lie until it was too late are not told so. */
function audienceOf({ booking, change, statusBefore }: BookingChanged, at: Date): Audience {
  const hadNoSeat = statusBefore === BookingStatus.WAITLISTED || statusBefore === BookingStatus.OFFERED;
  if (change === BookingChange.OFFERED || change === BookingChange.LINK_RENEWED || (hadNoSeat && ends.has(change))) {
    return "booker";
  }
  const startMs = timestampMs(must(booking?.startTime, "start_time"));
  return change === BookingChange.EXPIRED && startMs <= at.getTime() ? "guests" : "all";
}

function toParty({ name, email, timeZone, locale }: Person): Party {
  return { name: oneLine(name), email: email.trim(), timeZone, locale };
}

function toHost({ name, email, timeZone }: Host): Party {
  return { name: oneLine(name), email: email.trim(), timeZone, locale: "" };
}
