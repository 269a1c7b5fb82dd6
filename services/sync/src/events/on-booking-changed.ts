import { timestampDate } from "@bufbuild/protobuf/wkt";
import { BookingChangedSchema, type SessionSeats } from "@calends/contracts/calends/booking/v1/booking_events_pb";
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
      const hostIds = booking.hosts.map(({ calendarId }) => calendarId);
      const calendarIds = [...new Set([...hostIds, ...booking.bundlePrimaryIds])];
      const shown = shownBy(booking, message.sessions);
      await store.transaction(async (tx) => {
        for (const { id: bookingId, version, event } of shown) {
          await applyBooking(tx, { organizationId, bookingId, version }, calendarIds, event);
        }
      });
    },
  });
}

/** What is shown under an id, in which version; null for nothing. */
interface Shown {
  readonly id: string;
  readonly version: bigint;
  readonly event: CalendarEvent | null;
}

/** A booking is shown by itself, a registration of a group by its session: once, whoever has registered. */
function shownBy(booking: Booking, sessions: readonly SessionSeats[]): Shown[] {
  const { id, version } = booking;
  if (sessions.length === 0) {
    return [{ id, version, event: toCalendarEvent(booking) }];
  }
  return [{ id, version, event: null }, ...sessions.map((seats) => sessionShown(booking, seats))];
}

function sessionShown(booking: Booking, { sessionId: id, confirmed, pending, version, ...times }: SessionSeats): Shown {
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
