import { BookingChangedSchema, SessionChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { must } from "@calends/kit/must";
import { hasConsumer, startConsumer } from "@calends/messaging/consumer";
import { applyTaken } from "./apply-taken.ts";
import type { ConsumerDeps } from "./deps.ts";

const service = "availability";

/**
 * Hears what takes time also as the release before this one was told of it, where that has left its consumers: a booking
 * service that is not replaced yet publishes BookingChanged and SessionChanged alone. Both forms carry the same versions, so
 * that hearing both changes nothing. A new installation has no such consumers and never gets what these events say of
 * people. The release after this one deletes the consumers, and this file.
 */
export async function startOnEarlierEvents({ store, ...deps }: ConsumerDeps): Promise<void> {
  if (await hasConsumer(deps.broker, service, BookingChangedSchema)) {
    const event = BookingChangedSchema;
    const consumer = await startConsumer({
      ...deps,
      service,
      event,
      mayMake: false,
      handle: ({ message, organizationId }) => applyTaken(store, organizationId, must(message.booking, "booking")),
    });
    deps.stack.use(consumer);
  }
  if (await hasConsumer(deps.broker, service, SessionChangedSchema)) {
    const event = SessionChangedSchema;
    const consumer = await startConsumer({
      ...deps,
      service,
      event,
      mayMake: false,
      handle: ({ message, organizationId }) => applyTaken(store, organizationId, must(message.session, "session")),
    });
    deps.stack.use(consumer);
  }
}
