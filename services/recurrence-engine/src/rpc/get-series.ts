import type { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { readSeries } from "../store/series.ts";
import { toSeriesMessage } from "./convert-series.ts";
import type { Deps } from "./deps.ts";

/** Reads one series. */
export function getSeries({ store }: Deps): MethodImpl<typeof SeriesService.method.getSeries> {
  return async ({ seriesId }, context) => {
    const { organizationId } = memberOf(context);
    return { series: toSeriesMessage(await readSeries(store.db, organizationId, seriesId)) };
  };
}
