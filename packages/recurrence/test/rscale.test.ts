import { describe, expect, test } from "vitest";
import { compile, InvalidRuleError } from "../src/index.ts";

function datesOf(start: string, rule: string, n: number): string {
  const { starts } = compile(`DTSTART;VALUE=DATE:${start}\nRRULE:${rule}`).between(-1e15, 1e15, { limit: n });
  return [...starts].map((ms) => new Date(ms).toISOString().slice(0, 10)).join(" ");
}

/** What a rule gives, and by which almanac or arithmetic. */
const cases: readonly (readonly [what: string, start: string, rule: string, dates: string])[] = [
  // RFC 7529 section 3 and 4.3
  ["Chinese New Year", "20130210", "RSCALE=CHINESE;FREQ=YEARLY", "2013-02-10 2014-01-31 2015-02-19 2016-02-08"],
  [
    "the thirteenth Ethiopic month",
    "20130906",
    "RSCALE=ETHIOPIC;FREQ=MONTHLY;BYMONTH=13",
    "2013-09-06 2014-09-06 2015-09-06 2016-09-06",
  ],
  [
    "an anniversary in Adar I, in Adar where there is but one",
    "20140208",
    "RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD",
    "2014-02-08 2015-02-27 2016-02-17 2017-03-06 2018-02-23",
  ],
  // Hebrew: almanacs
  [
    "Rosh Hashanah",
    "20200919",
    "RSCALE=HEBREW;FREQ=YEARLY",
    "2020-09-19 2021-09-07 2022-09-26 2023-09-16 2024-10-03 2025-09-23 2026-09-12",
  ],
  [
    "Passover, in the seventh month of leap years too",
    "20210328",
    "RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=15",
    "2021-03-28 2022-04-16 2023-04-06 2024-04-23 2025-04-13 2026-04-02",
  ],
  [
    "Purim, in the second Adar of leap years",
    "20210226",
    "RSCALE=hebrew;FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=14",
    "2021-02-26 2022-03-17 2023-03-07 2024-03-24 2025-03-14 2026-03-03",
  ],
  ["Adar I, as DTSTART has it", "20140205", "RSCALE=HEBREW;FREQ=YEARLY", "2014-02-05 2016-02-14 2019-02-10 2022-02-06"],
  ["or Adar", "20140205", "RSCALE=HEBREW;FREQ=YEARLY;SKIP=FORWARD", "2014-02-05 2015-02-24 2016-02-14 2017-03-03"],
  ["or Shevat", "20140205", "RSCALE=HEBREW;FREQ=YEARLY;SKIP=BACKWARD", "2014-02-05 2015-01-25 2016-02-14 2017-02-01"],
  [
    "30 Adar I: forward to Adar, which has 29 days, and on to 1 Nisan",
    "20140302",
    "RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=30;SKIP=FORWARD",
    "2014-03-02 2015-03-21 2016-03-10 2017-03-28",
  ],
  [
    "30 Adar I: back to Shevat, which has 30 days",
    "20140302",
    "RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=30;SKIP=BACKWARD",
    "2014-03-02 2015-02-19 2016-03-10 2017-02-26",
  ],
  [
    "two months that SKIP makes one are one",
    "20150225",
    "RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L,6;BYMONTHDAY=6;SKIP=FORWARD",
    "2015-02-25 2016-02-15 2016-03-16 2017-03-04",
  ],
  [
    "the months of a monthly rule are those that SKIP puts in their place",
    "20150101",
    "RSCALE=HEBREW;FREQ=MONTHLY;BYMONTH=5L;BYMONTHDAY=1;SKIP=FORWARD",
    "2015-02-20 2016-02-10 2017-02-27",
  ],
  // Chinese and Korean: almanacs
  [
    "the Mid-Autumn Festival",
    "20201001",
    "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=8;BYMONTHDAY=15",
    "2020-10-01 2021-09-21 2022-09-10 2023-09-29 2024-09-17 2025-10-06",
  ],
  [
    "the eve of New Year",
    "20200124",
    "RSCALE=CHINESE;FREQ=YEARLY;BYYEARDAY=-1",
    "2020-01-24 2021-02-11 2022-01-31 2023-01-21 2024-02-09 2025-01-28",
  ],
  [
    "leap months of 2020, 2023 and 2025",
    "20200101",
    "RSCALE=CHINESE;FREQ=MONTHLY;BYMONTH=2L,4L,6L;BYMONTHDAY=1",
    "2020-05-23 2023-03-22 2025-07-25",
  ],
  [
    "the leap ninth month of 2014 comes again after 95 years",
    "20131025",
    "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=9L;BYMONTHDAY=10",
    "2014-11-02 2109-11-02",
  ],
  [
    "New Year in Beijing, in 2027 four minutes before midnight and in 2030 seven behind it",
    "20260101",
    "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1",
    "2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 2031-01-23",
  ],
  [
    "New Year 2027 in Seoul, where midnight is earlier",
    "20270101",
    "RSCALE=DANGI;FREQ=YEARLY;BYYEARDAY=1",
    "2027-02-07",
  ],
  // Ethiopic and Coptic: 1 Meskerem is 11 September, the 12th before a Gregorian leap year
  [
    "Enkutatash",
    "20210911",
    "RSCALE=ETHIOPIC;FREQ=YEARLY",
    "2021-09-11 2022-09-11 2023-09-12 2024-09-11 2025-09-11 2026-09-11 2027-09-12",
  ],
  ["Nayrouz", "20210911", "RSCALE=COPTIC;FREQ=YEARLY", "2021-09-11 2022-09-11 2023-09-12 2024-09-11"],
  [
    "6 Pagumen, every four years",
    "20150911",
    "RSCALE=ETHIOAA;FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=6",
    "2015-09-11 2019-09-11 2023-09-11 2027-09-11",
  ],
  [
    "or the 5th",
    "20150911",
    "RSCALE=ETHIOPIC;FREQ=YEARLY;SKIP=BACKWARD",
    "2015-09-11 2016-09-10 2017-09-10 2018-09-10 2019-09-11",
  ],
  [
    "or New Year",
    "20150911",
    "RSCALE=ETHIOPIC;FREQ=YEARLY;SKIP=FORWARD",
    "2015-09-11 2016-09-11 2017-09-11 2018-09-11 2019-09-11",
  ],
  // Persian: almanacs; 1395, 1399, 1403 and 1408 are leap years
  [
    "Nowruz",
    "20200320",
    "RSCALE=PERSIAN;FREQ=YEARLY",
    "2020-03-20 2021-03-21 2022-03-21 2023-03-21 2024-03-20 2025-03-21 2026-03-21",
  ],
  ["30 Esfand", "20170320", "RSCALE=PERSIAN;FREQ=YEARLY", "2017-03-20 2021-03-20 2025-03-20 2030-03-20"],
  [
    "the last day of each month: six of 31, five of 30, one of 29",
    "20220420",
    "RSCALE=PERSIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD",
    "2022-04-20 2022-05-21 2022-06-21 2022-07-22 2022-08-22 2022-09-22 2022-10-22 2022-11-21 2022-12-21 2023-01-20",
  ],
  // Indian: 1 Chaitra is 22 March, in Gregorian leap years the 21st
  ["1 Chaitra", "20200321", "RSCALE=INDIAN;FREQ=YEARLY", "2020-03-21 2021-03-22 2022-03-22 2023-03-22 2024-03-21"],
  [
    "the first Monday of Vaisakha, from 21 April on",
    "20210101",
    "RSCALE=INDIAN;FREQ=YEARLY;BYMONTH=2;BYDAY=1MO",
    "2021-04-26 2022-04-25 2023-04-24 2024-04-22",
  ],
  // Islamic: the civil calendar a day behind the one of Thursday, Umm al-Qura's as Saudi Arabia had it
  ["1 Muharram 1445", "20230101", "RSCALE=ISLAMIC-CIVIL;FREQ=YEARLY;BYYEARDAY=1", "2023-07-19"],
  ["and by Thursday's count", "20230101", "RSCALE=ISLAMIC-TBLA;FREQ=YEARLY;BYYEARDAY=1", "2023-07-18"],
  [
    "Ramadan",
    "20230101",
    "RSCALE=ISLAMIC-UMALQURA;FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1",
    "2023-03-23 2024-03-11 2025-03-01",
  ],
  [
    "a year of 354 days has two of its anniversaries in one Gregorian year",
    "20080110",
    "RSCALE=ISLAMIC-CIVIL;FREQ=YEARLY",
    "2008-01-10 2008-12-29 2009-12-18",
  ],
  // Calendars with Gregorian months
  ["29 February of the Republic of China", "20200229", "RSCALE=ROC;FREQ=YEARLY", "2020-02-29 2024-02-29"],
  ["its SKIP", "20200229", "RSCALE=JAPANESE;FREQ=YEARLY;SKIP=FORWARD", "2020-02-29 2021-03-01 2022-03-01"],
  ["ISO 8601", "20200131", "RSCALE=ISO8601;FREQ=MONTHLY;SKIP=BACKWARD", "2020-01-31 2020-02-29 2020-03-31"],
  ["Buddhist", "20200131", "RSCALE=BUDDHIST;FREQ=MONTHLY", "2020-01-31 2020-03-31 2020-05-31"],
];

