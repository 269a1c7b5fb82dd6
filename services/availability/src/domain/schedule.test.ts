import { DomainError } from "@calends/kit/domain-error";
import fc from "fast-check";
import { expect, test } from "vitest";
import { validateSchedule, type HolidayPlaces, type Schedule } from "./schedule.ts";

/** The field at fault; nothing where the schedule is accepted. */
function fault(parts: Partial<Schedule>, places: HolidayPlaces = () => undefined): string | undefined {
  const nothing = { timeZone: "UTC", weeklyHours: [], dateOverrides: [], breaks: [], vacations: [], holidays: null };
  try {
    validateSchedule({ ...nothing, ...parts }, "s", places);
    return undefined;
  } catch (error) {
    return error instanceof DomainError ? error.violations[0]?.field : String(error);
  }
}

const day = (startMinute: number, endMinute: number) => ({ startMinute, endMinute });
const onDay = (weekday: number, ...hours: { startMinute: number; endMinute: number }[]) =>
  hours.map((range) => ({ weekday, ...range, reason: "" }));
const override = (date: string, ...hours: { startMinute: number; endMinute: number }[]) => ({
  date,
  hours,
  reason: "",
});
const vacation = (startDate: string, endDate: string) => ({ startDate, endDate, reason: "" });

const range = fc.record({
  startMinute: fc.integer({ min: 0, max: 1439 }),
  endMinute: fc.integer({ min: 1, max: 2880 }),
});
const week = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 3 }), range).map(([weekday, hours]) => ({ weekday, reason: "", ...hours })),
  { maxLength: 4 },
);

test("hours and breaks are accepted exactly where they run forwards, for at most a day, and apart on their day", () => {
  fc.assert(
    fc.property(week, (ranges) => {
      const forwards = ranges.every((h) => h.endMinute > h.startMinute && h.endMinute - h.startMinute <= 1440);
      const apart = ranges.every((a, i) =>
        ranges.every(
          (b, j) => i === j || a.weekday !== b.weekday || a.endMinute <= b.startMinute || b.endMinute <= a.startMinute,
        ),
      );
      expect(fault({ weeklyHours: ranges }) === undefined).toBe(forwards && apart);
      expect(fault({ breaks: ranges }) === undefined).toBe(forwards && apart);
    }),
    { numRuns: 500 },
  );
});

test("the first thing at fault is named", () => {
  expect(fault({ timeZone: "Mars/Olympus" })).toBe("s.time_zone");
  expect(fault({ weeklyHours: onDay(1, day(540, 540)) })).toBe("s.weekly_hours[0].hours.end_minute");
  expect(fault({ weeklyHours: onDay(1, day(0, 1441)) })).toBe("s.weekly_hours[0].hours.end_minute");
  expect(fault({ weeklyHours: onDay(2, day(0, 60), day(59, 90)) })).toBe("s.weekly_hours");
  expect(fault({ dateOverrides: [override("2026-02-30")] })).toBe("s.date_overrides[0].date");
  expect(fault({ dateOverrides: [override("2026-02-01"), override("2026-02-01")] })).toBe("s.date_overrides[1].date");
  expect(fault({ dateOverrides: [override("2026-02-01", day(60, 0))] })).toBe(
    "s.date_overrides[0].hours[0].end_minute",
  );
  expect(fault({ dateOverrides: [override("2026-02-01", day(0, 90), day(60, 99))] })).toBe("s.date_overrides[0].hours");
  expect(fault({ breaks: onDay(1, day(60, 60)) })).toBe("s.breaks[0].hours.end_minute");
  expect(fault({ breaks: onDay(7, day(1380, 1500), day(1499, 1600)) })).toBe("s.breaks");
});

test("ranges may touch, and a night may go into the next day's morning", () => {
  expect(fault({ weeklyHours: onDay(1, day(0, 720), day(720, 1440)) })).toBeUndefined();
  const nights = [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => onDay(weekday, day(22 * 60, 30 * 60)));
  expect(fault({ weeklyHours: nights })).toBeUndefined();
});

test("a vacation is of real dates, runs forwards and is at most 366 days long", () => {
  expect(fault({ vacations: [vacation("2026-01-01", "2026-01-01")] })).toBeUndefined();
  expect(fault({ vacations: [vacation("2028-01-01", "2028-12-31")] })).toBeUndefined();
  expect(fault({ vacations: [vacation("2026-01-01", "2027-01-01")] })).toBeUndefined();
  expect(fault({ vacations: [vacation("2026-01-01", "2027-01-02")] })).toBe("s.vacations[0].end_date");
  expect(fault({ vacations: [vacation("2026-01-02", "2026-01-01")] })).toBe("s.vacations[0].end_date");
  expect(fault({ vacations: [vacation("2026-02-29", "2026-03-01")] })).toBe("s.vacations[0].start_date");
  expect(fault({ vacations: [vacation("2026-02-01", "2026-02-29")] })).toBe("s.vacations[0].end_date");
});

test("holidays of an unknown place are refused by the part that is unknown, and none need no place", () => {
  const holidays = { country: "DE", region: "XX", district: "" };
  expect(fault({ holidays }, () => "region")).toBe("s.holidays.region");
  expect(fault({ holidays })).toBeUndefined();
  expect(fault({ holidays: null }, () => "country")).toBeUndefined();
});
