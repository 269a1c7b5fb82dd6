import { DomainError } from "@calends/kit/domain-error";

/** Why an occurrence was cancelled or changed: a parameter of EXDATE, and a property of an override. */
export const reasonProperty = "X-CALENDS-REASON";
/** What becomes of local times in a gap: SHIFT or OMIT. */
export const gapProperty = "X-CALENDS-GAP";
/** How many days ahead occurrences are planned. */
export const advanceProperty = "X-CALENDS-MAX-ADVANCE-DAYS";

/** The policy of the series: how many months it may last, and the local date from which they are counted. */
export const monthsProperty = "X-CALENDS-MAX-LENGTH-MONTHS";
export const lengthFromProperty = "X-CALENDS-LENGTH-FROM";
/** PAUSED where the series is. */
export const statusProperty = "X-CALENDS-STATUS";
/** From when on a cancelled series does not take place; the reason stands beside it. */
export const cancelledAtProperty = "X-CALENDS-CANCELLED-AT";

/** The zone in which whole days are meant, which have none of their own. */
export const zoneProperty = "X-CALENDS-TIME-ZONE";

/** A refusal of a calendar that names the property at fault. */
export function refusal(property: string, rule: string, facts: { cause?: unknown; reason?: string } = {}): DomainError {
  // A sentence about a rule may name the property as its part already: it is not said twice.
  const message = `${property}: ${rule.replace(`Invalid recurrence rule: ${property}: `, "")}`;
  return new DomainError("invalid", facts.reason ?? "INVALID_FIELD", message, {
    violations: [{ field: "icalendar", rule: message }],
    metadata: { property },
    cause: facts.cause,
  });
}
