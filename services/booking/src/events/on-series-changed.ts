import { SeriesChangedSchema } from "@calends/contracts/calends/recurrence/v1/series_events_pb";
import { must } from "@calends/kit/must";
import { startConsumer } from "@calends/messaging/consumer";
import { hearSeries } from "../series/hear.ts";
import type { ConsumerDeps } from "./deps.ts";

/** Notes which series are cancelled and which dates skipped (features R9, R10). Versions make repetition harmless. */
export function startOnSeriesChanged({ store, clock, wake, ...deps }: ConsumerDeps): Promise<AsyncDisposable> {
  return startConsumer({
    ...deps,
    service: "booking",
    event: SeriesChangedSchema,
    async handle({ message, organizationId }) {
      const series = must(message.series, "series");
      await store.transaction((tx) => hearSeries(tx, organizationId, series, message, clock.now()));
      wake({ organizationId, seriesId: series.id });
    },
  });
}
