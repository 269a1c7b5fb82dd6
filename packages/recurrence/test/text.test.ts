import { describe, expect, test } from "vitest";
import { InvalidRuleError, describe as say } from "../src/index.ts";
import { parseText } from "../src/text.ts";

describe("English words are read as the rule that they say", () => {
  test.each([
    ["every day", "FREQ=DAILY"],
    ["Every other day.", "FREQ=DAILY;INTERVAL=2"],
    ["every three weeks", "FREQ=WEEKLY;INTERVAL=3"],
    ["every 15 minutes", "FREQ=MINUTELY;INTERVAL=15"],
    ["every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"],
    ["every 2 weeks on Monday and Wednesday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE"],
    ["every Tues, Thurs, and Saturday", "FREQ=WEEKLY;BYDAY=TU,TH,SA"],
    ["every week on Mondays", "FREQ=WEEKLY;BYDAY=MO"],
    ["every month on the 15th", "FREQ=MONTHLY;BYMONTHDAY=15"],
    ["every month on the 1st, the 22nd, and the last day of the month", "FREQ=MONTHLY;BYMONTHDAY=1,22,-1"],
    ["every month on the first Monday", "FREQ=MONTHLY;BYDAY=1MO"],
    ["every month on the first and third Monday", "FREQ=MONTHLY;BYDAY=1MO,3MO"],
    ["every month on the second-to-last Friday of the month", "FREQ=MONTHLY;BYDAY=-2FR"],
    ["every year in February and September", "FREQ=YEARLY;BYMONTH=2,9"],
    ["every year on Feb 29", "FREQ=YEARLY;BYMONTHDAY=29;BYMONTH=2"],
    ["every year on 29 February", "FREQ=YEARLY;BYMONTHDAY=29;BYMONTH=2"],
    ["every year on the 29th of February", "FREQ=YEARLY;BYMONTHDAY=29;BYMONTH=2"],
    ["every July 4th", "FREQ=YEARLY;BYMONTHDAY=4;BYMONTH=7"],
    ["every year on the fourth Thursday of November", "FREQ=YEARLY;BYDAY=4TH;BYMONTH=11"],
    // Other words for the same.
    ["daily", "FREQ=DAILY"],
    ["Weekly", "FREQ=WEEKLY"],
    ["monthly", "FREQ=MONTHLY"],
    ["yearly", "FREQ=YEARLY"],
    ["annually", "FREQ=YEARLY"],
    ["hourly", "FREQ=HOURLY"],
    ["fortnightly", "FREQ=WEEKLY;INTERVAL=2"],
    ["biweekly on Friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"],
    ["quarterly", "FREQ=MONTHLY;INTERVAL=3"],
    ["once a week", "FREQ=WEEKLY"],
    ["each day", "FREQ=DAILY"],
    ["every other Tuesday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"],
    ["every second Tuesday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"],
    ["every second Tuesday of the month", "FREQ=MONTHLY;BYDAY=2TU"],
    ["every other week on Mon and Thu", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH"],
    ["weekly on Mon, Wed for 5 times", "FREQ=WEEKLY;COUNT=5;BYDAY=MO,WE"],
    ["weekly on Tuesday, 5 times", "FREQ=WEEKLY;COUNT=5;BYDAY=TU"],
    ["every Friday 5 times", "FREQ=WEEKLY;COUNT=5;BYDAY=FR"],
    ["daily for 10 occurrences", "FREQ=DAILY;COUNT=10"],
    ["daily at 9 am", "FREQ=DAILY;BYMINUTE=0;BYHOUR=9"],
    ["at 9 am every Monday", "FREQ=WEEKLY;BYMINUTE=0;BYHOUR=9;BYDAY=MO"],
    ["first Monday of every month", "FREQ=MONTHLY;BYDAY=1MO"],
    ["the first Monday of each month", "FREQ=MONTHLY;BYDAY=1MO"],
    ["every first Monday of the month", "FREQ=MONTHLY;BYDAY=1MO"],
    ["on the last Friday of the month at 4pm", "FREQ=MONTHLY;BYMINUTE=0;BYHOUR=16;BYDAY=-1FR"],
    ["first and third Monday of every month", "FREQ=MONTHLY;BYDAY=1MO,3MO"],
    ["15th of every month", "FREQ=MONTHLY;BYMONTHDAY=15"],
    ["the last day of every month", "FREQ=MONTHLY;BYMONTHDAY=-1"],
    ["last weekday of every month", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"],
    ["every month on the first weekday", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1"],
    ["monthly on the 15th", "FREQ=MONTHLY;BYMONTHDAY=15"],
    ["on the 15th every month", "FREQ=MONTHLY;BYMONTHDAY=15"],
    ["first Monday of every other month", "FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO"],
    ["yearly on July 4", "FREQ=YEARLY;BYMONTHDAY=4;BYMONTH=7"],
    ["4th Thursday of November", "FREQ=YEARLY;BYDAY=4TH;BYMONTH=11"],
    ["weekdays", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"],
    ["every workday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"],
    ["Monday to Friday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"],
    ["every Monday through Friday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"],
    ["weekends", "FREQ=WEEKLY;BYDAY=SA,SU"],
    ["Mondays", "FREQ=WEEKLY;BYDAY=MO"],
    ["on Mondays and Wednesdays", "FREQ=WEEKLY;BYDAY=MO,WE"],
    ["every month on every Monday", "FREQ=MONTHLY;BYDAY=MO"],
    ["every month on Friday the 13th", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"],
    // Times of day.
    ["every day at 9:30pm", "FREQ=DAILY;BYMINUTE=30;BYHOUR=21"],
    ["every day at 9:30", "FREQ=DAILY;BYMINUTE=30;BYHOUR=9"],
    ["every day at 9", "FREQ=DAILY;BYMINUTE=0;BYHOUR=9"],
    ["every day at 12 a.m. and noon", "FREQ=DAILY;BYMINUTE=0;BYHOUR=0,12"],
    ["every week on Monday at 09:15 and 17:15", "FREQ=WEEKLY;BYMINUTE=15;BYHOUR=9,17;BYDAY=MO"],
    ["every day at 9:00, 9:30, 10:00 and 10:30", "FREQ=DAILY;BYMINUTE=0,30;BYHOUR=9,10"],
    ["every Monday at 7 PM for 10 times", "FREQ=WEEKLY;COUNT=10;BYMINUTE=0;BYHOUR=19;BYDAY=MO"],
    // Ends.
    ["every week for 20 times", "FREQ=WEEKLY;COUNT=20"],
    ["every week, once", "FREQ=WEEKLY;COUNT=1"],
    ["every month until March 3, 2027", "FREQ=MONTHLY;UNTIL=20270303T235959Z"],
    ["every day at 9:30 until 2027-03-03", "FREQ=DAILY;UNTIL=20270303T235959Z;BYMINUTE=30;BYHOUR=9"],
    ["every day through March 3, 2027", "FREQ=DAILY;UNTIL=20270303T235959Z"],
    ["weekly on Monday ending on March 3, 2027", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270303T235959Z"],
    ["every day until 3rd of March 2027", "FREQ=DAILY;UNTIL=20270303T235959Z"],
  ])("%j", (words, rule) => {
    const parts = (text: string) => text.split(";").sort();
    expect(parts(parseText(words))).toEqual(parts(rule));
  });
});

describe("words that are not understood are refused, never left out", () => {
  test.each([
    "",
    "hello",
    "every",
    "every day on Monday",
    "every day or so",
    "every 0 days",
    "every 2 weekdays",
    "every day at",
    "every day at 25",
    "every day at 13pm",
    "every day at 0am",
    "every day at 9:75",
    "every day at 9:5",
    "every day at 9:30:15",
    "every third Friday",
    "every other weekday",
    "bimonthly",
    "twice a week",
    "first Monday",
    "the 15th",
    "first Monday of",
    "first Monday of every week",
    "first Monday of every month or so",
    "every month on Friday the 41st",
    "every year on Friday the 13th",
    "weekly on",
    "Mondays or Tuesdays",
    "Monday to Thursday",
    "every day at 9 in Berlin",
    "every day at 9:00 and 10:30",
    "every hour at 9",
    "every Monday at 9 and Wednesday at 10",
    "every Monday except holidays",
    "every month on the 15th of March and the 2nd of April",
    "every year on Feb 29 and Mar 1",
    "every week until next Monday",
    "every week until February 30, 2027",
    "every week for 3 weeks",
    "every week for 3 times or more",
    "every week on Monday in summer",
    "every month on the 100th",
    "every 5th of June July",
    `every month on the ${"first and ".repeat(480)}third`,
    `every day at ${"9, ".repeat(160)}`,
    "every ".repeat(1000),
  ])("%j", (words) => {
    const error = errorOf(() => parseText(words));
    expect(error).toBeInstanceOf(InvalidRuleError);
    expect(error).toMatchObject({ part: "text", code: "SYNTAX" });
  });
});

test.each([
  "FREQ=DAILY;INTERVAL=3",
  "FREQ=DAILY;BYMINUTE=30;BYHOUR=9,17",
  "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=10",
  "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
  "FREQ=WEEKLY;BYDAY=SA,SU;BYHOUR=8;BYMINUTE=0",
  "FREQ=MONTHLY;BYDAY=1MO,-2FR",
  "FREQ=MONTHLY;BYMONTHDAY=1,22,-1",
  "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
  "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;UNTIL=20480229T235959Z",
])("what is said of %s is read as it", (rule) => {
  const parts = (text: string) => text.split(";").sort();
  expect(parts(parseText(say(rule)))).toEqual(parts(rule));
});

test.each([
  ["America/Los_Angeles", "FREQ=DAILY;UNTIL=20270110T075959Z"],
  ["Europe/Berlin", "FREQ=DAILY;UNTIL=20270109T225959Z"],
  ["UTC", "FREQ=DAILY;UNTIL=20270109T235959Z"],
])("a date that words end with is the whole day in %s, and is said as it", (zone, rule) => {
  const words = "every day until January 9, 2027";
  expect(parseText(words, zone)).toBe(rule);
  expect(say(rule, "en", { timeZone: zone })).toBe(words);
});

function errorOf(ask: () => unknown): unknown {
  try {
    return void ask();
  } catch (error) {
    return error;
  }
}
