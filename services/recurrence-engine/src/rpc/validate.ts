import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { InvalidRuleError } from "@calends/recurrence";
import type { MethodImpl } from "@connectrpc/connect";
import { askerOf } from "./asker.ts";
import type { SetDeps } from "./deps.ts";

/** Says whether content lines form a legal recurrence set. */
export function validate({ compute }: SetDeps): MethodImpl<typeof RecurrenceService.method.validate> {
  return async ({ recurrence }, context) => {
    try {
      await compute.run("validate", [recurrence], askerOf(context));
      return { valid: true, violations: [] };
    } catch (error) {
      if (error instanceof InvalidRuleError) {
        const { part, value, code, message } = error;
        return { valid: false, violations: [{ part, value, code, message }] };
      }
      throw error;
    }
  };
}
