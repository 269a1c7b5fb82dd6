import { InvalidRuleError } from "@calends/recurrence";
import { expect, test } from "vitest";
import { describeSet } from "./words.ts";

const start = "DTSTART:20260101T000000Z\n";

test.each([
  ["FREQ=WEEKLY;BYDAY=MO", "every week on Monday"],
  ["RRULE:FREQ=WEEKLY;BYDAY=MO", "every week on Monday"],
  [`${start}RRULE:FREQ=WEEKLY;BYDAY=MO`, "every week on Monday"],
  [`${start}RRULE:FREQ=WEEKLY;BY\r\n DAY=MO`, "every week on Monday"],
  [`${start}RRULE;X-A=1:FREQ=WEEKLY;BYDAY=MO`, "every week on Monday"],
  ['RRULE;X-A="a:b":FREQ=WEEKLY;BYDAY=MO', "every week on Monday"],
  [`${start}RRULE:FREQ=WEEKLY;BYDAY=MO\nRRULE:FREQ=MONTHLY`, "every week on Monday; every month"],
  ["RRULE:FREQ=DAILY;UNTIL=20260301", "every day until March 1, 2026"],
  ["RRULE:FREQ=DAILY;UNTIL=20260301T120000", "every day until March 1, 2026"],
])("what is legal is said in words: %j", (recurrence, words) => {
  expect(describeSet(recurrence, "en")).toBe(words);
});

test.each(["", "FREQ=NEVER", `${start}RRULE:FREQ=NEVER`, "RRULE:FREQ=NEVER", `${start}RDATE:20260101T000000Z`])(
  "what has no rule, or a wrong one, is refused: %j",
  (recurrence) => {
    expect(() => describeSet(recurrence, "en")).toThrow(InvalidRuleError);
  },
);
