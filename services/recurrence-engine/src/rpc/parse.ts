import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { parseRule } from "@calends/recurrence";
import { parseText } from "@calends/recurrence/text";
import type { MethodImpl } from "@connectrpc/connect";
import { toRuleMessage } from "@calends/recurrence-contract/rule-message";
import { readZone } from "../domain/read-zone.ts";
import { orInvalid } from "./refusal.ts";

/** Reads English words as a rule. */
export const parse: MethodImpl<typeof RecurrenceService.method.parse> = ({ text, timeZone }) =>
  orInvalid(() => {
    const rruleString = parseText(text, readZone(timeZone || "UTC", "time_zone"));
    return { rruleString, recurrenceRule: toRuleMessage(parseRule(rruleString)) };
  });
