import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import type { SetDeps } from "./deps.ts";
import { orInvalid } from "./refusal.ts";
import { gapOf } from "./window.ts";

/** Counts the occurrences of a set. */
export function count({ compute }: SetDeps): MethodImpl<typeof RecurrenceService.method.count> {
  return async ({ recurrence, gapPolicy }, { signal }) => {
    const found = await orInvalid(() => compute.run("count", [recurrence, gapOf(gapPolicy)], signal));
    return Number.isFinite(found) ? { count: BigInt(found) } : { infinite: true };
  };
}
