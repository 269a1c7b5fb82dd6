import { describe, formatRule, InvalidRuleError, type DescribeOptions, type Rule } from "@calends/recurrence";
import { parseContent, type RecurrenceContent } from "@calends/recurrence/content";

/** Starts of each kind, for sets that come without one: which rules they have does not depend on it. */
const anyStart = ["DTSTART:20260101T000000Z", "DTSTART:20260101T000000", "DTSTART;VALUE=DATE:20260101"];

/**
 * Says all rules of a set in words, or a rule alone: the date of an UNTIL in the zone of the set's start, else in the zone
 * that is given. Throws InvalidRuleError, also for a set without a rule.
 */
export function describeSet(recurrence: string, locale: string, timeZone: string): string {
  const { rules, options } = recurrence.includes(":")
    ? readSet(recurrence, timeZone)
    : { rules: [recurrence], options: { timeZone } };
  if (rules.length === 0) {
    throw new InvalidRuleError("RRULE", "", "MISSING_PART", "a set without a rule has no words");
  }
  return rules.map((rule) => describe(rule, locale, options)).join("; ");
}

/** The rules of a set, and what its start says of them. */
interface Said {
  readonly rules: readonly string[];
  readonly options: DescribeOptions;
}

function readSet(recurrence: string, timeZone: string): Said {
  try {
    const { start, rules } = parseContent(recurrence);
    return { rules: textsOf(rules), options: { timeZone: start.zone ?? timeZone, localStartMs: start.ms } };
  } catch (error) {
    const isWithoutStart =
      error instanceof InvalidRuleError && error.part === "DTSTART" && error.code === "MISSING_PART";
    const contents = isWithoutStart ? anyStart.map((start) => contentOrUndefined(`${start}\n${recurrence}`)) : [];
    const found = contents.find((content) => content !== undefined);
    if (found === undefined) {
      throw error;
    }
    return { rules: textsOf(found.rules), options: { timeZone } };
  }
}

function textsOf(rules: readonly Rule[]): string[] {
  return rules.map(formatRule);
}

function contentOrUndefined(recurrence: string): RecurrenceContent | undefined {
  try {
    return parseContent(recurrence);
  } catch {
    return undefined; // Another kind of start may suit the rule's UNTIL.
  }
}
