import { SessionChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { must } from "@calends/kit/must";
import { startConsumer } from "@calends/messaging/consumer";
import { applyTaken } from "./apply-taken.ts";
import type { ConsumerDeps } from "./deps.ts";

/** Group sessions take time as bookings do, in the place of their registrations. */
export function startOnSessionChanged({ store, ...deps }: ConsumerDeps): Promise<AsyncDisposable> {
  return startConsumer({
    ...deps,
    service: "availability",
    event: SessionChangedSchema,
    handle: ({ message, organizationId }) => applyTaken(store, organizationId, must(message.session, "session")),
  });
}
