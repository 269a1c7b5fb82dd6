import { casesOfDays } from "./cases-days.ts";
import { casesOfEnds } from "./cases-ends.ts";

/**
 * Hand-derived cases: what they are about, the content lines, and the instants in UTC. "…" at the end means that there
 * are more. Derived from calendars (cal, ISO weeks), the IANA database's sources and the RFC's words; none was copied
 * from an engine.
 */
export type Case = readonly [about: string, lines: string, expected: string];

const ny = "DTSTART;TZID=America/New_York";

export const cases: readonly Case[] = [
  // Zones that are no longer what they were, and far years.
  [
    "Apia skips the whole of 2011-12-30: daily at noon, the 30th by the offset before the gap (UTC-10)",
    "DTSTART;TZID=Pacific/Apia:20111228T120000|RRULE:FREQ=DAILY;COUNT=4",
    // The 30th at noon by UTC-10 is 22:00 UTC, the same instant as the 31st at noon by UTC+14: one occurrence.
    "2011-12-28T22:00 2011-12-29T22:00 2011-12-30T22:00 2011-12-31T22:00",
  ],
  [
    "Apia weekly on a Friday: the lost Friday falls on the instant of Saturday noon",
    "DTSTART;TZID=Pacific/Apia:20111223T120000|RRULE:FREQ=WEEKLY;COUNT=3",
    "2011-12-23T22:00 2011-12-30T22:00 2012-01-05T22:00",
  ],
  [
    "Kwajalein skipped 1993-08-21 (UTC-12 to UTC+12)",
    "DTSTART;TZID=Pacific/Kwajalein:19930820T090000|RRULE:FREQ=DAILY;COUNT=3",
    "1993-08-20T21:00 1993-08-21T21:00 1993-08-22T21:00",
  ],
  [
    "Sao Paulo gave up summer time in 2019",
    "DTSTART;TZID=America/Sao_Paulo:20190101T120000|RRULE:FREQ=MONTHLY;INTERVAL=6;COUNT=4",
    "2019-01-01T14:00 2019-07-01T15:00 2020-01-01T15:00 2020-07-01T15:00",
  ],
  [
    "Istanbul stayed on summer time in 2016",
    "DTSTART;TZID=Europe/Istanbul:20150115T120000|RRULE:FREQ=YEARLY;COUNT=3",
    "2015-01-15T10:00 2016-01-15T10:00 2017-01-15T09:00",
  ],
  [
    "Pyongyang set its clock back in 2015 and forth in 2018",
    "DTSTART;TZID=Asia/Pyongyang:20140601T120000|RRULE:FREQ=YEARLY;INTERVAL=2;COUNT=3",
    "2014-06-01T03:00 2016-06-01T03:30 2018-06-01T03:00",
  ],
  [
    "Caracas went back by half an hour in 2007 and forth in 2016",
    "DTSTART;TZID=America/Caracas:20070601T120000|RRULE:FREQ=YEARLY;INTERVAL=5;COUNT=3",
    "2007-06-01T16:00 2012-06-01T16:30 2017-06-01T16:00",
  ],
  [
    "summer time still in 2150",
    `${ny}:21500115T120000|RRULE:FREQ=MONTHLY;INTERVAL=6;COUNT=2`,
    "2150-01-15T17:00 2150-07-15T16:00",
  ],
  [
    "the second Sunday in March 2150 is the 8th: 02:30 shifts",
    `${ny}:21500307T023000|RRULE:FREQ=DAILY;COUNT=3`,
    "2150-03-07T07:30 2150-03-08T07:30 2150-03-09T06:30",
  ],
  [
    "Dublin's winter time is the exception",
    "DTSTART;TZID=Europe/Dublin:20260701T090000|RRULE:FREQ=MONTHLY;INTERVAL=6;COUNT=2",
    "2026-07-01T08:00 2027-01-01T09:00",
  ],
  [
    "Kathmandu is 5:45 ahead",
    "DTSTART;TZID=Asia/Kathmandu:20260101T000000|RRULE:FREQ=DAILY;COUNT=2",
    "2025-12-31T18:15 2026-01-01T18:15",
  ],
  [
    "Kiritimati is 14 hours ahead",
    "DTSTART;TZID=Pacific/Kiritimati:20260101T000000|RRULE:FREQ=DAILY;COUNT=2",
    "2025-12-31T10:00 2026-01-01T10:00",
  ],
  [
    "Arizona knows no summer time",
    "DTSTART;TZID=America/Phoenix:20260101T120000|RRULE:FREQ=MONTHLY;INTERVAL=6;COUNT=2",
    "2026-01-01T19:00 2026-07-01T19:00",
  ],

  // Ways of writing the zone.
  ["a quoted TZID", 'DTSTART;TZID="America/New_York":20260101T090000|RRULE:FREQ=DAILY;COUNT=1', "2026-01-01T14:00"],
  ["a Windows zone", "DTSTART;TZID=Eastern Standard Time:20260701T090000|RRULE:FREQ=DAILY;COUNT=1", "2026-07-01T13:00"],
  [
    "a quoted Windows zone",
    'DTSTART;TZID="W. Europe Standard Time":20260701T090000|RRULE:FREQ=DAILY;COUNT=1',
    "2026-07-01T07:00",
  ],
  ["a Windows zone with a plus", "DTSTART;TZID=UTC+12:20260701T120000|RRULE:FREQ=DAILY;COUNT=1", "2026-07-01T00:00"],
  ["an old name of a zone", "DTSTART;TZID=US/Eastern:20260701T090000|RRULE:FREQ=DAILY;COUNT=1", "2026-07-01T13:00"],
  ["UTC by its Z", "DTSTART:20260701T090000Z|RRULE:FREQ=DAILY;COUNT=1", "2026-07-01T09:00"],
  ["floating time is read as UTC", "DTSTART:20260701T090000|RRULE:FREQ=DAILY;COUNT=1", "2026-07-01T09:00"],
  ["names in any case", "dtstart;tzid=America/New_York:20260701T090000|rrule:freq=daily;count=1", "2026-07-01T13:00"],
  ["folded lines", `${ny}:20260701T090000|RRULE:FREQ=DAI\r\n LY;COUNT=1`, "2026-07-01T13:00"],
  ["lines folded with tabs", `${ny}:2026\n\t0701T090000|RRULE:FREQ=DAILY;COUNT=1`, "2026-07-01T13:00"],
  ["lines in another order", `RRULE:FREQ=DAILY;COUNT=1|${ny}:20260701T090000`, "2026-07-01T13:00"],

  // Clock changes within a day's worth of occurrences.
  [
    "BYHOUR=1,2,3 on the day of a gap: 02:00 shifts to the instant of 03:00",
    `${ny}:20260307T010000|RRULE:FREQ=DAILY;BYHOUR=1,2,3;COUNT=8`,
    "2026-03-07T06:00 2026-03-07T07:00 2026-03-07T08:00 2026-03-08T06:00 2026-03-08T07:00 2026-03-09T05:00 2026-03-09T06:00 2026-03-09T07:00",
  ],
  [
    "every 15 minutes over a gap: the shifted ones meet those behind it",
    `${ny}:20260308T013000|RRULE:FREQ=MINUTELY;INTERVAL=15;COUNT=5`,
    "2026-03-08T06:30 2026-03-08T06:45 2026-03-08T07:00 2026-03-08T07:15 2026-03-08T07:30",
  ],
  [
    "every 40 minutes over a gap: shifted ones lie between the others",
    `${ny}:20260308T012000|RRULE:FREQ=MINUTELY;INTERVAL=40;COUNT=6`,
    // 01:20, 02:00→03:00, 02:40→03:40, 03:20, 04:00, 04:40 on the wall; in the order of the clock.
    "2026-03-08T06:20 2026-03-08T07:00 2026-03-08T07:20 2026-03-08T07:40 2026-03-08T08:00 2026-03-08T08:40",
  ],
  [
    "every 15 minutes over an overlap: the repeated hour once",
    `${ny}:20261101T003000|RRULE:FREQ=MINUTELY;INTERVAL=15;COUNT=8`,
    "2026-11-01T04:30 2026-11-01T04:45 2026-11-01T05:00 2026-11-01T05:15 2026-11-01T05:30 2026-11-01T05:45 2026-11-01T07:00 2026-11-01T07:15",
  ],
  [
    "every 7 hours steps the wall clock",
    `${ny}:20260307T200000|RRULE:FREQ=HOURLY;INTERVAL=7;COUNT=4`,
    "2026-03-08T01:00 2026-03-08T07:00 2026-03-08T14:00 2026-03-08T21:00",
  ],
  [
    "Sydney at 20:00 on the day of the change",
    "DTSTART;TZID=Australia/Sydney:20261003T200000|RRULE:FREQ=DAILY;COUNT=2",
    "2026-10-03T10:00 2026-10-04T09:00",
  ],
  [
    "New York at 05:00 on the day of the change",
    `${ny}:20260307T050000|RRULE:FREQ=DAILY;COUNT=3`,
    "2026-03-07T10:00 2026-03-08T09:00 2026-03-09T09:00",
  ],
  [
    "yearly on a day that is a gap in some years",
    `${ny}:20250308T023000|RRULE:FREQ=YEARLY;COUNT=3`,
    "2025-03-08T07:30 2026-03-08T07:30 2027-03-08T07:30",
  ],

  // Weeks.
  [
    "BYWEEKNO=1 across a year's edge: the Monday of week 1 of 2026 lies in 2025",
    "DTSTART:20250106T090000Z|RRULE:FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO;COUNT=3",
    "2025-12-29T09:00 2027-01-04T09:00 2028-01-03T09:00",
  ],
  [
    "BYWEEKNO=53 only in long years",
    "DTSTART:20200101T090000Z|RRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=TH;COUNT=3",
    "2020-12-31T09:00 2026-12-31T09:00 2032-12-30T09:00",
  ],
  [
    "BYWEEKNO=-1 is the last week, 52 or 53",
    "DTSTART:20200101T090000Z|RRULE:FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO;COUNT=3",
    "2020-12-28T09:00 2021-12-27T09:00 2022-12-26T09:00",
  ],
  [
    "a day belongs to its calendar year: Friday of week 53 of 2020 is 2021-01-01",
    "DTSTART:20200601T090000Z|RRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=FR;COUNT=2",
    "2021-01-01T09:00 2027-01-01T09:00",
  ],
  [
    "BYWEEKNO without BYDAY is on DTSTART's weekday",
    "DTSTART:20260514T090000Z|RRULE:FREQ=YEARLY;BYWEEKNO=20;COUNT=3",
    "2026-05-14T09:00 2027-05-20T09:00 2028-05-18T09:00",
  ],
  [
    "BYWEEKNO with weeks from Sunday",
    "DTSTART:20260101T090000Z|RRULE:FREQ=YEARLY;BYWEEKNO=1;BYDAY=SU,MO;WKST=SU;COUNT=4",
    "2026-01-04T09:00 2026-01-05T09:00 2027-01-03T09:00 2027-01-04T09:00",
  ],
  [
    "BYWEEKNO with BYMONTH",
    "DTSTART:20260101T090000Z|RRULE:FREQ=YEARLY;BYWEEKNO=5;BYDAY=MO,SU;BYMONTH=2;COUNT=2",
    "2026-02-01T09:00 2027-02-01T09:00",
  ],
  [
    "every other week with weeks from Monday",
    "DTSTART:20260104T090000Z|RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;COUNT=4",
    "2026-01-04T09:00 2026-01-12T09:00 2026-01-18T09:00 2026-01-26T09:00",
  ],
  [
    "every other week with weeks from Sunday",
    "DTSTART:20260104T090000Z|RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU;COUNT=4",
    "2026-01-04T09:00 2026-01-05T09:00 2026-01-18T09:00 2026-01-19T09:00",
  ],
  [
    "weekly in some months",
    "DTSTART:20260105T090000Z|RRULE:FREQ=WEEKLY;BYMONTH=1,3;COUNT=6",
    "2026-01-05T09:00 2026-01-12T09:00 2026-01-19T09:00 2026-01-26T09:00 2026-03-02T09:00 2026-03-09T09:00",
  ],
  [
    "WEEKLY;BYSETPOS counts the whole week, also before DTSTART",
    "DTSTART:20260107T090000Z|RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1;COUNT=2",
    "2026-01-12T09:00 2026-01-19T09:00",
  ],
  [
    "WEEKLY;BYSETPOS=2, DTSTART mid-week",
    "DTSTART:20260107T090000Z|RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2;COUNT=2",
    "2026-01-07T09:00 2026-01-14T09:00",
  ],

  // BYSETPOS.
  [
    "the last work day of the month",
    "DTSTART:20260101T090000Z|RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3",
    "2026-01-30T09:00 2026-02-27T09:00 2026-03-31T09:00",
  ],
  [
    "BYSETPOS of both signs that hit the same day count once",
    "DTSTART:20260101T090000Z|RRULE:FREQ=MONTHLY;BYMONTHDAY=10;BYSETPOS=1,-1;COUNT=3",
    "2026-01-10T09:00 2026-02-10T09:00 2026-03-10T09:00",
  ],
  [
    "the first and the last Monday",
    "DTSTART:20260101T090000Z|RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1,-1;COUNT=4",
    "2026-01-05T09:00 2026-01-26T09:00 2026-02-02T09:00 2026-02-23T09:00",
  ],
  [
    "BYSETPOS beyond the set in some months",
    "DTSTART:20260101T090000Z|RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=5;COUNT=2",
    "2026-03-30T09:00 2026-06-29T09:00",
  ],
  [
    "BYSETPOS over BYHOUR and BYMINUTE",
    "DTSTART:20260101T090000Z|RRULE:FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0,30;BYSETPOS=2,-1;COUNT=4",
    "2026-01-01T09:30 2026-01-01T17:30 2026-01-02T09:30 2026-01-02T17:30",
  ],
  [
    "BYSETPOS of a year",
    "DTSTART:20260101T090000Z|RRULE:FREQ=YEARLY;BYDAY=FR;BYSETPOS=-1;COUNT=2",
    "2026-12-25T09:00 2027-12-31T09:00",
  ],
  [
    "HOURLY;BYSETPOS over minutes",
    "DTSTART:20260101T090000Z|RRULE:FREQ=HOURLY;BYMINUTE=0,15,30,45;BYSETPOS=-1;COUNT=2",
    "2026-01-01T09:45 2026-01-01T10:45",
  ],
  [
    "MINUTELY;BYSETPOS over seconds",
    "DTSTART:20260101T090000Z|RRULE:FREQ=MINUTELY;BYSECOND=10,20,30;BYSETPOS=2;COUNT=2",
    "2026-01-01T09:00:20 2026-01-01T09:01:20",
  ],
  [
    "a start in the middle of its set",
    "DTSTART:20260115T090000Z|RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15,20;BYSETPOS=1;COUNT=2",
    "2026-02-01T09:00 2026-03-01T09:00",
  ],

  ...casesOfDays,
  ...casesOfEnds,
];
