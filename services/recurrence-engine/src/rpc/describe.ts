import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { readZone } from "../domain/read-zone.ts";
import { askerOf } from "./asker.ts";
import type { SetDeps } from "./deps.ts";
import { orInvalid } from "./refusal.ts";

/** The languages that packages/recurrence has words in; others get English. */
const languages = new Set(["en", "de", "fr", "es", "pt", "ja"]);

/** Says the rules of a set, or a rule alone, in words. */
export function describeRpc({ compute }: SetDeps): MethodImpl<typeof RecurrenceService.method.describe> {
  return async ({ recurrence, locale, timeZone }, context) => {
    const zone = readZone(timeZone || "UTC", "time_zone");
    const wanted = languages.has(locale.split("-", 1)[0]?.toLowerCase() ?? "") ? locale : "en";
    const text = await orInvalid(() => compute.run("describe", [recurrence, wanted, zone], askerOf(context)));
    return { text, locale: wanted };
  };
}
