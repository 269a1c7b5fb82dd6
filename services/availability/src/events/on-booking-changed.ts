import { BookingChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { must } from "@calends/kit/must";
import { startConsumer } from "@calends/messaging/consumer";
import { applyTaken } from "./apply-taken.ts";
import type { ConsumerDeps } from "./deps.ts";

/** Keeps the read model of busy time equal to booking's allocations (feature A11). */
export function startOnBookingChanged({ store, ...deps }: ConsumerDeps): Promise<AsyncDisposable> {
  return startConsumer({
    ...deps,
    service: "availability",
    event: BookingChangedSchema,
    handle: ({ message, organizationId }) => applyTaken(store, organizationId, must(message.booking, "booking")),
  });
}
