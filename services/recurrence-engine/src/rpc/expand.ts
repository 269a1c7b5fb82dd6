import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { tzdbVersion } from "@calends/time/zone";
import type { MethodImpl } from "@connectrpc/connect";
import { expandInTurns } from "./expand-in-turns.ts";
import { compileSet, fromRange, maxOccurrences } from "./window.ts";

/** Lists the starts of the occurrences in a window. */
export const expand: MethodImpl<typeof RecurrenceService.method.expand> = async (request, { signal }) => {
  const { fromMs, toMs } = fromRange(request.range);
  const set = compileSet(request.recurrence, request.gapPolicy);
  const limit = request.maxOccurrences || maxOccurrences;
  const { starts, truncated } = await expandInTurns(set, fromMs, toMs, limit, signal);
  return {
    starts: starts.map((start) => timestampFromMs(start)),
    truncated,
    allDay: set.valueType === "DATE",
    tzdbVersion: tzdbVersion(),
  };
};
