import { describe, expect, test } from "vitest";
import { findHolidays, unknownHolidayPart } from "./holidays.ts";

const placeOf = (text: string) => {
  const [country = "", region = "", district = ""] = text.split("/");
  return { country, region, district };
};

/** The dates of a year's holidays, as in "01-01 01-06". */
function datesOf(place: string, year: number): string {
  const holidays = findHolidays(placeOf(place), year);
  expect(holidays.every(({ date }) => date.startsWith(`${year}-`))).toBe(true);
  return holidays.map(({ date }) => date.slice(5)).join(" ");
}

const bavaria2026 = "01-01 01-06 04-03 04-06 05-01 05-14 05-25 06-04 10-03 11-01 12-25 12-26";

describe("public holidays are those of the calendars that governments print", () => {
  test.each([
    ["DE", 2026, "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26"],
    ["DE/BY", 2026, bavaria2026],
    ["DE/BY", 2027, "01-01 01-06 03-26 03-29 05-01 05-06 05-17 05-27 10-03 11-01 12-25 12-26"],
    // With the days on which those of a Saturday or Sunday are kept.
    ["US", 2026, "01-01 01-19 02-16 05-25 06-19 07-03 07-04 09-07 10-12 11-11 11-26 12-25"],
    ["US", 2027, "01-01 01-18 02-15 05-31 06-18 06-19 07-04 07-05 09-06 10-11 11-11 11-25 12-24 12-25 12-31"],
    ["US/CA", 2026, "01-01 01-19 02-16 03-31 05-25 06-19 07-03 07-04 09-07 11-11 11-26 11-27 12-25"],
    // The two Sundays in October are the general election's.
    ["BR", 2026, "01-01 04-03 04-21 05-01 09-07 10-04 10-12 10-25 11-02 11-15 11-20 12-25"],
    ["BR", 2027, "01-01 03-26 04-21 05-01 09-07 10-12 11-02 11-15 11-20 12-25"],
    [
      "JP",
      2026,
      "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23",
    ],
    [
      "JP",
      2027,
      "01-01 01-11 02-11 02-23 03-21 03-22 04-29 05-03 05-04 05-05 07-19 08-11 09-20 09-23 10-11 11-03 11-23",
    ],
    ["FR", 2026, "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25"],
    ["FR", 2027, "01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25"],
    ["FR/57", 2026, "01-01 04-03 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25 12-26"],
  ])("%s in %i", (place, year, dates) => {
    expect(datesOf(place, year)).toBe(dates);
  });

  test("a district adds its own", () => {
    expect(datesOf("DE/BY/A", 2026)).toBe(bavaria2026.replace("06-04", "06-04 08-08 08-15"));
  });

  test("what has become a holiday of the whole of Brazil is one of its states", () => {
    for (const state of ["AM", "MT", "RJ", "SP"]) {
      expect(datesOf(`BR/${state}`, 2026)).toContain("11-20");
    }
  });
});

describe("the dates of a holiday", () => {
  test("are each of its days", () => {
    const namesOf = (place: string, name: string) =>
      findHolidays(placeOf(place), 2026).flatMap((holiday) => (holiday.name === name ? [holiday.date] : []));
    expect(namesOf("KR", "추석")).toEqual(["2026-09-24", "2026-09-25", "2026-09-26"]);
    expect(namesOf("TR", "Ramazan Bayramı")).toEqual(["2026-03-20", "2026-03-21", "2026-03-22"]);
  });

  test("leave out the evening before, at whose sunset it begins", () => {
    expect(datesOf("IL", 2026)).toBe("04-02 04-08 04-22 05-22 09-12 09-13 09-21 09-26 10-03");
  });

  test("are whole where it begins at noon", () => {
    expect(datesOf("IS", 2026)).toContain("12-24 12-25 12-26 12-31");
  });
});

test("a place of which a part is unknown is refused by that part, and has no holidays that could be missed", () => {
  expect(unknownHolidayPart(placeOf("DE/BY/A"))).toBeUndefined();
  expect(unknownHolidayPart(placeOf("JP"))).toBeUndefined();
  expect(unknownHolidayPart(placeOf("XX"))).toBe("country");
  expect(unknownHolidayPart(placeOf("DE/by"))).toBe("region");
  expect(unknownHolidayPart(placeOf("JP/13"))).toBe("region");
  expect(unknownHolidayPart(placeOf("DE/BY/Z"))).toBe("district");
  expect(unknownHolidayPart(placeOf("DE//A"))).toBe("district");
  expect(unknownHolidayPart(placeOf("__proto__"))).toBe("country");
  expect(() => findHolidays(placeOf("DE/ZZ"), 2026)).toThrow("no public holidays are known of the region ZZ");
});

test("years that the data cannot speak of have no holidays, and end at once", () => {
  for (const year of [1, 1899, 2201, 9999]) {
    expect(findHolidays(placeOf("BN"), year)).toEqual([]);
    expect(findHolidays(placeOf("IR"), year)).toEqual([]);
  }
});
