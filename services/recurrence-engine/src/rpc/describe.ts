import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { describe } from "@calends/recurrence";
import type { MethodImpl } from "@connectrpc/connect";
import { orInvalid } from "./refusal.ts";

/** The languages that packages/recurrence has words in; others get English. */
const languages = new Set(["en", "de", "fr", "es", "pt", "ja"]);

/** Says a rule in words: the rule alone, or the RRULE line of a set. */
export const describeRpc: MethodImpl<typeof RecurrenceService.method.describe> = async ({ recurrence, locale }) => {
  const line = recurrence.split(/\r?\n/).find((text) => /^RRULE[:;]/i.test(text.trim())) ?? recurrence;
  const wanted = languages.has(locale.split("-", 1)[0]?.toLowerCase() ?? "") ? locale : "en";
  return { text: await orInvalid(() => describe(line.trim(), wanted)), locale: wanted };
};
