import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Host } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { BookingChange, BookingStatus, type Person } from "@calends/contracts/calends/booking/v1/booking_pb";
import type { BookingChanged } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { must } from "@calends/kit/must";
import type { Notice, NoticeKind, Party } from "../domain/notice.ts";
import { oneLine } from "../domain/text.ts";

/** What a change of a booking has to say, on clean lines; null where nobody is told. */
export function toNotice(message: BookingChanged, at: Date): Notice | null {
  const booking = must(message.booking, "booking");
  const kind = kindOf(message.change, booking.status);
  // A hold that was released has nobody's name on it: its hosts never heard of it.
  if (kind === null || booking.booker?.email === "") {
    return null;
  }
  return {
    kind,
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
    managePath: oneLine(message.managePath),
    atMs: at.getTime(),
  };
}

const kinds: Partial<Record<BookingChange, NoticeKind>> = {
  [BookingChange.CONFIRMED]: "confirmation",
  [BookingChange.RESCHEDULED]: "rescheduled",
  [BookingChange.CANCELLED]: "cancellation",
  [BookingChange.DECLINED]: "declined",
  [BookingChange.OFFERED]: "offer",
};

/** A booking that is made cancelled, or long after it took place, is news to nobody. */
const kindsOfNew: Partial<Record<BookingStatus, NoticeKind>> = {
  [BookingStatus.PENDING]: "request",
  [BookingStatus.CONFIRMED]: "confirmation",
};

function kindOf(change: BookingChange, status: BookingStatus): NoticeKind | null {
  const isNew = change === BookingChange.CREATED || change === BookingChange.ACCEPTED;
  return (isNew ? kindsOfNew[status] : kinds[change]) ?? null;
}

function toParty({ name, email, timeZone, locale }: Person): Party {
  return { name: oneLine(name), email: email.trim(), timeZone, locale };
}

function toHost({ name, email, timeZone }: Host): Party {
  return { name: oneLine(name), email: email.trim(), timeZone, locale: "" };
}
