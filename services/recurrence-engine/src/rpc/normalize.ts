import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import type { SetDeps } from "./deps.ts";
import { orInvalid } from "./refusal.ts";

/** Writes a set in its canonical form. */
export function normalize({ compute }: SetDeps): MethodImpl<typeof RecurrenceService.method.normalize> {
  return async ({ recurrence }, { signal }) => ({
    recurrence: await orInvalid(() => compute.run("normalize", [recurrence], signal)),
  });
}
