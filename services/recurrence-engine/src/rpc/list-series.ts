import type { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { listSeries } from "../store/series.ts";
import { fromStatusMessages, toSeriesMessage } from "./convert-series.ts";
import type { Deps } from "./deps.ts";
import { defaultPageSize } from "./window.ts";

/** Reads a page of series, newest first. */
export function listSeriesRpc({ store }: Deps): MethodImpl<typeof SeriesService.method.listSeries> {
  return async ({ calendarId, statuses, pageSize, pageToken }, context) => {
    const { organizationId } = memberOf(context);
    const filter = { calendarId: calendarId === "" ? null : calendarId, statuses: fromStatusMessages(statuses) };
    const page = await listSeries(store.db, organizationId, filter, pageSize || defaultPageSize, pageToken);
    return { series: page.series.map(toSeriesMessage), nextPageToken: page.nextPageToken };
  };
}
