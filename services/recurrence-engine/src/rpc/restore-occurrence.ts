import { create } from "@bufbuild/protobuf";
import {
  RestoreOccurrenceResponseSchema,
  SeriesService,
} from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { occurrenceNow } from "../domain/occurrences.ts";
import { fromRecurrenceId, toOccurrenceMessage } from "./convert-series.ts";
import { askerOf } from "./asker.ts";
import type { Deps } from "./deps.ts";
import { changeSeries } from "./mutations.ts";

const method = SeriesService.method.restoreOccurrence;

/** Makes one date again what the pattern says. */
export function restoreOccurrence(deps: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const recurrenceId = fromRecurrenceId(request.recurrenceId);
    return changeSeries(
      deps,
      { method, request, context },
      request.seriesId,
      (held, now) => deps.compute.run("restoreOccurrence", [held, recurrenceId, now], askerOf(context)),
      (held) => {
        const occurrence = toOccurrenceMessage(held.series.id, occurrenceNow(held, recurrenceId));
        return create(RestoreOccurrenceResponseSchema, { occurrence });
      },
    );
  };
}
