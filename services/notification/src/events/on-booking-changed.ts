import { BookingChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { must } from "@calends/kit/must";
import { startConsumer } from "@calends/messaging/consumer";
import { durableOf } from "@calends/messaging/subjects";
import { takeOnce } from "@calends/messaging/inbox";
import { quietFor } from "../domain/notice.ts";
import { queueNotice } from "../store/deliveries.ts";
import { toNotice } from "./convert.ts";
import type { ConsumerDeps } from "./deps.ts";

/** Queues a mail to everybody whom a change of a booking concerns (features N1, N5). */
export function startOnBookingChanged({
  store,
  clock,
  maxAttempts,
  quietMs,
  wakeSender,
  ...deps
}: ConsumerDeps): Promise<AsyncDisposable> {
  const durable = durableOf("notification", BookingChangedSchema);
  return startConsumer({
    ...deps,
    service: "notification",
    event: BookingChangedSchema,
    async handle({ id, message, organizationId, at }) {
      const { id: bookingId, version } = must(message.booking, "booking");
      const notice = toNotice(message, at);
      if (notice === null) {
        return;
      }
      await store.transaction(async (tx) => {
        if (await takeOnce(tx, durable, id)) {
          const now = clock.now();
          const sinceMs = Math.max(0, now.getTime() - at.getTime());
          const dueAt = new Date(now.getTime() + Math.max(0, quietFor(notice, quietMs) - sinceMs));
          await queueNotice(tx, { organizationId, bookingId, version }, notice, { now, dueAt, maxAttempts });
        }
      });
      wakeSender();
    },
  });
}
