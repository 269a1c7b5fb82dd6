import { BusyChangedSchema } from "@calends/contracts/calends/availability/v1/availability_events_pb";
import { startConsumer } from "@calends/messaging/consumer";
import type { ConsumerDeps } from "./deps.ts";
import { offerPlaceholders } from "./offer-placeholders.ts";

/** Offers dates of series again when a blocked time has changed or is gone. */
export function startOnBusyChanged({ store, clock, ...deps }: ConsumerDeps): Promise<AsyncDisposable> {
  return startConsumer({
    ...deps,
    service: "booking",
    event: BusyChangedSchema,
    handle: ({ organizationId }) => offerPlaceholders({ store, clock }, organizationId),
  });
}
