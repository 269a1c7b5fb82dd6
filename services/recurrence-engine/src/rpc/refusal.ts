import { DomainError } from "@calends/kit/domain-error";
import { InvalidRuleError } from "@calends/recurrence";

/** Runs work on a recurrence set; a set that is not legal becomes a refusal that names the part and the rule. */
export async function orInvalid<T>(work: () => T | Promise<T>, field = "recurrence"): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InvalidRuleError) {
      const { part, value, code, message } = error;
      throw new DomainError("invalid", "INVALID_RECURRENCE", message, {
        violations: [{ field, rule: message }],
        metadata: { part, value, code },
        cause: error,
      });
    }
    throw error;
  }
}
