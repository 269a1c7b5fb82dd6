import { CalendarChangedSchema } from "@calends/contracts/calends/availability/v1/availability_events_pb";
import { startConsumer } from "@calends/messaging/consumer";
import type { ConsumerDeps } from "./deps.ts";
import { offerPlaceholders } from "./offer-placeholders.ts";

/** Offers dates of series again when a calendar, its members, its profile or its available times have changed. */
export function startOnCalendarChanged({ store, clock, ...deps }: ConsumerDeps): Promise<AsyncDisposable> {
  return startConsumer({
    ...deps,
    service: "booking",
    event: CalendarChangedSchema,
    handle: ({ organizationId }) => offerPlaceholders({ store, clock }, organizationId),
  });
}
