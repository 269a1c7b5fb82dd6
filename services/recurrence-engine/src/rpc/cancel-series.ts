import { create } from "@bufbuild/protobuf";
import { CancelSeriesResponseSchema, SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { toSeriesMessage } from "./convert-series.ts";
import { askerOf } from "./asker.ts";
import type { Deps } from "./deps.ts";
import { changeSeries } from "./mutations.ts";

const method = SeriesService.method.cancelSeries;

/** Ends a series now. */
export function cancelSeries(deps: Deps): MethodImpl<typeof method> {
  return (request, context) =>
    changeSeries(
      deps,
      { method, request, context },
      request.seriesId,
      (held, now) => deps.compute.run("cancelSeries", [held, request.reason, now], askerOf(context)),
      ({ series }) => create(CancelSeriesResponseSchema, { series: toSeriesMessage(series) }),
    );
}
