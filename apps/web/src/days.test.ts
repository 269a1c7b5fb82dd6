import { describe, expect, test } from "vitest";
import { addDays, addMonths, dayAt, groupByDay, lastMonth, monthOf, spanOf, weekdayOf, weeksOf } from "./days.ts";

const HOUR_MS = 3_600_000;

function at(iso: string): number {
  return Date.parse(iso);
}

function hourlySlots(startIso: string, count: number): { startMs: number; endMs: number }[] {
  return Array.from({ length: count }, (_, hour) => {
    const startMs = at(startIso) + hour * HOUR_MS;
    return { startMs, endMs: startMs + HOUR_MS };
  });
}

describe("the day of an instant", () => {
  test("is the wall calendar's on both sides of the date line", () => {
    const instant = at("2026-11-23T10:30:00Z");
    expect(dayAt(instant, "Pacific/Kiritimati")).toBe("2026-11-24");
    expect(dayAt(instant, "UTC")).toBe("2026-11-23");
    expect(dayAt(instant, "Pacific/Pago_Pago")).toBe("2026-11-22");
  });

  test("begins at local midnight, to the millisecond", () => {
    expect(dayAt(at("2026-11-22T18:14:59.999Z"), "Asia/Kathmandu")).toBe("2026-11-22");
    expect(dayAt(at("2026-11-22T18:15:00.000Z"), "Asia/Kathmandu")).toBe("2026-11-23");
  });

  test("is right in a zone whose midnight does not exist on the day of the change", () => {
    // Cairo springs from 00:00 to 01:00 on the last Friday of April.
    expect(dayAt(at("2026-04-23T21:59:59Z"), "Africa/Cairo")).toBe("2026-04-23");
    expect(dayAt(at("2026-04-23T22:00:00Z"), "Africa/Cairo")).toBe("2026-04-24");
  });

  test("skips the day that Samoa never had", () => {
    expect(dayAt(at("2011-12-30T09:59:59Z"), "Pacific/Apia")).toBe("2011-12-29");
    expect(dayAt(at("2011-12-30T10:00:00Z"), "Pacific/Apia")).toBe("2011-12-31");
  });
});

describe("grouping slots by day", () => {
  test("gives a day of 23 hours and a day of 25 hours all their slots", () => {
    const spring = groupByDay(hourlySlots("2026-03-28T23:00:00Z", 47), "Europe/Berlin");
    expect([...spring].map(([day, slots]) => [day, slots.length])).toEqual([
      ["2026-03-29", 23],
      ["2026-03-30", 24],
    ]);
    const autumn = groupByDay(hourlySlots("2026-11-01T04:00:00Z", 25), "America/New_York");
    expect([...autumn].map(([day, slots]) => [day, slots.length])).toEqual([["2026-11-01", 25]]);
  });

  test("puts one slot on different days for visitors far apart", () => {
    const slots = hourlySlots("2026-12-31T11:00:00Z", 1);
    expect([...groupByDay(slots, "Pacific/Auckland").keys()]).toEqual(["2027-01-01"]);
    expect([...groupByDay(slots, "Pacific/Honolulu").keys()]).toEqual(["2026-12-31"]);
  });

  test("loses no slot and keeps their order in every zone", () => {
    const slots = hourlySlots("2026-10-20T00:00:00Z", 24 * 14);
    for (const zone of Intl.supportedValuesOf("timeZone")) {
      expect({ zone, slots: [...groupByDay(slots, zone).values()].flat() }).toEqual({ zone, slots });
    }
  });
});

describe("the span asked for a month", () => {
  test("holds the whole month in every zone", () => {
    for (const month of ["2026-02", "2026-03", "2026-11", "2026-12"]) {
      const { startMs, endMs } = spanOf(month);
      const zonesCut = Intl.supportedValuesOf("timeZone").filter(
        (zone) => monthOf(dayAt(startMs - 1, zone)) >= month || monthOf(dayAt(endMs, zone)) <= month,
      );
      expect(zonesCut).toEqual([]);
    }
  });

  test("is never longer than the 62 days that the service allows", () => {
    for (let count = 0; count < 24; count++) {
      const { startMs, endMs } = spanOf(addMonths("2027-01", count));
      expect(endMs - startMs).toBeLessThanOrEqual(33 * 24 * HOUR_MS);
    }
  });
});

describe("the month view", () => {
  test("has every day of the month once, under its weekday", () => {
    for (const firstWeekday of [1, 6, 7]) {
      for (const month of ["2026-02", "2028-02", "2026-08", "2026-11"]) {
        const weeks = weeksOf(month, firstWeekday);
        const days = weeks.flat().filter((day) => day !== undefined);
        expect(days).toEqual(days.map((_, index) => addDays(`${month}-01`, index)));
        expect(addDays(days.at(-1) ?? "", 1)).toBe(`${addMonths(month, 1)}-01`);
        for (const week of weeks) {
          expect(week).toHaveLength(7);
          const columns = week.flatMap((day, column) => (day === undefined ? [] : [{ day, column }]));
          expect(columns.map(({ day }) => weekdayOf(day))).toEqual(
            columns.map(({ column }) => ((firstWeekday - 1 + column) % 7) + 1),
          );
        }
      }
    }
  });

  test("has no row without a day", () => {
    expect(weeksOf("2027-02", 1)).toHaveLength(4);
    expect(weeksOf("2026-08", 1)).toHaveLength(6);
  });
});

describe("months", () => {
  test("carry over the year in both directions", () => {
    expect(addMonths("2026-12", 1)).toBe("2027-01");
    expect(addMonths("2026-01", -1)).toBe("2025-12");
    expect(addMonths("2026-11", -12)).toBe("2025-11");
  });

  test("end at the horizon, counted in the visitor's zone; without one they never end", () => {
    const now = at("2026-11-21T12:00:00Z");
    expect(lastMonth(now, 10, "Pacific/Pago_Pago")).toBe("2026-12");
    expect(lastMonth(at("2026-11-21T05:00:00Z"), 10, "Pacific/Pago_Pago")).toBe("2026-11");
    expect(lastMonth(now, 0, "UTC")).toBeUndefined();
  });
});
