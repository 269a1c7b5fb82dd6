import { describe, expect, test } from "vitest";
import { firstWeekdayOf, formatsFor, lengthInWords, slotNames } from "./formats.ts";

const NINE_IN_NEW_YORK = Date.parse("2026-11-23T14:00:00Z");

describe("the words for a time", () => {
  test("use 12 hours in the United States and 24 in Britain", () => {
    expect(formatsFor("en-US").time(NINE_IN_NEW_YORK, "America/New_York")).toBe("9:00 AM");
    expect(formatsFor("en-GB").time(NINE_IN_NEW_YORK, "America/New_York")).toBe("09:00");
  });

  test("stay English and keep the visitor's hours in other languages", () => {
    expect(formatsFor("de-DE").time(NINE_IN_NEW_YORK, "Europe/Berlin")).toBe("15:00");
    expect(formatsFor("de-DE").day("2026-11-23")).toMatch(/^Monday,? 23 November 2026$/);
    expect(formatsFor("hi-IN").time(NINE_IN_NEW_YORK, "Asia/Kolkata")).toBe("7:30 pm");
  });

  test("say midnight as 0, never as 24", () => {
    expect(formatsFor("fr-FR").time(Date.parse("2026-11-23T00:00:00Z"), "UTC")).toBe("00:00");
  });

  test("have plain spaces only, whatever the engine writes", () => {
    expect(formatsFor("en-US").hours({ startMs: NINE_IN_NEW_YORK, endMs: NINE_IN_NEW_YORK + 1_800_000 }, "UTC")).toBe(
      "2:00 PM to 2:30 PM",
    );
  });
});

describe("the words for a day", () => {
  test("are those of the day itself, whatever zone the machine is in", () => {
    expect(formatsFor("en-US").day("2026-11-23")).toBe("Monday, November 23, 2026");
    expect(formatsFor("en-US").month("2026-11")).toBe("November 2026");
  });

  test("head the columns from the visitor's first weekday on", () => {
    expect(formatsFor("en-US").weekdays.map((weekday) => weekday.long)[0]).toBe("Sunday");
    expect(formatsFor("de-DE").weekdays.map((weekday) => weekday.short)).toEqual([
      "Mon",
      "Tue",
      "Wed",
      "Thu",
      "Fri",
      "Sat",
      "Sun",
    ]);
    expect(firstWeekdayOf("ar-EG")).toBe(6);
  });
});

describe("slot names", () => {
  test("are never equal, also in the hour that comes twice", () => {
    const starts = ["2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-01T07:30:00Z"].map((iso) =>
      Date.parse(iso),
    );
    const slots = starts.map((startMs) => ({ startMs, endMs: startMs + 1_800_000 }));
    expect(slotNames(slots, "America/New_York", formatsFor("en-US"))).toEqual([
      "1:30 AM GMT-4",
      "1:30 AM GMT-5",
      "2:30 AM",
    ]);
  });
});

test("a length is said in hours and minutes", () => {
  expect([900, 3600, 5400, 7260].map(lengthInWords)).toEqual([
    "15 minutes",
    "1 hour",
    "1 hour 30 minutes",
    "2 hours 1 minute",
  ]);
});
