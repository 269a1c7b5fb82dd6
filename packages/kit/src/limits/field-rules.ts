import { getOption, hasOption, type DescEnum, type DescField } from "@bufbuild/protobuf";
import { field as rulesOption, type EnumRules, type FieldRules } from "@calends/contracts/buf/validate/validate_pb";
import { list_sentences as listSentences } from "@calends/contracts/calends/options/v1/options_pb";
import type { FieldViolation } from "../domain-error.ts";
import { nearest } from "./nearest.ts";

/** Most violations that one refusal names. */
export const mostViolations = 20;

/** The rules that the proto declares for a field; undefined where it declares none. */
export function rulesOf(field: DescField): FieldRules | undefined {
  return hasOption(field, rulesOption) ? getOption(field, rulesOption) : undefined;
}

/** Most items that a list may have by its proto; Infinity where the proto sets no limit. */
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

/** The violation of a list with too many items, in the words of its proto's own rule where it has one. */
export function tooManyItems(field: DescField, path: string): FieldViolation {
  const { tooMany } = getOption(field, listSentences);
  return tooMany === ""
    ? { field: path, rule: `must contain no more than ${maxItemsOf(field)} item(s)` }
    : { field: path, rule: tooMany, isSentence: true };
}

/** The sentence in which a proto states its own rule for a list's size; undefined where it has none. */
export function ownSentence(field: DescField, ruleId: string): string | undefined {
  const { tooFew, tooMany } = getOption(field, listSentences);
  const own = ruleId === "repeated.min_items" ? tooFew : ruleId === "repeated.max_items" ? tooMany : "";
  return own === "" ? undefined : own;
}

/** A sentence that lists the names that an enum field takes. */
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

/** A sentence that says that a field does not exist, and which field may be meant. */
export function noSuchField(name: string, fields: readonly DescField[]): string {
  const alike = nearest(
    name,
    fields.map(({ jsonName }) => jsonName),
  );
  return alike === undefined ? "there is no such field" : `there is no such field; did you mean "${alike}"?`;
}
