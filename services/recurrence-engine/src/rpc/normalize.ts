import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { askerOf } from "./asker.ts";
import type { SetDeps } from "./deps.ts";
import { orInvalid } from "./refusal.ts";

/** Writes a set in its canonical form. */
export function normalize({ compute }: SetDeps): MethodImpl<typeof RecurrenceService.method.normalize> {
  return async ({ recurrence }, context) => ({
    recurrence: await orInvalid(() => compute.run("normalize", [recurrence], askerOf(context))),
  });
}
