import { create } from "@bufbuild/protobuf";
import { ImportSeriesResponseSchema, SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { newId } from "@calends/kit/ids";
import type { MethodImpl } from "@connectrpc/connect";
import { toSeriesMessage } from "./convert-series.ts";
import { askerOf } from "./asker.ts";
import type { Deps } from "./deps.ts";
import { makeSeries } from "./mutations.ts";

const method = SeriesService.method.importSeries;

/** Makes a series from iCalendar. */
export function importSeries(deps: Deps): MethodImpl<typeof method> {
  return async (request, context) => {
    const { compute } = deps;
    const { uid, exceptions, ...rest } = await compute.run(
      "readCalendar",
      [request.icalendar, request.timeZone || "UTC"],
      askerOf(context),
    );
    const draft = {
      ...rest,
      calendarId: request.calendarId === "" ? null : request.calendarId,
      externalId: uid,
      icalUid: uid,
      maxLengthMonths: 0,
      lengthFrom: null,
    };
    return makeSeries(
      deps,
      { method, request, context },
      (now) => compute.run("createSeries", [newId(now.getTime()), draft, now, exceptions], askerOf(context)),
      ({ series }) => create(ImportSeriesResponseSchema, { series: toSeriesMessage(series) }),
    );
  };
}
