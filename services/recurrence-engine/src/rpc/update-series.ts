import { create } from "@bufbuild/protobuf";
import { SeriesService, UpdateSeriesResponseSchema } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { fromNextPatternMessage } from "./convert-pattern.ts";
import { toSeriesMessage } from "./convert-series.ts";
import { askerOf } from "./asker.ts";
import type { Deps } from "./deps.ts";
import { changeSeries } from "./mutations.ts";

const method = SeriesService.method.updateSeries;

/** Changes name and pattern of all occurrences. */
export function updateSeries(deps: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { title, maxLengthMonths } = request;
    const asker = askerOf(context);
    return changeSeries(
      deps,
      { method, request, context },
      request.seriesId,
      async (held, now) => {
        const all = { series: held.series, recurrenceId: null };
        const pattern = await fromNextPatternMessage(deps, all, request.pattern, asker);
        return deps.compute.run("updateSeries", [held, { title, pattern, maxLengthMonths }, now], asker);
      },
      ({ series }, occurrences) => create(UpdateSeriesResponseSchema, { series: toSeriesMessage(series), occurrences }),
      { replacesConfirmed: request.replaceConfirmed },
    );
  };
}
