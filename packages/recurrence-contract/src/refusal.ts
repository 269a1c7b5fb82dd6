import { DomainError } from "@calends/kit/domain-error";
import { InvalidRuleError } from "@calends/recurrence";

/** What to throw for an error: a set that is not legal becomes a refusal that names the field, the part and the rule. */
export function refusalOf(error: unknown, field: string): unknown {
  if (!(error instanceof InvalidRuleError)) {
    return error;
  }
  const { part, value, code, message } = error;
  return new DomainError("invalid", "INVALID_RECURRENCE", message, {
    violations: [{ field, rule: message }],
    metadata: { part, value, code },
    cause: error,
  });
}
