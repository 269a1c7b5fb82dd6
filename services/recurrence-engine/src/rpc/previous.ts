import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import { compileSet } from "./window.ts";

/** Finds the last occurrence before an instant. */
export const previous: MethodImpl<typeof RecurrenceService.method.previous> = ({
  recurrence,
  beforeTime,
  gapPolicy,
}) => {
  const found = compileSet(recurrence, gapPolicy).previous(timestampMs(must(beforeTime, "before_time")));
  return found === null ? {} : { startTime: timestampFromMs(found) };
};
