import { timestampMs } from "@bufbuild/protobuf/wkt";
import { GapPolicy } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import type { TimeRange } from "@calends/contracts/calends/type/v1/time_range_pb";
import { invalidField } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";

/** Most occurrences in one answer. */
export const maxOccurrences = 10_000;

/** Records of a page when the caller does not say. */
export const defaultPageSize = 100;

/** A range in epoch milliseconds. Throws where it ends before it begins. */
export function fromRange(message: TimeRange | undefined): { fromMs: number; toMs: number } {
  const { startTime, endTime } = must(message, "range");
  const fromMs = timestampMs(must(startTime, "start_time"));
  const toMs = timestampMs(must(endTime, "end_time"));
  if (fromMs >= toMs) {
    throw invalidField("range.end_time", "start_time must be before end_time");
  }
  return { fromMs, toMs };
}

/** What becomes of local times in a gap. */
export function gapOf(gapPolicy: GapPolicy): "omit" | "shift" {
  return gapPolicy === GapPolicy.OMIT ? "omit" : "shift";
}
