import { InvalidRuleError, formatRule, parseRule } from "@calends/recurrence";
import { expect, test } from "vitest";
import { refusalOf } from "./refusal.ts";
import { ruleTextOf } from "./rule-form.ts";
import { fromRuleMessage, toRuleMessage } from "./rule-message.ts";

test.each([
  "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=SU",
  "FREQ=MONTHLY;COUNT=7;BYDAY=-1FR",
  "FREQ=DAILY;UNTIL=20270630T215959Z;BYHOUR=9,17;BYMINUTE=30;BYSECOND=0",
  "FREQ=DAILY;UNTIL=20270630",
  "FREQ=YEARLY;BYWEEKNO=-1,20;BYDAY=MO",
  "FREQ=YEARLY;BYMONTH=2;BYYEARDAY=-306,60;BYSETPOS=-1",
  "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=1,5L;BYMONTHDAY=-1;SKIP=BACKWARD",
])("%s is the same rule after the way through its fields", (text) => {
  expect(fromRuleMessage(toRuleMessage(parseRule(text)))).toBe(formatRule(parseRule(text)));
});

test("a rule is given as fields, as text or not at all, never as both", () => {
  const recurrenceRule = toRuleMessage(parseRule("FREQ=DAILY"));
  expect(ruleTextOf({ recurrenceRule, rruleString: "" }, "time")).toBe("FREQ=DAILY");
  expect(ruleTextOf({ rruleString: "FREQ=WEEKLY" }, "time")).toBe("FREQ=WEEKLY");
  expect(ruleTextOf({ rruleString: "" }, "time")).toBe("");
  expect(() => ruleTextOf({ recurrenceRule, rruleString: "FREQ=DAILY" }, "time")).toThrow(
    expect.objectContaining({ kind: "invalid", metadata: { field: "time.rrule_string" } }),
  );
});

test("a set that is not legal is a refusal that names field, part and value; another error stays itself", () => {
  const error = new InvalidRuleError("FREQ", "OFTEN", "UNSUPPORTED", "there is no such frequency");
  expect(refusalOf(error, "pattern")).toMatchObject({
    reason: "INVALID_RECURRENCE",
    violations: [{ field: "pattern", rule: error.message }],
    metadata: { part: "FREQ", value: "OFTEN", code: "UNSUPPORTED" },
  });
  const bug = new TypeError("a bug");
  expect(refusalOf(bug, "pattern")).toBe(bug);
});
