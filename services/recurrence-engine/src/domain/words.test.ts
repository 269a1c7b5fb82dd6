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
  expect(describeSet(recurrence, "en", "UTC")).toBe(words);
});

test.each(["", "FREQ=NEVER", `${start}RRULE:FREQ=NEVER`, "RRULE:FREQ=NEVER", `${start}RDATE:20260101T000000Z`])(
  "what has no rule, or a wrong one, is refused: %j",
  (recurrence) => {
    expect(() => describeSet(recurrence, "en", "UTC")).toThrow(InvalidRuleError);
  },
);

const untilInUtc = "RRULE:FREQ=DAILY;UNTIL=20270110T040000Z";

test.each([
  ["the zone of the start", `DTSTART;TZID=America/Los_Angeles:20270101T200000\n${untilInUtc}`, "UTC"],
  [
    "the zone of the start before another",
    `DTSTART;TZID=America/Los_Angeles:20270101T200000\n${untilInUtc}`,
    "Asia/Tokyo",
  ],
  ["the zone that is given", untilInUtc, "America/Los_Angeles"],
  ["the zone that is given for a start in UTC", `DTSTART:20270102T040000Z\n${untilInUtc}`, "America/Los_Angeles"],
  ["the zone that is given for a rule alone", untilInUtc.slice("RRULE:".length), "America/Los_Angeles"],
])("UNTIL is said by its date in %s", (_what, recurrence, timeZone) => {
  expect(describeSet(recurrence, "en", timeZone)).toBe("every day until January 9, 2027");
});

test("what a rule takes from the start is said where the set has one", () => {
  const berlin = "DTSTART;TZID=Europe/Berlin:20091217T093000\n";
  expect(describeSet(`${berlin}RRULE:FREQ=YEARLY;BYMONTHDAY=17`, "en", "UTC")).toBe(
    "every year on the 17th of December",
  );
  expect(describeSet(`${berlin}RRULE:FREQ=DAILY;BYHOUR=9,17`, "en", "UTC")).toBe("every day at 9:30 AM and 5:30 PM");
});
