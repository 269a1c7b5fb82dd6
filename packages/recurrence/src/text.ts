import { InvalidRuleError } from "./errors.ts";
import { formatRule } from "./format-rule.ts";
import { parseRule } from "./parse-rule.ts";
import { RRule } from "./rrule-library.ts";

/**
 * Reads English words as a rule, as in "every 2 weeks on Monday and Wednesday". Returns rule text without "RRULE:".
 * Throws InvalidRuleError where the words are not understood.
 */
export function parseText(text: string): string {
  const options = understood(text);
  if (options === null || options.freq === undefined) {
    throw new InvalidRuleError("text", text, "SYNTAX", "the words are not understood");
  }
  const lines = RRule.optionsToString(options).split("\n");
  const line = lines.find((candidate) => candidate.startsWith("RRULE:")) ?? "";
  return formatRule(parseRule(line));
}

function understood(text: string): ReturnType<typeof RRule.parseText> | null {
  try {
    return RRule.parseText(text);
  } catch {
    return null; // The library throws for words it does not know.
  }
}
