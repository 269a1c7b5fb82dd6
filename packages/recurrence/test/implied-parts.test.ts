import { describe, expect, test } from "vitest";
import { compile } from "../src/index.ts";

function datesOf(start: string, rule: string, n: number): string {
  const { starts } = compile(`DTSTART;VALUE=DATE:${start}\nRRULE:${rule}`).between(-1e15, 1e15, { limit: n });
  return [...starts].map((ms) => new Date(ms).toISOString().slice(0, 10)).join(" ");
}

/**
 * RFC 8984 section 4.3.3.1: which parts a rule takes from its start. Yearly rules without BYYEARDAY: the month, where no
 * month or week is named, unless only weekdays are; the day of the month, where no day of the month, week or weekday is
 * named; the weekday, where a week is named and no day. Weekly rules: the weekday; monthly ones: the day of the month.
 * The dates are from calendars.
 */
const cases: readonly (readonly [what: string, start: string, rule: string, dates: string])[] = [
  [
    "a day of the month: in the start's month",
    "20091217",
    "FREQ=YEARLY;BYMONTHDAY=17",
    "2009-12-17 2010-12-17 2011-12-17",
  ],
  ["also where the start is another day", "20260101", "FREQ=YEARLY;BYMONTHDAY=31", "2026-01-31 2027-01-31 2028-01-31"],
  ["also from the end", "20270210", "FREQ=YEARLY;BYMONTHDAY=-1", "2027-02-28 2028-02-29 2029-02-28"],
  [
    "with weekdays: Fridays the 13th of the start's month",
    "20150213",
    "FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR",
    "2015-02-13 2026-02-13 2032-02-13",
  ],
  [
    "an ordinal beside them counts in that month, as beside a BYMONTH that is written",
    "20270901",
    "FREQ=YEARLY;BYMONTHDAY=1,2,3,4,5,6,7,8;BYDAY=1MO",
    "2027-09-06 2028-09-04 2029-09-03",
  ],
  [
    "with INTERVAL and BYSETPOS",
    "20270930",
    "FREQ=YEARLY;INTERVAL=2;BYMONTHDAY=10,20,30;BYSETPOS=-1",
    "2027-09-30 2029-09-30 2031-09-30",
  ],
  [
    "with SKIP",
    "20280229",
    "RSCALE=GREGORIAN;FREQ=YEARLY;BYMONTHDAY=29;SKIP=FORWARD",
    "2028-02-29 2029-03-01 2030-03-01",
  ],
  ["no day at all: the start's month and day", "20270302", "FREQ=YEARLY", "2027-03-02 2028-03-02 2029-03-02"],
  ["months: the start's day of them", "20270302", "FREQ=YEARLY;BYMONTH=4,6", "2027-04-02 2027-06-02 2028-04-02"],
  ["weekdays: of the whole year", "20270302", "FREQ=YEARLY;BYDAY=1MO,-1FR", "2027-12-31 2028-01-03 2028-12-29"],
  ["weeks: the start's weekday of them", "20270302", "FREQ=YEARLY;BYWEEKNO=20", "2027-05-18 2028-05-16 2029-05-15"],
  [
    "weeks in months: the start's weekday, not its day of the month",
    "20270302",
    "FREQ=YEARLY;BYWEEKNO=20,30;BYMONTH=5",
    "2027-05-18 2028-05-16 2029-05-15",
  ],
  [
    "weeks and days of the month: those of every month that lie in the weeks",
    "20270302",
    "FREQ=YEARLY;BYWEEKNO=9,20;BYMONTHDAY=18,20",
    "2027-05-18 2027-05-20 2028-05-18 2028-05-20",
  ],
  [
    "days of the year and of the month: of every month",
    "20270101",
    "FREQ=YEARLY;BYYEARDAY=15,46,60;BYMONTHDAY=15",
    "2027-01-15 2027-02-15 2028-01-15 2028-02-15",
  ],
  ["monthly: the start's day", "20270131", "FREQ=MONTHLY", "2027-01-31 2027-03-31 2027-05-31"],
  ["weekly: the start's weekday", "20270302", "FREQ=WEEKLY", "2027-03-02 2027-03-09 2027-03-16"],
  // Purim is 14 Adar, which leap years have as their second: the years 5781, 5782 (leap) and 5783.
  [
    "in other calendars: 14 Adar",
    "20210226",
    "RSCALE=HEBREW;FREQ=YEARLY;BYMONTHDAY=14",
    "2021-02-26 2022-03-17 2023-03-07",
  ],
  // 1 Adar I: the leap years 5774, 5776 and 5779.
  ["a leap month: 1 Adar I", "20140201", "RSCALE=HEBREW;FREQ=YEARLY;BYMONTHDAY=1", "2014-02-01 2016-02-10 2019-02-06"],
  [
    "or the month after, with SKIP",
    "20140201",
    "RSCALE=HEBREW;FREQ=YEARLY;BYMONTHDAY=1;SKIP=FORWARD",
    "2014-02-01 2015-02-20 2016-02-10",
  ],
  [
    "the 15th of the eighth Chinese month",
    "20201001",
    "RSCALE=CHINESE;FREQ=YEARLY;BYMONTHDAY=15",
    "2020-10-01 2021-09-21",
  ],
];

describe("parts that a rule takes from its start", () => {
  test.each(cases)("%s: %s %s", (_what, start, rule, dates) => {
    expect(datesOf(start, rule, dates.split(" ").length)).toBe(dates);
  });
});
