import { describe, InvalidRuleError } from "@calends/recurrence";
import { normalizeSet } from "@calends/recurrence/normalize";

/** Starts of each kind, for sets that come without one: what their rules say does not depend on it. */
const anyStart = ["DTSTART:20260101T000000Z", "DTSTART:20260101T000000", "DTSTART;VALUE=DATE:20260101"];

/** Says all rules of a set in words, or a rule alone. Throws InvalidRuleError, also for a set without a rule. */
export function describeSet(recurrence: string, locale: string): string {
  const rules = recurrence.includes(":") ? rulesOf(recurrence) : [recurrence];
  if (rules.length === 0) {
    throw new InvalidRuleError("RRULE", "", "MISSING_PART", "a set without a rule has no words");
  }
  return rules.map((rule) => describe(rule, locale)).join("; ");
}

function rulesOf(recurrence: string): string[] {
  const lines = normalLines(recurrence).split("\n");
  return lines.filter((line) => line.startsWith("RRULE:"));
}

function normalLines(recurrence: string): string {
  try {
    return normalizeSet(recurrence);
  } catch (error) {
    const isWithoutStart =
      error instanceof InvalidRuleError && error.part === "DTSTART" && error.code === "MISSING_PART";
    const normal = isWithoutStart ? anyStart.map((start) => normalOrUndefined(`${start}\n${recurrence}`)) : [];
    const found = normal.find((text) => text !== undefined);
    if (found === undefined) {
      throw error;
    }
    return found;
  }
}

function normalOrUndefined(recurrence: string): string | undefined {
  try {
    return normalizeSet(recurrence);
  } catch {
    return undefined; // Another kind of start may suit the rule's UNTIL.
  }
}
