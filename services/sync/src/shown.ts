import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { BookingChanged, SessionSeats } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { BookingStatus, type Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import { must } from "@calends/kit/must";
import type { CalendarEvent, Shown } from "./domain/calendar-event.ts";

/**
 * What calendars show of a booking: it is shown by itself, a registration of a group by its session, once, whoever has
 * registered; those of a bundle by its primary member, too (feature A7).
 */
export function toShown({ booking: told, sessions }: Pick<BookingChanged, "booking" | "sessions">): Shown[] {
  const booking = must(told, "booking");
  const { id, version } = booking;
  const hostIds = booking.hosts.map(({ calendarId }) => calendarId);
  const calendarIds = [...new Set([...hostIds, ...booking.bundlePrimaryIds])];
  if (sessions.length === 0) {
    return [{ id, version, calendarIds, event: toCalendarEvent(booking) }];
  }
  const ofSessions = sessions.map((seats) => ({ ...sessionShown(booking, seats), calendarIds }));
  return [{ id, version, calendarIds, event: null }, ...ofSessions];
}

function sessionShown(
  booking: Booking,
  { sessionId: id, confirmed, pending, version, ...times }: SessionSeats,
): Omit<Shown, "calendarIds"> {
  const own = { ...eventOf(booking), bookingId: id, startsAt: startOf(times), endsAt: endOf(times), sequence: version };
  const event = { ...own, tentative: confirmed === 0, registered: confirmed + pending };
  return { id, version: BigInt(version), event: event.registered === 0 ? null : event };
}

/** Who only holds a slot, or waits for a seat, has no meeting to show. */
const notYet: ReadonlySet<BookingStatus> = new Set([
  BookingStatus.HOLD,
  BookingStatus.WAITLISTED,
  BookingStatus.OFFERED,
]);

/** What a feed shows of a booking, and nothing else of it; null for what does not take place. */
function toCalendarEvent(booking: Booking): CalendarEvent | null {
  if (notYet.has(booking.status) || booking.status === BookingStatus.CANCELLED) {
    return null;
  }
  return eventOf(booking);
}

function eventOf(booking: Booking): CalendarEvent {
  const { id: bookingId, title, location, meetingUrl, sequence } = booking;
  return {
    bookingId,
    title,
    tentative: booking.status === BookingStatus.PENDING,
    startsAt: startOf(booking),
    endsAt: endOf(booking),
    location,
    meetingUrl,
    sequence,
    registered: 0,
    changedAt: timestampDate(must(booking.updateTime, "update_time")),
  };
}

function startOf({ startTime }: Pick<Booking, "startTime">): Date {
  return timestampDate(must(startTime, "start_time"));
}

function endOf({ endTime }: Pick<Booking, "endTime">): Date {
  return timestampDate(must(endTime, "end_time"));
}
