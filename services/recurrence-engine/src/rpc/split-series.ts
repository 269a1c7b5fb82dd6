import { create } from "@bufbuild/protobuf";
import { SeriesService, SplitSeriesResponseSchema } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { newId } from "@calends/kit/ids";
import type { MethodImpl } from "@connectrpc/connect";
import { insertKeptProperties, readKeptProperties } from "../store/kept-properties.ts";
import { insertSeries, lockSeries, writeSeries } from "../store/series.ts";
import { fromNextPatternMessage } from "./convert-pattern.ts";
import { fromRecurrenceId, toSeriesMessage } from "./convert-series.ts";
import { askerOf } from "./asker.ts";
import type { Deps } from "./deps.ts";
import { mutateSeries } from "./mutations.ts";

const method = SeriesService.method.splitSeries;

/** Ends a series before one of its occurrences and starts another there. */
export function splitSeries(deps: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const asker = askerOf(context);
    const recurrenceId = fromRecurrenceId(request.recurrenceId);
    return mutateSeries(deps, { method, request, context }, async (tx, { now, organizationId, actor, publish }) => {
      const before = await lockSeries(tx, organizationId, request.seriesId);
      const from = { series: before.series, recurrenceId };
      const pattern = await fromNextPatternMessage(deps, from, request.pattern, asker);
      const continuation = { id: newId(now.getTime()), title: request.title, pattern };
      const args = [before, recurrenceId, continuation, now] as const;
      const { ended, continued } = await deps.compute.run("splitSeries", [...args], asker);
      await writeSeries(tx, organizationId, before, ended, actor);
      await insertSeries(tx, organizationId, continued, actor);
      const kept = await readKeptProperties(tx, organizationId, before.series.id);
      await insertKeptProperties(tx, organizationId, continued.series.id, kept);
      // The dates from there on are those of the other series now, confirmed or not.
      await publish({ after: ended, replacesConfirmed: true });
      await publish({ after: continued });
      return create(SplitSeriesResponseSchema, {
        ended: toSeriesMessage(ended.series),
        continued: toSeriesMessage(continued.series),
      });
    });
  };
}
