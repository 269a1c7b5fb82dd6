import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { askerOf } from "./asker.ts";
import type { SetDeps } from "./deps.ts";
import { orInvalid } from "./refusal.ts";
import { gapOf } from "./window.ts";

/** Counts the occurrences of a set. */
export function count({ compute }: SetDeps): MethodImpl<typeof RecurrenceService.method.count> {
  return async ({ recurrence, gapPolicy }, context) => {
    const found = await orInvalid(() => compute.run("count", [recurrence, gapOf(gapPolicy)], askerOf(context)));
    return Number.isFinite(found) ? { count: BigInt(found) } : { infinite: true };
  };
}
