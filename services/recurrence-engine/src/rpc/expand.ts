import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { GapPolicy, type RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { invalidField } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import { compile } from "@calends/recurrence";
import { tzdbVersion } from "@calends/time/zone";
import type { MethodImpl } from "@connectrpc/connect";
import { orInvalid } from "./refusal.ts";

const maxOccurrences = 10_000;

/** Lists the starts of the occurrences in a window. */
export const expand: MethodImpl<typeof RecurrenceService.method.expand> = (request) => {
  const { startTime, endTime } = must(request.range, "range");
  const fromMs = timestampMs(must(startTime, "start_time"));
  const toMs = timestampMs(must(endTime, "end_time"));
  if (fromMs >= toMs) {
    throw invalidField("range.end_time", "start_time must be before end_time");
  }
  const gap = request.gapPolicy === GapPolicy.OMIT ? "omit" : "shift";
  const set = orInvalid(() => compile(request.recurrence, { gap }));
  const limit = request.maxOccurrences || maxOccurrences;
  const { starts, truncated } = set.between(fromMs, toMs, { limit });
  return {
    starts: Array.from(starts, timestampFromMs),
    truncated,
    allDay: set.valueType === "DATE",
    tzdbVersion: tzdbVersion(),
  };
};
