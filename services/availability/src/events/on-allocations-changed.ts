import { AllocationsChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { must } from "@calends/kit/must";
import { startConsumer } from "@calends/messaging/consumer";
import { applyTaken } from "./apply-taken.ts";
import type { ConsumerDeps } from "./deps.ts";

/** Keeps the read model of busy time equal to what bookings and group sessions take (feature A11). */
export function startOnAllocationsChanged({ store, ...deps }: ConsumerDeps): Promise<AsyncDisposable> {
  return startConsumer({
    ...deps,
    service: "availability",
    event: AllocationsChangedSchema,
    handle({ message, organizationId }) {
      const { bookingId: id, ...taken } = must(message.taken, "taken");
      return applyTaken(store, organizationId, { id, ...taken });
    },
  });
}
