import { timestampDate } from "@bufbuild/protobuf/wkt";
import { OccurrencesPlannedSchema } from "@calends/contracts/calends/recurrence/v1/series_events_pb";
import { must } from "@calends/kit/must";
import { startConsumer } from "@calends/messaging/consumer";
import { hearPlan } from "../series/hear.ts";
import type { ConsumerDeps } from "./deps.ts";

/** Notes the dates that series plan as time goes by or after a change (feature B9). Versions make repetition harmless. */
export function startOnOccurrencesPlanned({ store, clock, wake, ...deps }: ConsumerDeps): Promise<AsyncDisposable> {
  return startConsumer({
    ...deps,
    service: "booking",
    event: OccurrencesPlannedSchema,
    async handle({ message, organizationId }) {
      const { occurrences, range, replaces, replacesConfirmed, restoredTime, actor } = message;
      const from = timestampDate(must(range?.startTime, "start_time"));
      const plan = {
        series: must(message.series, "series"),
        occurrences,
        replacesFrom: replaces ? from : null,
        replacesConfirmed,
        actor,
        restoredAt: restoredTime === undefined ? null : timestampDate(restoredTime),
      };
      await store.transaction((tx) => hearPlan(tx, organizationId, plan, clock.now()));
      wake({ organizationId, seriesId: plan.series.id });
    },
  });
}
