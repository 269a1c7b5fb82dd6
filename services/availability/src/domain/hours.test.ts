import { describe, expect, test } from "vitest";
import { createHours } from "./hours.ts";
import type { Schedule } from "./schedule.ts";

const weekdays = [1, 2, 3, 4, 5, 6, 7];
const daily = (startMinute: number, endMinute: number) =>
  weekdays.map((weekday) => ({ weekday, startMinute, endMinute }));
const nineToFive = daily(540, 1020);
const nights = daily(22 * 60, 30 * 60);
const holidays = { country: "DE", region: "", district: "" };
/** The first of June of every year is a holiday. */
const firstOfJune = (_: unknown, year: number) => [{ date: `${year}-06-01`, name: "First" }];

function hoursOf(parts: Partial<Schedule>, from: string, to: string) {
  const nothing = { timeZone: "UTC", weeklyHours: [], dateOverrides: [], breaks: [], vacations: [], holidays: null };
  return createHours({ ...nothing, ...parts }, firstOfJune)(Date.parse(`${from}Z`), Date.parse(`${to}Z`));
}

const write = ({ startMs, endMs }: { startMs: number; endMs: number }) =>
  [startMs, endMs].map((ms) => new Date(ms).toISOString().slice(5, 16)).join("/");

/** Ranges as in "06-01T09:00/06-01T17:00". */
const ranges = (parts: Partial<Schedule>, from: string, to: string) => hoursOf(parts, from, to).ranges.map(write);
const closures = (parts: Partial<Schedule>, from: string, to: string) =>
  hoursOf(parts, from, to)
    .closures()
    .map((closure) => `${closure.source} ${closure.name} ${write(closure)}`);

describe("hours are wall-clock time", () => {
  const newYork = { timeZone: "America/New_York" };

  test("09:00 stays 09:00 across a clock change", () => {
    const parts = { ...newYork, weeklyHours: nineToFive };
    expect(ranges(parts, "2026-03-07T12:00:00", "2026-03-09T00:00:00")).toEqual([
      "03-07T14:00/03-07T22:00",
      "03-08T13:00/03-08T21:00",
    ]);
  });

  test("a range over a change is as long as the clock makes it", () => {
    const parts = { ...newYork, weeklyHours: daily(0, 240) };
    expect(ranges(parts, "2026-03-08T05:00:00", "2026-03-08T12:00:00")).toEqual(["03-08T05:00/03-08T08:00"]);
    expect(ranges(parts, "2026-11-01T04:00:00", "2026-11-01T12:00:00")).toEqual(["11-01T04:00/11-01T09:00"]);
  });

  test("a range does not exist inside the hour that a change skips, and ends or begins with it where it reaches into it", () => {
    const onSunday = (startMinute: number, endMinute: number) =>
      ranges(
        { ...newYork, weeklyHours: [{ weekday: 7, startMinute, endMinute }] },
        "2026-03-08T00:00:00",
        "2026-03-09T00:00:00",
      );
    expect(onSunday(120, 180)).toEqual([]);
    expect(onSunday(130, 150)).toEqual([]);
    expect(onSunday(60, 150)).toEqual(["03-08T06:00/03-08T07:00"]);
    expect(onSunday(150, 240)).toEqual(["03-08T07:00/03-08T08:00"]);
  });

  test("a day that a zone skipped has no hours, and those of the next are not doubled", () => {
    const parts = { timeZone: "Pacific/Apia", weeklyHours: nineToFive };
    expect(ranges(parts, "2011-12-29T00:00:00", "2011-12-31T09:00:00")).toEqual([
      "12-28T19:00/12-29T03:00",
      "12-29T19:00/12-30T03:00",
      "12-30T19:00/12-31T03:00",
    ]);
  });

  test("a night that began the day before is found from within it, whole", () => {
    const weeklyHours = [{ weekday: 1, startMinute: 22 * 60, endMinute: 30 * 60 }];
    expect(ranges({ weeklyHours }, "2026-06-02T05:00:00", "2026-06-02T05:30:00")).toEqual(["06-01T22:00/06-02T06:00"]);
    expect(ranges({ weeklyHours }, "2026-06-02T06:00:00", "2026-06-02T07:00:00")).toEqual([]);
  });
});

