import { timestampDate } from "@bufbuild/protobuf/wkt";
import {
  OccurrenceSettledSchema,
  type OccurrenceSettled,
} from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { OccurrenceOutcome } from "@calends/contracts/calends/recurrence/v1/series_pb";
import type { Parts } from "@calends/kit/service";
import { must } from "@calends/kit/must";
import type { Broker } from "@calends/messaging/connection";
import { startConsumer } from "@calends/messaging/consumer";
import { durableOf } from "@calends/messaging/subjects";
import { takeOnce } from "@calends/messaging/inbox";
import type { Store } from "../store/index.ts";
import { settlePlanned, type Settlement } from "../store/planned.ts";

/** What the consumer works with. */
export interface ConsumerDeps extends Pick<Parts, "logger" | "metrics"> {
  readonly store: Store;
  readonly broker: Broker;
}

const service = "recurrence-engine";

/** Keeps what came of planned dates (feature R9). Versions make order and repetition harmless. */
export function startOnOccurrenceSettled({ store, ...deps }: ConsumerDeps): Promise<AsyncDisposable> {
  const durable = durableOf(service, OccurrenceSettledSchema);
  return startConsumer({
    ...deps,
    service,
    event: OccurrenceSettledSchema,
    async handle({ id, message, organizationId }) {
      await store.transaction(async (tx) => {
        if (await takeOnce(tx, durable, id)) {
          await settlePlanned(tx, { organizationId, seriesId: message.seriesId }, settlementOf(message));
        }
      });
    },
  });
}

function settlementOf(message: OccurrenceSettled): Settlement {
  const { reason, bookingId, version, calendarIds } = message;
  return {
    recurrenceId: timestampDate(must(message.recurrenceId, "recurrence_id")),
    outcome: must(outcomes[message.outcome], "outcome"),
    reason,
    version,
    bookingId,
    calendarIds,
    startsAt: timestampDate(must(message.startTime, "start_time")),
    endsAt: timestampDate(must(message.endTime, "end_time")),
  };
}

const outcomes: Readonly<Partial<Record<OccurrenceOutcome, Settlement["outcome"]>>> = {
  [OccurrenceOutcome.BOOKED]: "booked",
  [OccurrenceOutcome.SKIPPED]: "skipped",
  [OccurrenceOutcome.CONFLICT]: "conflict",
  [OccurrenceOutcome.CANCELLED]: "cancelled",
};
