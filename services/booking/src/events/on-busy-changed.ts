import { BusyChangedSchema } from "@calends/contracts/calends/availability/v1/availability_events_pb";
import { startConsumer } from "@calends/messaging/consumer";
import { offerAgain } from "../store/series-plan.ts";
import type { ConsumerDeps } from "./deps.ts";

const reachMs = 400 * 86_400_000;

/**
 * Offers dates again that could not be booked, because what was in their way may be gone. The event says what is busy now
 * and not what was, so every placeholder of the organization is looked at.
 */
export function startOnBusyChanged({ store, clock, ...deps }: ConsumerDeps): Promise<AsyncDisposable> {
  return startConsumer({
    ...deps,
    service: "booking",
    event: BusyChangedSchema,
    async handle({ organizationId }) {
      const now = clock.now();
      const span = { from: now, to: new Date(now.getTime() + reachMs) };
      await store.transaction((tx) => offerAgain(tx, organizationId, span, now, true));
    },
  });
}