describe("an override", () => {
  test("takes the place of its date's hours, and only of its date's", () => {
    const dateOverrides = [{ date: "2026-06-02", hours: [], reason: "" }];
    expect(ranges({ weeklyHours: nineToFive, dateOverrides }, "2026-06-01T00:00:00", "2026-06-04T00:00:00")).toEqual([
      "06-01T09:00/06-01T17:00",
      "06-03T09:00/06-03T17:00",
    ]);
  });

  test("knows no break, vacation or holiday of its date", () => {
    const parts = {
      weeklyHours: nineToFive,
      dateOverrides: [{ date: "2026-06-01", hours: [{ startMinute: 600, endMinute: 840 }], reason: "" }],
      breaks: daily(720, 780).map((pause) => ({ ...pause, reason: "Lunch" })),
      vacations: [{ startDate: "2026-05-31", endDate: "2026-06-02", reason: "Sea" }],
      holidays,
    };
    expect(ranges(parts, "2026-05-31T00:00:00", "2026-06-03T00:00:00")).toEqual(["06-01T10:00/06-01T14:00"]);
    expect(closures(parts, "2026-06-01T00:00:00", "2026-06-02T00:00:00")).toEqual([]);
    expect(closures(parts, "2026-05-31T23:00:00", "2026-06-02T01:00:00")).toEqual([
      "vacation Sea 05-31T00:00/06-01T00:00",
      "vacation Sea 06-02T00:00/06-03T00:00",
    ]);
  });
});

describe("hours belong to the date on which they begin", () => {
  const from = "2026-05-31T20:00:00";
  const to = "2026-06-03T12:00:00";
  const onFirst = { startDate: "2026-06-01", endDate: "2026-06-01", reason: "Sea" };
  const closings: readonly [what: string, name: string, parts: Partial<Schedule>][] = [
    ["a holiday", "holiday First", { holidays }],
    ["a vacation", "vacation Sea", { vacations: [onFirst] }],
    [
      "an override without hours",
      "date_override Off",
      { dateOverrides: [{ date: "2026-06-01", hours: [], reason: "Off" }] },
    ],
  ];

  test.each(closings)("%s lets the night before go on, and none begin", (_, name, parts) => {
    const schedule = { weeklyHours: nights, ...parts };
    expect(ranges(schedule, from, to)).toEqual(["05-31T22:00/06-01T06:00", "06-02T22:00/06-03T06:00"]);
    expect(closures(schedule, from, to)).toEqual([`${name} 06-01T06:00/06-02T06:00`]);
  });

  test.each(closings)("%s takes no hours but those of the week that would have begun on it", (_, name, parts) => {
    const weeklyHours = [...nights, ...daily(9 * 60, 10 * 60)];
    const { planned } = hoursOf({ weeklyHours, ...parts }, from, to);
    const taken = planned().lost.map(({ source, name: what, ...range }) => `${source} ${what} ${write(range)}`);
    expect(taken).toEqual([`${name} 06-01T09:00/06-01T10:00`, `${name} 06-01T22:00/06-02T06:00`]);
  });

  test("an override with hours takes those of the week that it does not have", () => {
    const dateOverrides = [{ date: "2026-06-01", hours: [{ startMinute: 600, endMinute: 660 }], reason: "Late" }];
    const { planned } = hoursOf({ weeklyHours: nineToFive, dateOverrides }, from, to);
    expect(planned().lost.map(write)).toEqual(["06-01T09:00/06-01T10:00", "06-01T11:00/06-01T17:00"]);
  });

  test("a break takes of hours alone", () => {
    const breaks = daily(16 * 60, 18 * 60).map((pause) => ({ ...pause, reason: "Tea" }));
    const { planned } = hoursOf({ weeklyHours: nineToFive, breaks }, "2026-06-02T10:00:00", "2026-06-02T11:00:00");
    expect(planned().lost.map(write)).toContain("06-02T16:00/06-02T17:00");
  });

  test("hours of the next date go on where a night would have", () => {
    const weeklyHours = [...nights, ...daily(0, 120)];
    expect(ranges({ weeklyHours, holidays }, "2026-06-01T00:00:00", "2026-06-02T12:00:00")).toEqual([
      "05-31T22:00/06-01T06:00",
      "06-02T00:00/06-02T02:00",
    ]);
    expect(closures({ weeklyHours, holidays }, "2026-06-01T00:00:00", "2026-06-02T12:00:00")).toEqual([
      "holiday First 06-01T06:00/06-02T00:00",
      "holiday First 06-02T02:00/06-02T06:00",
    ]);
  });
});

