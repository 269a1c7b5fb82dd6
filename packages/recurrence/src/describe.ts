import { parseRule } from "./parse-rule.ts";
import { formatRule } from "./format-rule.ts";
import { rrulestr } from "./rrule-library.ts";

/** Says a rule in words, in the language of a BCP 47 tag; English where the language is not known. */
export function describe(rule: string, _locale = "en"): string {
  return rrulestr(`RRULE:${formatRule(parseRule(rule))}`).toText();
}
