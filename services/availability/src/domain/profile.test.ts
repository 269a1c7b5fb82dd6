import { DomainError } from "@calends/kit/domain-error";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rangesBetween, validateProfile, type Profile } from "./profile.ts";

const utc = (text: string) => Date.parse(`${text}Z`);
const weekdays = [1, 2, 3, 4, 5, 6, 7];
const profileOf = (parts: Partial<Profile>): Profile => ({
  timeZone: "UTC",
  weeklyHours: [],
  dateOverrides: [],
  ...parts,
});

/** The field at fault; nothing where the profile is accepted. */
function fault(parts: Partial<Profile>): string | undefined {
  try {
    validateProfile(profileOf(parts), "profile");
    return undefined;
  } catch (error) {
    return error instanceof DomainError ? error.violations[0]?.field : String(error);
  }
}

describe("validation", () => {
  const range = fc.record({
    startMinute: fc.integer({ min: 0, max: 1439 }),
    endMinute: fc.integer({ min: 1, max: 2880 }),
  });
  const inWeek = fc.tuple(fc.integer({ min: 1, max: 3 }), range).map(([weekday, hours]) => ({ weekday, ...hours }));

  test("accepts exactly the weeks whose ranges run forwards, for at most a day, and do not overlap on their day", () => {
    fc.assert(
      fc.property(fc.array(inWeek, { maxLength: 4 }), (weeklyHours) => {
        const forwards = weeklyHours.every((h) => h.endMinute > h.startMinute && h.endMinute - h.startMinute <= 1440);
        const apart = weeklyHours.every((a, i) =>
          weeklyHours.every(
            (b, j) =>
              i === j || a.weekday !== b.weekday || a.endMinute <= b.startMinute || b.endMinute <= a.startMinute,
          ),
        );
        expect(fault({ weeklyHours }) === undefined).toBe(forwards && apart);
      }),
      { numRuns: 500 },
    );
  });

  test("names what is wrong", () => {
    const day = (startMinute: number, endMinute: number) => ({ startMinute, endMinute });
    const override = (date: string, ...hours: { startMinute: number; endMinute: number }[]) => ({
      date,
      hours,
      reason: "",
    });
    expect(fault({ timeZone: "Mars/Olympus" })).toBe("profile.time_zone");
    expect(fault({ weeklyHours: [{ weekday: 1, ...day(540, 540) }] })).toBe("profile.weekly_hours[0].hours.end_minute");
    expect(fault({ weeklyHours: [{ weekday: 1, ...day(0, 1441) }] })).toBe("profile.weekly_hours[0].hours.end_minute");
    expect(fault({ weeklyHours: [day(0, 60), day(59, 90)].map((h) => ({ weekday: 2, ...h })) })).toBe(
      "profile.weekly_hours",
    );
    expect(fault({ dateOverrides: [override("2026-02-30")] })).toBe("profile.date_overrides[0].date");
    expect(fault({ dateOverrides: [override("2026-02-01"), override("2026-02-01")] })).toBe(
      "profile.date_overrides[1].date",
    );
    expect(fault({ dateOverrides: [override("2026-02-01", day(60, 0))] })).toBe(
      "profile.date_overrides[0].hours[0].end_minute",
    );
    expect(fault({ dateOverrides: [override("2026-02-01", day(0, 90), day(60, 99))] })).toBe(
      "profile.date_overrides[0].hours",
    );
  });

  test("lets ranges touch, and a night go into the next day's morning", () => {
    const touching = [
      { weekday: 1, startMinute: 0, endMinute: 720 },
      { weekday: 1, startMinute: 720, endMinute: 1440 },
    ];
    expect(fault({ weeklyHours: touching })).toBeUndefined();
    const nights = weekdays.map((weekday) => ({ weekday, startMinute: 22 * 60, endMinute: 30 * 60 }));
    expect(fault({ weeklyHours: nights })).toBeUndefined();
  });
});

describe("hours are wall-clock time", () => {
  const nineToFive = weekdays.map((weekday) => ({ weekday, startMinute: 540, endMinute: 1020 }));
  const spans = (parts: Partial<Profile>, from: string, to: string) =>
    rangesBetween(profileOf(parts), utc(from), utc(to)).map(({ startMs, endMs }) =>
      [startMs, endMs].map((ms) => new Date(ms).toISOString().slice(5, 16)).join("/"),
    );

  test("09:00 stays 09:00 across a clock change", () => {
    const parts = { timeZone: "America/New_York", weeklyHours: nineToFive };
    expect(spans(parts, "2026-03-07T12:00:00", "2026-03-09T00:00:00")).toEqual([
      "03-07T14:00/03-07T22:00",
      "03-08T13:00/03-08T21:00",
    ]);
  });

  test("a range over a change is as long as the clock makes it", () => {
    const weeklyHours = weekdays.map((weekday) => ({ weekday, startMinute: 0, endMinute: 240 }));
    const parts = { timeZone: "America/New_York", weeklyHours };
    expect(spans(parts, "2026-03-08T05:00:00", "2026-03-08T12:00:00")).toEqual(["03-08T05:00/03-08T08:00"]);
    expect(spans(parts, "2026-11-01T04:00:00", "2026-11-01T12:00:00")).toEqual(["11-01T04:00/11-01T09:00"]);
  });

  test("a range inside the hour that a change skips does not exist", () => {
    const weeklyHours = [{ weekday: 7, startMinute: 120, endMinute: 180 }];
    expect(spans({ timeZone: "America/New_York", weeklyHours }, "2026-03-08T00:00:00", "2026-03-09T00:00:00")).toEqual(
      [],
    );
  });

  test("an override takes the place of its date's hours, and only of its date's", () => {
    const dateOverrides = [{ date: "2026-06-02", hours: [], reason: "holiday" }];
    expect(spans({ weeklyHours: nineToFive, dateOverrides }, "2026-06-01T00:00:00", "2026-06-04T00:00:00")).toEqual([
      "06-01T09:00/06-01T17:00",
      "06-03T09:00/06-03T17:00",
    ]);
  });

  test("a night that began the day before is found from within it", () => {
    const weeklyHours = [{ weekday: 1, startMinute: 22 * 60, endMinute: 30 * 60 }];
    expect(spans({ weeklyHours }, "2026-06-02T05:00:00", "2026-06-02T05:30:00")).toEqual(["06-01T22:00/06-02T06:00"]);
  });
});
