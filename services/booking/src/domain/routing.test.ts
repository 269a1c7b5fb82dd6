import { DomainError } from "@calends/kit/domain-error";
import { expect, test } from "vitest";
import { routeOf, validateRouting, type RoutingCondition, type RoutingFields, type RoutingRule } from "./routing.ts";

const question = {
  id: "size",
  label: "Size",
  required: true,
  choices: [],
  minValue: null,
  maxValue: null,
  maxLength: 0,
};
const to = (bookingLinkId: string): RoutingRule["target"] => ({ bookingLinkId, calendarIds: [], redirectUrl: "" });
const rule = (target: RoutingRule["target"], ...conditions: RoutingCondition[]): RoutingRule => ({
  conditions,
  target,
});
const when = (operator: RoutingCondition["operator"], ...values: string[]) => ({
  questionId: "size",
  operator,
  values,
});

function routed(answer: string, ...rules: RoutingRule[]): string {
  try {
    const leads = ({ bookingLinkId }: RoutingRule["target"]) => bookingLinkId !== "dead";
    return routeOf(rules, [{ questionId: "size", value: answer }], leads).target.bookingLinkId;
  } catch (error) {
    return error instanceof DomainError ? error.reason : String(error);
  }
}

test.each<[string, RoutingCondition, string[], string[]]>([
  ["is one of its values, in whatever case", when("is", "Small", "tiny"), ["small", " TINY "], ["smallish", ""]],
  ["is none of its values", when("is_not", "small"), ["big", ""], ["Small"]],
  ["contains one of its values", when("contains", "berlin"), ["in Berlin, DE"], ["Bern"]],
  ["is a number of at least", when("at_least", "10"), ["10", "10.5"], ["9", "ten", ""]],
  ["is a number of at most", when("at_most", "10"), ["-3", "10"], ["11", "few"]],
])("a rule leads where the answer %s", (_name, condition, fitting, others) => {
  fitting.forEach((answer) => expect(routed(answer, rule(to("a"), condition), rule(to("b")))).toBe("a"));
  others.forEach((answer) => expect(routed(answer, rule(to("a"), condition), rule(to("b")))).toBe("b"));
});

test("the first rule that fits decides, all of its conditions have to hold, and without one there is no way", () => {
  const both = rule(to("a"), when("at_least", "1"), when("at_most", "5"));
  expect(routed("3", both, rule(to("b"), when("is", "3")))).toBe("a");
  expect(routed("7", both, rule(to("b"), when("is", "7")))).toBe("b");
  expect(routed("8", both)).toBe("NO_ROUTE");
});

test("a rule that leads nowhere is left out, and the next that fits decides", () => {
  expect(routed("3", rule(to("dead"), when("is", "3")), rule(to("b"), when("is", "3")))).toBe("b");
  expect(routed("3", rule(to("dead")))).toBe("NO_ROUTE");
});

test("a form is refused naming the condition or target at fault", () => {
  const form = { slug: "s", name: "n", active: true, questions: [{ ...question, kind: "number" as const }] };
  const faultOf = (...rules: RoutingRule[]) => {
    try {
      validateRouting({ ...form, rules } satisfies RoutingFields);
      return "";
    } catch (error) {
      return error instanceof DomainError ? error.violations[0]?.field : String(error);
    }
  };
  expect(faultOf(rule(to("a"), when("is", "x")))).toBe("");
  expect(faultOf(rule(to("a")), rule(to("a"), { ...when("is", "x"), questionId: "other" }))).toBe(
    "fields.rules[1].conditions[0].question_id",
  );
  expect(faultOf(rule(to("a"), when("at_least", "many")))).toBe("fields.rules[0].conditions[0].values[0]");
  expect(faultOf(rule(to("a"), when("contains", "x", " ")))).toBe("fields.rules[0].conditions[0].values[1]");
  expect(faultOf(rule(to("a"), when("is", "")))).toBe("");
  expect(faultOf(rule(to("")))).toBe("fields.rules[0].target");
  expect(faultOf(rule({ ...to("a"), redirectUrl: "https://x.example/" }))).toBe("fields.rules[0].target");
});
