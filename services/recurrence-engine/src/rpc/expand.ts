import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { tzdbVersion } from "@calends/time/zone";
import type { MethodImpl } from "@connectrpc/connect";
import { compileSet, fromRange, maxOccurrences } from "./window.ts";

/** Lists the starts of the occurrences in a window. */
export const expand: MethodImpl<typeof RecurrenceService.method.expand> = (request) => {
  const { fromMs, toMs } = fromRange(request.range);
  const set = compileSet(request.recurrence, request.gapPolicy);
  const { starts, truncated } = set.between(fromMs, toMs, { limit: request.maxOccurrences || maxOccurrences });
  return {
    starts: Array.from(starts, timestampFromMs),
    truncated,
    allDay: set.valueType === "DATE",
    tzdbVersion: tzdbVersion(),
  };
};
