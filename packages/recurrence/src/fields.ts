import { checkRule } from "./check-rule.ts";
import { InvalidRuleError } from "./errors.ts";
import { formatRule } from "./format-rule.ts";
import { endOfTime } from "./instants.ts";
import { emptyRule, parseRule } from "./parse-rule.ts";
import { byParts, type Rule, type Until } from "./rule.ts";

/** 0001-01-01, the first that RFC 5545 can write. */
const yearOneMs = -62_135_596_800_000;

/** A rule's fields, of which only FREQ has to be given. */
export type RuleFields = Pick<Rule, "freq"> & Partial<Rule>;

/** Reads rule text as structured fields, without loss. Throws InvalidRuleError. */
export function toFields(text: string): Rule {
  return parseRule(text);
}

/**
 * Writes structured fields as rule text, without loss; a field that is undefined is absent. Throws InvalidRuleError where
 * the fields break a rule, or text cannot say them.
 */
export function fromFields(fields: RuleFields): string {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const rule: Rule = { ...emptyRule, freq: fields.freq, ...given };
  for (const name of byParts) {
    checkList(name, rule[name]);
  }
  if (rule.until !== undefined) {
    checkUntil(rule.until);
  }
  checkRule(rule);
  const text = formatRule(rule);
  // Reading it back applies the ranges of every part to what came as numbers.
  parseRule(text);
  return text;
}

function checkList(name: string, list: unknown): void {
  if (!Array.isArray(list) || list.some((item) => item === undefined || item === null)) {
    throw new InvalidRuleError(name.toUpperCase(), String(list), "SYNTAX", "must be a list without gaps");
  }
}

/** Text has whole seconds of the years 1 to 9999, and dates have none. */
function checkUntil({ kind, ms }: Until): void {
  const unit = kind === "date" ? 86_400_000 : 1000;
  if (!(ms >= yearOneMs && ms < endOfTime && ms % unit === 0)) {
    const what = kind === "date" ? "the midnight of a date" : "a whole second";
    throw new InvalidRuleError("UNTIL", String(ms), "OUT_OF_RANGE", `must be ${what} of the years 1 to 9999`);
  }
}
