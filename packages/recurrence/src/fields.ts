import { checkRule } from "./check-rule.ts";
import { formatRule } from "./format-rule.ts";
import { emptyRule, parseRule } from "./parse-rule.ts";
import type { Rule } from "./rule.ts";

/** A rule's fields, of which only FREQ has to be given. */
export type RuleFields = Pick<Rule, "freq"> & Partial<Rule>;

/** Reads rule text as structured fields, without loss. Throws InvalidRuleError. */
export function toFields(text: string): Rule {
  return parseRule(text);
}

/** Writes structured fields as rule text, without loss. Throws InvalidRuleError where the fields break a rule. */
export function fromFields(fields: RuleFields): string {
  const rule: Rule = { ...emptyRule, ...fields };
  checkRule(rule);
  const text = formatRule(rule);
  // Reading it back applies the ranges of every part to what came as numbers.
  parseRule(text);
  return text;
}
