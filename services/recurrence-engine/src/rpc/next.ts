import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import { compileSet } from "./window.ts";

/** Finds the first occurrence after an instant. */
export const next: MethodImpl<typeof RecurrenceService.method.next> = ({ recurrence, afterTime, gapPolicy }) => {
  const found = compileSet(recurrence, gapPolicy).next(timestampMs(must(afterTime, "after_time")));
  return found === null ? {} : { startTime: timestampFromMs(found) };
};
