import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { compile, InvalidRuleError } from "@calends/recurrence";
import type { MethodImpl } from "@connectrpc/connect";

/** Says whether content lines form a legal recurrence set. */
export const validate: MethodImpl<typeof RecurrenceService.method.validate> = ({ recurrence }) => {
  try {
    compile(recurrence);
    return { valid: true, violations: [] };
  } catch (error) {
    if (error instanceof InvalidRuleError) {
      const { part, value, code, message } = error;
      return { valid: false, violations: [{ part, value, code, message }] };
    }
    throw error;
  }
};
