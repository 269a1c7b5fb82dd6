import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { describe } from "@calends/recurrence";
import type { MethodImpl } from "@connectrpc/connect";
import { orInvalid } from "./refusal.ts";

/** Says a rule in words: the rule alone, or the RRULE line of a set. */
export const describeRpc: MethodImpl<typeof RecurrenceService.method.describe> = ({ recurrence, locale }) => {
  const line = recurrence.split(/\r?\n/).find((text) => /^RRULE[:;]/i.test(text.trim())) ?? recurrence;
  const wanted = locale === "" ? "en" : locale;
  return { text: orInvalid(() => describe(line.trim(), wanted)), locale: wanted };
};
