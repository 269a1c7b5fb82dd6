import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import { askerOf } from "./asker.ts";
import type { SetDeps } from "./deps.ts";
import { orInvalid } from "./refusal.ts";
import { gapOf } from "./window.ts";

/** Finds the first occurrence after an instant. */
export function next({ compute }: SetDeps): MethodImpl<typeof RecurrenceService.method.next> {
  return async ({ recurrence, afterTime, gapPolicy }, context) => {
    const afterMs = timestampMs(must(afterTime, "after_time"));
    const found = await orInvalid(() => compute.run("next", [recurrence, gapOf(gapPolicy), afterMs], askerOf(context)));
    return found === null ? {} : { startTime: timestampFromMs(found) };
  };
}
