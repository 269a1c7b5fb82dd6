import { timestampDate } from "@bufbuild/protobuf/wkt";
import { ExternalBusyChangedSchema, type ExternalBusyChanged } from "@calends/contracts/calends/sync/v1/sync_events_pb";
import { must } from "@calends/kit/must";
import { startConsumer } from "@calends/messaging/consumer";
import type { BusySpan } from "../domain/drift.ts";
import { applyBusy } from "../store/busy.ts";
import { touchCalendars } from "../store/changes.ts";
import { applyFreshness } from "../store/freshness.ts";
import type { Tx } from "../store/index.ts";
import type { ConsumerDeps } from "./deps.ts";

/** Keeps the busy time of external events, and how far a calendar's external events can be relied on (feature A11). */
export function startOnExternalBusyChanged({ store, ...deps }: ConsumerDeps): Promise<AsyncDisposable> {
  return startConsumer({
    ...deps,
    service: "availability",
    event: ExternalBusyChangedSchema,
    async handle({ message, organizationId, at }) {
      await store.transaction(async (tx) => {
        const fresh = await applyFreshness(tx, { ...freshnessOf(message), organizationId, toldAt: at });
        await applySpans(tx, organizationId, message, fresh ? [message.calendarId] : []);
      });
    },
  });
}

/** Who never says when its events were complete is not relied on: such events count as last complete in 1970. */
function freshnessOf({ lastGoodTime, connectionGone: gone, ...message }: ExternalBusyChanged) {
  const { calendarId, source, connectionId, healthy } = message;
  const lastGoodAt = lastGoodTime === undefined ? new Date(0) : timestampDate(lastGoodTime);
  return { calendarId, source, connectionId, lastGoodAt, healthy, gone };
}

/** An event without an external event tells the freshness alone. */
async function applySpans(
  tx: Tx,
  organizationId: string,
  message: ExternalBusyChanged,
  changed: readonly string[],
): Promise<void> {
  const { externalEventId: sourceId, version } = message;
  await (sourceId === ""
    ? touchCalendars(tx, organizationId, changed)
    : applyBusy(tx, { organizationId, source: "external", sourceId, version }, spansOf(message), changed));
}

/** Calendars have events that begin and end at once: they take no time. */
function spansOf({ calendarId, busy }: ExternalBusyChanged): BusySpan[] {
  return busy
    .map(({ startTime, endTime }) => ({
      calendarId,
      startsAt: timestampDate(must(startTime, "start_time")),
      endsAt: timestampDate(must(endTime, "end_time")),
    }))
    .filter(({ startsAt, endsAt }) => startsAt < endsAt);
}