describe("closures", () => {
  test("leave a range in pieces, each whole and found from any side", () => {
    const parts = { weeklyHours: nineToFive, breaks: daily(720, 780).map((pause) => ({ ...pause, reason: "Lunch" })) };
    const morning = "06-03T09:00/06-03T12:00";
    const afternoon = "06-03T13:00/06-03T17:00";
    expect(ranges(parts, "2026-06-03T10:00:00", "2026-06-03T14:00:00")).toEqual([morning, afternoon]);
    expect(ranges(parts, "2026-06-03T12:00:00", "2026-06-03T13:00:00")).toEqual([]);
    expect(ranges(parts, "2026-06-03T16:59:00", "2026-06-03T17:00:00")).toEqual([afternoon]);
    expect(closures(parts, "2026-06-03T12:30:00", "2026-06-03T12:31:00")).toEqual([
      "break Lunch 06-03T12:00/06-03T13:00",
    ]);
  });

  test("of a night reach into the next date, also where that has hours of its own", () => {
    const parts = {
      dateOverrides: [{ date: "2026-06-02", hours: [{ startMinute: 0, endMinute: 360 }], reason: "" }],
      breaks: [{ weekday: 1, startMinute: 23 * 60, endMinute: 25 * 60, reason: "Tea" }],
    };
    expect(ranges(parts, "2026-06-02T00:00:00", "2026-06-03T00:00:00")).toEqual(["06-02T01:00/06-02T06:00"]);
  });

  test("of the day before cut a range however late it is looked at", () => {
    const parts = {
      weeklyHours: [{ weekday: 1, startMinute: 22 * 60, endMinute: 30 * 60 }],
      breaks: [{ weekday: 7, startMinute: 23 * 60, endMinute: 46 * 60 + 30, reason: "Fast" }],
    };
    expect(ranges(parts, "2026-06-02T05:00:00", "2026-06-02T05:30:00")).toEqual(["06-01T22:30/06-02T06:00"]);
  });

  test("are local days, as long as the clock makes them", () => {
    const vacations = [{ startDate: "2026-03-08", endDate: "2026-03-08", reason: "Off" }];
    const parts = { timeZone: "America/New_York", vacations };
    expect(closures(parts, "2026-03-08T12:00:00", "2026-03-08T13:00:00")).toEqual([
      "vacation Off 03-08T05:00/03-09T04:00",
    ]);
  });

  test("of holidays are asked for in every year of the question, and once", () => {
    const asked: number[] = [];
    const schedule = { weeklyHours: nineToFive, dateOverrides: [], breaks: [], vacations: [], holidays };
    const hours = createHours({ timeZone: "UTC", ...schedule }, (place, year) => {
      asked.push(year);
      return firstOfJune(place, year);
    });
    const found = hours(Date.UTC(2026, 4, 1), Date.UTC(2028, 5, 2)).closures();
    expect(asked).toEqual([2026, 2027, 2028]);
    expect(found.map(({ startMs }) => new Date(startMs).getUTCFullYear())).toEqual([2026, 2027, 2028]);
  });
});

test("pieces of overlapping nights come by start", () => {
  const weeklyHours = [
    { weekday: 1, startMinute: 22 * 60, endMinute: 30 * 60 },
    { weekday: 2, startMinute: 0, endMinute: 540 },
  ];
  const breaks = [{ weekday: 2, startMinute: 120, endMinute: 180, reason: "" }];
  expect(ranges({ weeklyHours, breaks }, "2026-06-01T12:00:00", "2026-06-02T12:00:00")).toEqual([
    "06-01T22:00/06-02T02:00",
    "06-02T00:00/06-02T02:00",
    "06-02T03:00/06-02T06:00",
    "06-02T03:00/06-02T09:00",
  ]);
});
