import { expect, test } from "vitest";
import { isLightCalendar, isLightCount, isLightRule, isLightSet } from "./cost.ts";

test.each([
  "FREQ=WEEKLY;BYDAY=MO,WE",
  "freq=weekly;interval=2;until=20300101t000000z",
  "FREQ=DAILY;COUNT=200",
  "FREQ=MONTHLY;BYDAY=-1FR;COUNT=24",
  "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
  "FREQ=YEARLY;COUNT=10",
  "FREQ=MINUTELY;INTERVAL=15",
])("what people say is worked out at once: %s", (rule) => {
  expect(isLightRule(rule)).toBe(true);
});

test.each([
  "FREQ=DAILY;COUNT=257",
  "FREQ=YEARLY;COUNT=11",
  "FREQ=YEARLY;INTERVAL=11;COUNT=1",
  "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;COUNT=100",
  "FREQ=MINUTELY;BYHOUR=9",
  "FREQ=SECONDLY;COUNT=1000000",
  "RSCALE=HEBREW;FREQ=YEARLY",
  "FREQ=YEARLY;BYDAY=MO;BYSETPOS=200",
  `FREQ=DAILY;BYMINUTE=${Array.from({ length: 60 }, (_, i) => i).join(",")}`,
])("what may take long goes to another thread: %s", (rule) => {
  expect(isLightRule(rule)).toBe(false);
});

test("a set is light with one light rule, folded or not, and few dates", () => {
  const start = "DTSTART:20260101T000000Z\n";
  expect(isLightSet(`${start}RRULE:FREQ=DAILY\nRDATE:20260101T000000Z`)).toBe(true);
  expect(isLightSet(`${start}RRULE:FREQ=SECONDLY;COU\r\n NT=1000000`)).toBe(false);
  expect(isLightSet(`${start}RRULE:FREQ=DAILY\nRRULE:FREQ=DAILY`)).toBe(false);
  expect(isLightSet(`${start}RRULE:FREQ=DAILY\nEXRULE:FREQ=DAILY`)).toBe(false);
  expect(isLightSet(`${start}RDATE:${"20260101T000000Z,".repeat(600)}`)).toBe(false);
  expect(isLightCount(`${start}RRULE:FREQ=DAILY;UNTIL=99981231T000000Z`)).toBe(false);
});

test("the rules of a calendar's time zones do not count", () => {
  const zone = "BEGIN:VTIMEZONE\r\nRRULE:FREQ=YEARLY;COUNT=200\r\nRRULE:FREQ=YEARLY\r\nEND:VTIMEZONE\r\n";
  expect(isLightCalendar(`BEGIN:VCALENDAR\r\n${zone}RRULE:FREQ=DAILY\r\nEND:VCALENDAR`)).toBe(true);
  expect(isLightCalendar(`BEGIN:VCALENDAR\r\n${zone}RRULE:FREQ=DAILY;COUNT=999\r\nEND:VCALENDAR`)).toBe(false);
});
