import type { Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import { BookingChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { must } from "@calends/kit/must";
import { startConsumer } from "@calends/messaging/consumer";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { applyBusy, type BusySpan } from "../store/busy.ts";
import type { ConsumerDeps } from "./deps.ts";

/** Keeps the read model of busy time equal to booking's allocations (feature A11). */
export function startOnBookingChanged({ store, ...deps }: ConsumerDeps): Promise<AsyncDisposable> {
  return startConsumer({
    ...deps,
    service: "availability",
    event: BookingChangedSchema,
    async handle({ message, organizationId }) {
      const booking = must(message.booking, "booking");
      const source = { organizationId, source: "booking", sourceId: booking.id, version: booking.version };
      await store.transaction((tx) => applyBusy(tx, source, activeSpans(booking)));
    },
  });
}

function activeSpans(booking: Booking): BusySpan[] {
  return booking.allocations
    .filter(({ active }) => active)
    .map(({ calendarId, startTime, endTime }) => ({
      calendarId,
      startsAt: timestampDate(must(startTime, "start_time")),
      endsAt: timestampDate(must(endTime, "end_time")),
    }));
}
