import { describe, expect, test } from "vitest";
import { compile, InvalidRuleError, parseRule } from "../src/index.ts";
import { datesOf, wallClocks } from "./_dates.ts";

function first(start: string, rule: string, n: number): string[] {
  return wallClocks(compile(`DTSTART:${start}T090000\nRRULE:${rule}`).first(n));
}

/** Start, rule, dates: RFC 7529 sections 3 and 4.2, and what follows from section 4.1. */
const examples: readonly (readonly [start: string, rule: string, dates: string])[] = [
  // "the last day of each month", as 31 with each way to skip
  ["20140131", "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=OMIT;COUNT=4", "2014 Jan 31; Mar 31; May 31; Jul 31"],
  ["20140131", "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;COUNT=4", "2014 Jan 31; Feb 28; Mar 31; Apr 30"],
  ["20140131", "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;COUNT=4", "2014 Jan 31; Mar 1 31; May 1"],
  // leap days
  ["20120229", "RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=OMIT;COUNT=2", "2012 Feb 29; 2016 Feb 29"],
  [
    "20120229",
    "RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=BACKWARD;COUNT=5",
    "2012 Feb 29; 2013 Feb 28; 2014 Feb 28; 2015 Feb 28; 2016 Feb 29",
  ],
  [
    "20120229",
    "RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD;COUNT=5",
    "2012 Feb 29; 2013 Mar 1; 2014 Mar 1; 2015 Mar 1; 2016 Feb 29",
  ],
  [
    "20160229",
    "RSCALE=GREGORIAN;FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;SKIP=FORWARD;COUNT=3",
    "2016 Feb 29; 2017 Mar 1; 2018 Mar 1",
  ],
  // the parts that name the days
  [
    "20140131",
    "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD;COUNT=4",
    "2014 Jan 31; Feb 28; Mar 31; Apr 30",
  ],
  [
    "20140131",
    "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=29,30,31;SKIP=BACKWARD;COUNT=5",
    "2014 Jan 31; Feb 28; Mar 29-31",
  ],
  [
    "20140131",
    "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31,1;SKIP=FORWARD;COUNT=5",
    "2014 Jan 31; Feb 1; Mar 1 31; Apr 1",
  ],
  [
    "20121231",
    "RSCALE=GREGORIAN;FREQ=YEARLY;BYYEARDAY=366;SKIP=BACKWARD;COUNT=3",
    "2012 Dec 31; 2013 Dec 31; 2014 Dec 31",
  ],
  [
    "20121231",
    "RSCALE=GREGORIAN;FREQ=YEARLY;BYYEARDAY=366;SKIP=FORWARD;COUNT=3",
    "2012 Dec 31; 2014 Jan 1; 2015 Jan 1",
  ],
  ["20121231", "RSCALE=GREGORIAN;FREQ=YEARLY;BYYEARDAY=366;SKIP=OMIT;COUNT=2", "2012 Dec 31; 2016 Dec 31"],
  [
    "20140131",
    "RSCALE=GREGORIAN;FREQ=MONTHLY;INTERVAL=13;SKIP=BACKWARD;COUNT=3",
    "2014 Jan 31; 2015 Feb 28; 2016 Mar 31",
  ],
  // BYDAY limits after the skip, BYSETPOS counts after it
  [
    "20140131",
    "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;BYDAY=FR;SKIP=BACKWARD;COUNT=3",
    "2014 Jan 31; Feb 28; Oct 31",
  ],
  [
    "20140131",
    "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=30,31;BYSETPOS=-1;SKIP=BACKWARD;COUNT=3",
    "2014 Jan 31; Feb 28; Mar 31",
  ],
  // the first period is the one that has the start: 31 February is 1 March, and then a date of February's
  ["20270301", "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=FORWARD;COUNT=4", "2027 Mar 1 31; May 1 31"],
  [
    "20270301",
    "RSCALE=GREGORIAN;FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=31;SKIP=FORWARD;COUNT=4",
    "2027 Mar 1; May 1; Jul 1; Aug 31",
  ],
  [
    "20270301",
    "RSCALE=GREGORIAN;FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1,31;SKIP=FORWARD;COUNT=4",
    "2027 Mar 1 31; May 1 31",
  ],
  [
    "20270331",
    "RSCALE=GREGORIAN;FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-31;SKIP=BACKWARD;COUNT=3",
    "2027 Mar 31; May 31; Aug 1",
  ],
  [
    "20140101",
    "RSCALE=GREGORIAN;FREQ=YEARLY;BYYEARDAY=366;SKIP=FORWARD;COUNT=4",
    "2014 Jan 1; 2015 Jan 1; 2016 Jan 1; Dec 31",
  ],
  [
    "20140101",
    "RSCALE=GREGORIAN;FREQ=YEARLY;INTERVAL=3;BYYEARDAY=366;SKIP=FORWARD;COUNT=3",
    "2014 Jan 1; 2016 Dec 31; 2020 Jan 1",
  ],
  // weeks that a year does not have: 2015, 2020 and 2026 have 53
  [
    "20151229",
    "RSCALE=GREGORIAN;FREQ=YEARLY;BYWEEKNO=53;SKIP=FORWARD;COUNT=7",
    "2015 Dec 29; 2017 Jan 1; 2018 Jan 1; 2019 Jan 1; 2020 Jan 1; Dec 29; 2022 Jan 1",
  ],
  [
    "20151229",
    "RSCALE=GREGORIAN;FREQ=YEARLY;BYWEEKNO=53;SKIP=BACKWARD;COUNT=7",
    "2015 Dec 29; 2016 Dec 31; 2017 Dec 31; 2018 Dec 31; 2019 Dec 31; 2020 Dec 29; 2021 Dec 31",
  ],
  ["20151229", "RSCALE=GREGORIAN;FREQ=YEARLY;BYWEEKNO=53;SKIP=OMIT;COUNT=3", "2015 Dec 29; 2020 Dec 29; 2026 Dec 29"],
  [
    "20150103",
    "RSCALE=GREGORIAN;FREQ=YEARLY;BYWEEKNO=-53;SKIP=FORWARD;COUNT=7",
    "2015 Jan 3; 2016 Jan 1; 2017 Jan 1; 2018 Jan 1; 2019 Jan 1; 2020 Jan 4; 2021 Jan 1",
  ],
  [
    "20150103",
    "RSCALE=GREGORIAN;FREQ=YEARLY;BYWEEKNO=-53;SKIP=BACKWARD;COUNT=6",
    "2015 Jan 3; Dec 31; 2016 Dec 31; 2017 Dec 31; 2018 Dec 31; 2020 Jan 4",
  ],
  // BYDAY comes after SKIP: of the first of January of years behind short ones, the Mondays
  [
    "20151228",
    "RSCALE=GREGORIAN;FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;SKIP=FORWARD;COUNT=4",
    "2015 Dec 28; 2018 Jan 1; 2020 Dec 28; 2024 Jan 1",
  ],
];

