import type { RecurrenceRule } from "@calends/contracts/calends/type/v1/recurrence_pb";
import { invalidField } from "@calends/kit/domain-error";
import { fromRuleMessage } from "./rule-message.ts";

/** A rule as requests give it: as fields or as text. */
export interface RuleForm {
  readonly recurrenceRule?: RecurrenceRule | undefined;
  readonly rruleString: string;
}

/** The rule of a message that has passed validation as text, empty for none; `path` is the message's place in the request. */
export function ruleTextOf({ recurrenceRule, rruleString }: RuleForm, path: string): string {
  if (recurrenceRule !== undefined && rruleString !== "") {
    const rule = "Cannot provide both recurrence_rule and rrule_string";
    throw invalidField(`${path}.rrule_string`, rule, "INVALID_RECURRENCE");
  }
  return recurrenceRule === undefined ? rruleString : fromRuleMessage(recurrenceRule);
}
