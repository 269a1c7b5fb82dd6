import { create } from "@bufbuild/protobuf";
import { durationMs, timestampMs } from "@bufbuild/protobuf/wkt";
import {
  ChangeOccurrenceResponseSchema,
  SeriesService,
  type ChangeOccurrenceRequest,
} from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import type { OccurrenceEdit } from "../domain/exceptions.ts";
import { occurrenceNow } from "../domain/occurrences.ts";
import { fromRecurrenceId, toOccurrenceMessage } from "./convert-series.ts";
import { askerOf } from "./asker.ts";
import type { Deps } from "./deps.ts";
import { changeSeries } from "./mutations.ts";

const method = SeriesService.method.changeOccurrence;

/** Moves one date, or changes its length or name. */
export function changeOccurrence(deps: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const recurrenceId = fromRecurrenceId(request.recurrenceId);
    return changeSeries(
      deps,
      { method, request, context },
      request.seriesId,
      (held, now) => deps.compute.run("changeOccurrence", [held, recurrenceId, editOf(request), now], askerOf(context)),
      (held) => {
        const occurrence = toOccurrenceMessage(held.series.id, occurrenceNow(held, recurrenceId));
        return create(ChangeOccurrenceResponseSchema, { occurrence });
      },
    );
  };
}

function editOf({ startTime, duration, title, reason }: ChangeOccurrenceRequest): OccurrenceEdit {
  return {
    ...(startTime === undefined ? {} : { startMs: timestampMs(startTime) }),
    ...(duration === undefined ? {} : { durationMs: durationMs(duration) }),
    ...(title === undefined ? {} : { title }),
    ...(reason === undefined ? {} : { reason }),
  };
}
