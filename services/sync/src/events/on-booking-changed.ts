import { BookingChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { startConsumer } from "@calends/messaging/consumer";
import { toShown } from "../shown.ts";
import { applyShown } from "../store/calendar-events.ts";
import type { ConsumerDeps } from "./deps.ts";

/** Keeps what feeds show equal to the bookings of each calendar (feature S6). */
export function startOnBookingChanged({ store, ...deps }: ConsumerDeps): Promise<AsyncDisposable> {
  return startConsumer({
    ...deps,
    service: "sync",
    event: BookingChangedSchema,
    async handle({ message, organizationId }) {
      const all = toShown(message);
      await store.transaction(async (tx) => {
        for (const shown of all) {
          await applyShown(tx, organizationId, shown);
        }
      });
    },
  });
}
