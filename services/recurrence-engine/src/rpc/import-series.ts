import { create } from "@bufbuild/protobuf";
import { ImportSeriesResponseSchema, SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { newId } from "@calends/kit/ids";
import type { MethodImpl } from "@connectrpc/connect";
import { createSeries } from "../domain/series.ts";
import { splitEvents } from "../icalendar/events.ts";
import { readSeries } from "../icalendar/read.ts";
import { toSeriesMessage } from "./convert-series.ts";
import type { Deps } from "./deps.ts";
import { makeSeries } from "./mutations.ts";
import { takeTurns } from "./turns.ts";

const method = SeriesService.method.importSeries;

/** Makes a series from iCalendar. */
export function importSeries(deps: Deps): MethodImpl<typeof method> {
  return async (request, context) => {
    const turn = takeTurns(context.signal);
    const { uid, exceptions, ...rest } = await readSeries(splitEvents(request.icalendar), turn);
    const draft = { ...rest, calendarId: request.calendarId === "" ? null : request.calendarId, externalId: uid };
    return makeSeries(
      deps,
      { method, request, context },
      (now) => createSeries(newId(now.getTime()), draft, now, exceptions),
      ({ series }) => create(ImportSeriesResponseSchema, { series: toSeriesMessage(series) }),
    );
  };
}
