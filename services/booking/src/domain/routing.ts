import { invalidField } from "@calends/kit/domain-error";
import { validateQuestions, type Answer, type Question } from "./booking-link.ts";
import { noRoute } from "./errors.ts";

/** How an answer is compared. */
export type RoutingOperator = "is" | "is_not" | "contains" | "at_least" | "at_most";

/** A condition on one answer. */
export interface RoutingCondition {
  readonly questionId: string;
  readonly operator: RoutingOperator;
  readonly values: readonly string[];
}

/** Where a booker is sent: to a link, perhaps only some of its hosts, or elsewhere. */
export interface RoutingTarget {
  readonly bookingLinkId: string;
  readonly calendarIds: readonly string[];
  readonly redirectUrl: string;
}

/** Leads to its target where all of its conditions hold. */
export interface RoutingRule {
  readonly conditions: readonly RoutingCondition[];
  readonly target: RoutingTarget;
}

/** What a caller sets of a form. */
export interface RoutingFields {
  readonly slug: string;
  readonly name: string;
  readonly active: boolean;
  readonly questions: readonly Question[];
  readonly rules: readonly RoutingRule[];
}

/** Questions whose answers lead somewhere. */
export interface RoutingForm extends RoutingFields {
  readonly id: string;
  readonly version: bigint;
  readonly createdAt: Date;
}

/** Throws naming the first question, condition or target that breaks a rule. */
export function validateRouting({ questions, rules }: RoutingFields): void {
  validateQuestions(questions);
  const ids = new Set(questions.map(({ id }) => id));
  rules.forEach(({ conditions, target }, index) => {
    conditions.forEach(({ questionId, operator, values }, i) => {
      const field = `fields.rules[${index}].conditions[${i}]`;
      if (!ids.has(questionId)) {
        throw invalidField(`${field}.question_id`, `the form has no question ${questionId}`);
      }
      const blank = operator === "contains" ? values.findIndex((value) => value.trim() === "") : -1;
      if (blank >= 0) {
        throw invalidField(`${field}.values[${blank}]`, "every answer contains nothing");
      }
      if ((operator === "at_least" || operator === "at_most") && !isNumber(values[0] ?? "")) {
        throw invalidField(`${field}.values[0]`, "must be a number");
      }
    });
    if ((target.bookingLinkId === "") === (target.redirectUrl === "")) {
      throw invalidField(`fields.rules[${index}].target`, "either a booking link or an address elsewhere");
    }
  });
}

/** The first rule whose conditions all hold and whose target leads somewhere. Throws NO_ROUTE where there is none. */
export function routeOf(
  rules: readonly RoutingRule[],
  answers: readonly Answer[],
  leads: (target: RoutingTarget) => boolean,
): { rule: number; target: RoutingTarget } {
  const byId = new Map(answers.map(({ questionId, value }) => [questionId, value]));
  const rule = rules.findIndex(
    ({ conditions, target }) => conditions.every((one) => holds(one, byId.get(one.questionId) ?? "")) && leads(target),
  );
  const target = rules[rule]?.target;
  if (target === undefined) {
    throw noRoute();
  }
  return { rule, target };
}

function holds({ operator, values }: RoutingCondition, answer: string): boolean {
  const folded = answer.trim().toLocaleLowerCase("en");
  const any = (matches: (value: string) => boolean) =>
    values.some((value) => matches(value.trim().toLocaleLowerCase("en")));
  switch (operator) {
    case "is":
      return any((value) => value === folded);
    case "is_not":
      return !any((value) => value === folded);
    case "contains":
      return any((value) => folded.includes(value));
    case "at_least":
      return isNumber(answer) && Number(answer) >= Number(values[0]);
    case "at_most":
      return isNumber(answer) && Number(answer) <= Number(values[0]);
  }
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}
