import { timestampDate } from "@bufbuild/protobuf/wkt";
import { BookingChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { BookingStatus, type Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import { must } from "@calends/kit/must";
import { startConsumer } from "@calends/messaging/consumer";
import type { CalendarEvent } from "../domain/calendar-event.ts";
import { applyBooking } from "../store/calendar-events.ts";
import type { ConsumerDeps } from "./deps.ts";

/**
 * Keeps what feeds show equal to the bookings of each calendar; those of a bundle are shown by its primary member, too
 * (features S6, A7).
 */
export function startOnBookingChanged({ store, ...deps }: ConsumerDeps): Promise<AsyncDisposable> {
  return startConsumer({
    ...deps,
    service: "sync",
    event: BookingChangedSchema,
    async handle({ message, organizationId }) {
      const booking = must(message.booking, "booking");
      const version = { organizationId, bookingId: booking.id, version: booking.version };
      const hostIds = booking.hosts.map(({ calendarId }) => calendarId);
      const calendarIds = [...new Set([...hostIds, ...booking.bundlePrimaryIds])];
      await store.transaction((tx) => applyBooking(tx, version, calendarIds, toCalendarEvent(booking)));
    },
  });
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
  const { id: bookingId, title, location, meetingUrl, sequence } = booking;
  return {
    bookingId,
    title,
    tentative: booking.status === BookingStatus.PENDING,
    startsAt: timestampDate(must(booking.startTime, "start_time")),
    endsAt: timestampDate(must(booking.endTime, "end_time")),
    location,
    meetingUrl,
    sequence,
    changedAt: timestampDate(must(booking.updateTime, "update_time")),
  };
}
