import { create } from "@bufbuild/protobuf";
import { CreateSeriesResponseSchema, SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { newId } from "@calends/kit/ids";
import type { MethodImpl } from "@connectrpc/connect";
import { defaultAdvanceDays } from "../domain/series.ts";
import { fromPatternMessage } from "./convert-pattern.ts";
import { toSeriesMessage } from "./convert-series.ts";
import { askerOf } from "./asker.ts";
import type { Deps } from "./deps.ts";
import { makeSeries } from "./mutations.ts";

const method = SeriesService.method.createSeries;

/** Adds an active series and plans its first occurrences. */
export function createSeries(deps: Deps): MethodImpl<typeof method> {
  return async (request, context) => {
    const externalId = request.externalId.trim();
    const draft = {
      title: request.title,
      calendarId: request.calendarId === "" ? null : request.calendarId,
      pattern: await fromPatternMessage(deps, request.pattern, askerOf(context)),
      maxAdvanceDays: request.maxAdvanceDays || defaultAdvanceDays,
      externalId: externalId === "" ? null : externalId,
      icalUid: null,
      maxLengthMonths: request.maxLengthMonths,
      lengthFrom: null,
    };
    return makeSeries(
      deps,
      { method, request, context },
      (now) => deps.compute.run("createSeries", [newId(now.getTime()), draft, now], askerOf(context)),
      ({ series }, occurrences) => create(CreateSeriesResponseSchema, { series: toSeriesMessage(series), occurrences }),
    );
  };
}
