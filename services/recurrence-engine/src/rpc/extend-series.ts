import { create } from "@bufbuild/protobuf";
import { ExtendSeriesResponseSchema, SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { toSeriesMessage } from "./convert-series.ts";
import { askerOf } from "./asker.ts";
import type { Deps } from "./deps.ts";
import { changeSeries } from "./mutations.ts";

const method = SeriesService.method.extendSeries;

/** Sets a new last date. */
export function extendSeries(deps: Deps): MethodImpl<typeof method> {
  return (request, context) =>
    changeSeries(
      deps,
      { method, request, context },
      request.seriesId,
      (held, now) =>
        deps.compute.run("extendSeries", [held, request.endDate, now, request.maxLengthMonths], askerOf(context)),
      ({ series }) => create(ExtendSeriesResponseSchema, { series: toSeriesMessage(series) }),
    );
}