describe("RFC 7529, SKIP in the Gregorian calendar", () => {
  test.each(examples)("%s %s", (start, rule, dates) => {
    const expected = datesOf(dates);
    expect(first(start, rule, expected.length + 3)).toEqual(expected);
  });

  test("a moved day that another day of the rule is already is one occurrence", () => {
    expect(first("20150101", "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=1,31;SKIP=FORWARD", 8)).toEqual(
      datesOf("2015 Jan 1 31; Feb 1; Mar 1 31; Apr 1; May 1 31"),
    );
  });

  test("the order of parts says nothing, and SKIP=OMIT is what goes without saying", () => {
    const expected = first("20140131", "FREQ=MONTHLY;COUNT=5", 9);
    expect(first("20140131", "FREQ=MONTHLY;RSCALE=GREGORIAN;COUNT=5", 9)).toEqual(expected);
    expect(first("20140131", "SKIP=OMIT;FREQ=MONTHLY;RSCALE=gregorian;COUNT=5", 9)).toEqual(expected);
  });
});

describe("RFC 7529, what is refused", () => {
  const refused = [
    ["RSCALE=KLINGON;FREQ=YEARLY", "RSCALE", "UNSUPPORTED"],
    ["RSCALE=ISLAMIC;FREQ=YEARLY", "RSCALE", "UNSUPPORTED"],
    ["RSCALE=ISLAMIC-RGSA;FREQ=YEARLY", "RSCALE", "UNSUPPORTED"],
    ["RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=4L", "BYMONTH", "OUT_OF_RANGE"],
    ["RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=13", "BYMONTH", "OUT_OF_RANGE"],
    ["RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=13L", "BYMONTH", "OUT_OF_RANGE"],
    ["RSCALE=PERSIAN;FREQ=YEARLY;BYMONTH=13", "BYMONTH", "OUT_OF_RANGE"],
    ["RSCALE=ETHIOPIC;FREQ=YEARLY;BYMONTH=14", "BYMONTH", "OUT_OF_RANGE"],
    ["RSCALE=JAPANESE;FREQ=YEARLY;BYMONTH=5L", "BYMONTH", "OUT_OF_RANGE"],
    ["FREQ=MONTHLY;SKIP=BACKWARD", "SKIP", "NOT_ALLOWED"],
    ["RSCALE=GREGORIAN;FREQ=YEARLY;BYMONTH=5L", "BYMONTH", "OUT_OF_RANGE"],
    ["RSCALE=GREGORIAN;FREQ=YEARLY;BYMONTH=13", "BYMONTH", "OUT_OF_RANGE"],
    ["RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=SIDEWARD", "SKIP", "OUT_OF_RANGE"],
  ] as const;

  test.each(refused)("%s: %s is %s", (rule, part, code) => {
    expect(refusalOf(rule)).toMatchObject({ part, code });
  });
});

function refusalOf(rule: string): unknown {
  try {
    parseRule(rule);
  } catch (error) {
    return error instanceof InvalidRuleError ? { part: error.part, code: error.code } : error;
  }
  return "taken";
}