describe("dates of other calendars", () => {
  test.each(cases)("%s: %s %s", (_, start, rule, dates) => {
    expect(datesOf(start, rule, dates.split(" ").length)).toBe(dates);
  });

  test("1 Muharram of 600 civil years is where the cycle of 30 years puts it", () => {
    const newYears = Array.from({ length: 600 }, (_, i) => {
      const year = 1400 + i;
      const julianDay = 354 * (year - 1) + Math.floor((11 * year + 3) / 30) + 1_948_440;
      return new Date((julianDay - 2_440_588) * 86_400_000).toISOString().slice(0, 10);
    });
    expect(datesOf("19791121", "RSCALE=ISLAMIC-CIVIL;FREQ=YEARLY", 600)).toBe(newYears.join(" "));
  });
});

describe("a set in another calendar", () => {
  const passover = "RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=15";

  test("has Gregorian DTSTART, UNTIL, RDATE and EXDATE, and its zone's clock", () => {
    const lines = [
      "DTSTART;TZID=Asia/Jerusalem:20210328T190000",
      `RRULE:${passover};UNTIL=20250413T160000Z`,
      "EXDATE;TZID=Asia/Jerusalem:20220416T190000",
      "RDATE;TZID=Asia/Jerusalem:20220501T190000",
    ];
    const starts = [...compile(lines.join("\n")).first(9)].map((ms) => new Date(ms).toISOString().slice(0, 16));
    expect(starts).toEqual([
      "2021-03-28T16:00",
      "2022-05-01T16:00",
      "2023-04-06T16:00",
      "2024-04-23T16:00",
      "2025-04-13T16:00",
    ]);
  });

  test("counts near and far, and knows its last", () => {
    const near = compile(`DTSTART;VALUE=DATE:20210328\nRRULE:${passover};COUNT=6`);
    expect([near.count(), near.last()]).toEqual([6, Date.UTC(2026, 3, 2)]);
    const far = compile("DTSTART;TZID=Europe/Berlin:20240101T023000\nRRULE:RSCALE=HEBREW;FREQ=MONTHLY;COUNT=1000");
    const all = far.between(-1e15, 1e15).starts;
    expect([far.count(), far.last(), all.length]).toEqual([1000, all.at(-1), 1000]);
  });

  test("is finer than days on days that the parts name", () => {
    const ramadan = "RSCALE=ISLAMIC-UMALQURA;FREQ=MINUTELY;INTERVAL=90;BYMONTH=9;BYHOUR=18,19,20";
    const set = compile(`DTSTART:20230101T000000Z\nRRULE:${ramadan}`);
    const first = [...set.first(3)].map((ms) => new Date(ms).toISOString().slice(0, 16));
    expect(first).toEqual(["2023-03-23T18:00", "2023-03-23T19:30", "2023-03-24T18:00"]);
    expect(set.previous(Date.UTC(2023, 5, 1))).toBe(Date.UTC(2023, 3, 20, 19, 30));
  });

  test("begins from 1600 on and ends with 2599", () => {
    expect(() => compile(`DTSTART;VALUE=DATE:15991231\nRRULE:${passover}`)).toThrow(InvalidRuleError);
    expect(() => compile(`DTSTART;VALUE=DATE:26000101\nRRULE:${passover}`)).toThrow(InvalidRuleError);
    const set = compile(`DTSTART;VALUE=DATE:16000101\nRRULE:${passover}`);
    expect(new Date(set.previous(1e15) ?? 0).getUTCFullYear()).toBe(2599);
    expect(set.next(Date.UTC(2600, 0, 1))).toBeNull();
    expect(set.between(Date.UTC(2900, 0, 1), Date.UTC(3000, 0, 1)).starts).toHaveLength(0);
  });

  test.each([
    "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31",
    "RSCALE=CHINESE;FREQ=DAILY;BYMONTH=3;BYMONTHDAY=31,-31",
    "RSCALE=HEBREW;FREQ=MONTHLY;BYMONTH=6;BYMONTHDAY=30",
    "RSCALE=COPTIC;FREQ=MONTHLY;BYMONTH=13;BYMONTHDAY=7",
    "RSCALE=PERSIAN;FREQ=WEEKLY;BYMONTH=1;BYDAY=MO;BYSETPOS=2",
    "RSCALE=INDIAN;FREQ=HOURLY;INTERVAL=24;BYHOUR=8;BYMONTH=2",
    "RSCALE=ISLAMIC-CIVIL;FREQ=YEARLY;BYYEARDAY=356",
  ])("%s is empty, and that is proved", (rule) => {
    const set = compile(`DTSTART:20240101T090000Z\nRRULE:${rule}`);
    expect([set.isEmpty, set.next(0), compile(`DTSTART:20240101T090000Z\nRRULE:${rule};COUNT=9`).count()]).toEqual([
      true,
      null,
      0,
    ]);
  });

  test("is not counted one by one beyond a million", () => {
    const seconds = "RSCALE=HEBREW;FREQ=SECONDLY;BYMONTH=1;UNTIL=20300101T000000Z";
    const set = compile(`DTSTART:20240101T000000Z\nRRULE:${seconds}`);
    expect(() => set.count()).toThrow(/one by one/);
  });
});
