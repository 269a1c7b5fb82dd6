import { create } from "@bufbuild/protobuf";
import { CreateSeriesResponseSchema, SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { newId } from "@calends/kit/ids";
import type { MethodImpl } from "@connectrpc/connect";
import { createSeries as make, defaultAdvanceDays } from "../domain/series.ts";
import { fromPatternMessage } from "./convert-pattern.ts";
import { toOccurrenceMessages, toSeriesMessage } from "./convert-series.ts";
import type { Deps } from "./deps.ts";
import { makeSeries } from "./mutations.ts";

const method = SeriesService.method.createSeries;

/** Adds an active series and plans its first occurrences. */
export function createSeries(deps: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const externalId = request.externalId.trim();
    const draft = {
      title: request.title,
      calendarId: request.calendarId === "" ? null : request.calendarId,
      pattern: fromPatternMessage(request.pattern),
      maxAdvanceDays: request.maxAdvanceDays || defaultAdvanceDays,
      externalId: externalId === "" ? null : externalId,
    };
    return makeSeries(
      deps,
      { method, request, context },
      (now) => make(newId(now.getTime()), draft, now),
      ({ series }, plan) => {
        const occurrences = toOccurrenceMessages(series.id, plan?.occurrences ?? []);
        return create(CreateSeriesResponseSchema, { series: toSeriesMessage(series), occurrences });
      },
    );
  };
}
