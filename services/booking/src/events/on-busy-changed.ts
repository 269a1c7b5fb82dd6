import { timestampMs } from "@bufbuild/protobuf/wkt";
import { BusyChangedSchema } from "@calends/contracts/calends/availability/v1/availability_events_pb";
import { startConsumer } from "@calends/messaging/consumer";
import type { ConsumerDeps } from "./deps.ts";
import { offerPlaceholders } from "./offer-placeholders.ts";

const dayMs = 86_400_000;

/** Offers dates of series again near what a blocked time blocked before it was changed or went; a new one frees nothing. */
export function startOnBusyChanged({ store, clock, ...deps }: ConsumerDeps): Promise<AsyncDisposable> {
  return startConsumer({
    ...deps,
    service: "booking",
    event: BusyChangedSchema,
    async handle({ message, organizationId }) {
      const { startTime, endTime } = message.blockedBefore ?? {};
      if (startTime !== undefined && endTime !== undefined) {
        // A date may be looked for on all of its local day, and there are buffers around a booking.
        const from = new Date(timestampMs(startTime) - 2 * dayMs);
        const to = new Date(timestampMs(endTime) + 2 * dayMs);
        await offerPlaceholders({ store, clock }, organizationId, { from, to });
      }
    },
  });
}
