import { create } from "@bufbuild/protobuf";
import { ExtendSeriesResponseSchema, SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { extendSeries as extend } from "../domain/series.ts";
import { toSeriesMessage } from "./convert-series.ts";
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
      (held, now) => extend(held, request.endDate, now),
      ({ series }) => create(ExtendSeriesResponseSchema, { series: toSeriesMessage(series) }),
    );
}
