import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import { askerOf } from "./asker.ts";
import type { SetDeps } from "./deps.ts";
import { orInvalid } from "./refusal.ts";
import { gapOf } from "./window.ts";

/** Finds the last occurrence before an instant. */
export function previous({ compute }: SetDeps): MethodImpl<typeof RecurrenceService.method.previous> {
  return async ({ recurrence, beforeTime, gapPolicy }, context) => {
    const beforeMs = timestampMs(must(beforeTime, "before_time"));
    const found = await orInvalid(() =>
      compute.run("previous", [recurrence, gapOf(gapPolicy), beforeMs], askerOf(context)),
    );
    return found === null ? {} : { startTime: timestampFromMs(found) };
  };
}
