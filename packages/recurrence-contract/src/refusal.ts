import { DomainError } from "@calends/kit/domain-error";
import { InvalidRuleError } from "@calends/recurrence";

/**
 * What to throw for an error: a set that is not legal becomes a refusal that names the field, the part and the rule. A
 * start that its rule does not have is the fault of `startField`.
 */
export function refusalOf(error: unknown, field: string, startField = field): unknown {
  if (!(error instanceof InvalidRuleError)) {
    return error;
  }
  const { part, value, code, message } = error;
  return new DomainError("invalid", "INVALID_RECURRENCE", message, {
    violations: [{ field: code === "START_OFF_RULE" ? startField : field, rule: message }],
    metadata: { part, value, code },
    cause: error,
  });
}
