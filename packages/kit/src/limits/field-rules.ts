import { getOption, hasOption, type DescEnum, type DescField } from "@bufbuild/protobuf";
import { field as rulesOption, type EnumRules, type FieldRules } from "@calends/contracts/buf/validate/validate_pb";
import { list_sentences as listSentences } from "@calends/contracts/calends/options/v1/options_pb";
import type { FieldViolation } from "../domain-error.ts";
import { nearest } from "./nearest.ts";

/** Most violations that one refusal names. */
export const mostViolations = 20;

/** The rules that a field's proto declares, where it declares any. */
export function rulesOf(field: DescField): FieldRules | undefined {
  return hasOption(field, rulesOption) ? getOption(field, rulesOption) : undefined;
}

/** Most items of a list by the rules of its proto; infinite where they do not say. */
export function maxItemsOf(field: DescField): number {
  const known = maxItems.get(field);
  if (known !== undefined) {
    return known;
  }
  const rules = rulesOf(field);
  const most = rules?.type.case === "repeated" ? Number(rules.type.value.maxItems) : 0;
  maxItems.set(field, most === 0 ? Number.POSITIVE_INFINITY : most);
  return most === 0 ? Number.POSITIVE_INFINITY : most;
}

const maxItems = new WeakMap<DescField, number>();

/** What a list with too many items breaks: the contract's own words where it has some. */
export function tooManyItems(field: DescField, path: string): FieldViolation {
  const { tooMany } = getOption(field, listSentences);
  return tooMany === ""
    ? { field: path, rule: `must contain no more than ${maxItemsOf(field)} item(s)` }
    : { field: path, rule: tooMany, isSentence: true };
}

/** The contract's own words for a broken rule of a list's size; undefined where it has none. */
export function ownSentence(field: DescField, ruleId: string): string | undefined {
  const { tooFew, tooMany } = getOption(field, listSentences);
  const own = ruleId === "repeated.min_items" ? tooFew : ruleId === "repeated.max_items" ? tooMany : "";
  return own === "" ? undefined : own;
}

/** Which names an enum field takes, in a sentence. */
export function allowedNames(field: DescField, { values }: DescEnum): string {
  const rules = enumRulesOf(rulesOf(field));
  const allowed = values.filter(
    ({ number }) => !rules?.notIn.includes(number) && (rules === undefined || isIn(rules, number)),
  );
  return `must be one of ${allowed.map(({ name }) => name).join(", ")}`;
}

function isIn(rules: EnumRules, number: number): boolean {
  return rules.in.length === 0 || rules.in.includes(number);
}

function enumRulesOf(rules: FieldRules | undefined): EnumRules | undefined {
  const own = rules?.type.case === "repeated" ? rules.type.value.items : rules;
  return own?.type.case === "enum" ? own.type.value : undefined;
}

/** That there is no such field, and which one may be meant, in a sentence. */
export function noSuchField(name: string, fields: readonly DescField[]): string {
  const alike = nearest(
    name,
    fields.map(({ jsonName }) => jsonName),
  );
  return alike === undefined ? "there is no such field" : `there is no such field; did you mean "${alike}"?`;
}
