import { create } from "@bufbuild/protobuf";
import { SeriesService, UpdateSeriesResponseSchema } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { updateSeries as update } from "../domain/series.ts";
import { fromPatternMessage } from "./convert-pattern.ts";
import { toOccurrenceMessages, toSeriesMessage } from "./convert-series.ts";
import type { Deps } from "./deps.ts";
import { changeSeries } from "./mutations.ts";

const method = SeriesService.method.updateSeries;

/** Changes name and pattern of all occurrences. */
export function updateSeries(deps: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const pattern = fromPatternMessage(request.pattern);
    return changeSeries(
      deps,
      { method, request, context },
      request.seriesId,
      (held, now) => update(held, request.title, pattern, now),
      ({ series }, plan) => {
        const occurrences = toOccurrenceMessages(series.id, plan?.occurrences ?? []);
        return create(UpdateSeriesResponseSchema, { series: toSeriesMessage(series), occurrences });
      },
    );
  };
}
