import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { formatRule, parseRule } from "@calends/recurrence";
import type { MethodImpl } from "@connectrpc/connect";
import { fromRuleMessage, toRuleMessage } from "@calends/recurrence-contract/rule-message";
import { orInvalid } from "./refusal.ts";

/** Turns rule text into fields, or fields into text. */
export const convertRule: MethodImpl<typeof RecurrenceService.method.convertRule> = ({ rule: form }) =>
  orInvalid(() => {
    const rule = parseRule(form.case === "recurrenceRule" ? fromRuleMessage(form.value) : (form.value ?? ""));
    return { rruleString: formatRule(rule), recurrenceRule: toRuleMessage(rule) };
  });
