import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { DomainError } from "@calends/kit/domain-error";
import { formatRule, parseRule } from "@calends/recurrence";
import type { MethodImpl } from "@connectrpc/connect";
import { fromRuleMessage, toRuleMessage } from "./convert-rule.ts";
import { orInvalid } from "./refusal.ts";

/** Turns rule text into fields, or fields into text. */
export const convertRule: MethodImpl<typeof RecurrenceService.method.convertRule> = ({
  rruleString,
  recurrenceRule,
}) => {
  if (rruleString !== "" && recurrenceRule !== undefined) {
    throw oneForm("Cannot provide both recurrence_rule and rrule_string");
  }
  if (rruleString === "" && recurrenceRule === undefined) {
    throw oneForm("One of recurrence_rule and rrule_string is required");
  }
  return orInvalid(() => {
    const rule = parseRule(recurrenceRule === undefined ? rruleString : fromRuleMessage(recurrenceRule));
    return { rruleString: formatRule(rule), recurrenceRule: toRuleMessage(rule) };
  });
};

function oneForm(rule: string): DomainError {
  return new DomainError("invalid", "INVALID_RECURRENCE", rule, { violations: [{ field: "rrule_string", rule }] });
}
