import { BookingChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { must } from "@calends/kit/must";
import { startConsumer } from "@calends/messaging/consumer";
import { activeSpans } from "../allocation-spans.ts";
import { applyBusy, type BusySource } from "../store/busy.ts";
import { touchCalendars } from "../store/changes.ts";
import type { ConsumerDeps } from "./deps.ts";

/** Keeps the read model of busy time equal to booking's allocations (feature A11). */
export function startOnBookingChanged({ store, ...deps }: ConsumerDeps): Promise<AsyncDisposable> {
  return startConsumer({
    ...deps,
    service: "availability",
    event: BookingChangedSchema,
    async handle({ message, organizationId }) {
      const { id: sourceId, version, allocations } = must(message.booking, "booking");
      const source: BusySource = { organizationId, source: "booking", sourceId, version };
      await store.transaction(async (tx) => {
        await touchCalendars(tx, organizationId, await applyBusy(tx, source, activeSpans(allocations)));
      });
    },
  });
}
