import { expect, test } from "vitest";
import { profileOf } from "./calendars.ts";
import { publicHolidays } from "./holidays.ts";
import { requestIdOf } from "./ids.ts";
import { members } from "./organization.ts";

const now = new Date("2026-11-21T12:00:00Z");

test("public holidays of two countries have their own dates and names", () => {
  const german = publicHolidays({ country: "DE", state: "BE" }, [2026]);
  const american = publicHolidays({ country: "US", state: "NY" }, [2026]);
  expect(german).toContainEqual({ date: "2026-10-03", name: "Tag der Deutschen Einheit" });
  expect(american).toContainEqual({ date: "2026-11-26", name: "Thanksgiving Day" });
  expect(german.map(({ date }) => date)).not.toContain("2026-11-26");
});

test("a profile has the weekly hours in minutes, across midnight too, and no hours on holidays", () => {
  const { weeklyHours = [], dateOverrides = [] } = profileOf(members.ravi, "id", now);
  expect(dateOverrides).toEqual([]);
  expect(weeklyHours.filter(({ weekday }) => weekday === 2)).toEqual([
    { weekday: 2, hours: { startMinute: 660, endMinute: 840 } },
    { weekday: 2, hours: { startMinute: 1260, endMinute: 1500 } },
  ]);
  const ada = profileOf(members.ada, "id", now).dateOverrides ?? [];
  expect(ada).toContainEqual({ date: "2026-12-25", hours: [], reason: "1. Weihnachtstag" });
  expect(ada).toContainEqual({ date: "2027-01-01", hours: [], reason: "Neujahr" });
  expect(new Set(ada.map(({ date }) => date)).size).toBe(ada.length);
});

test("request ids are UUIDs of version 5, the same for the same name alone", () => {
  expect(requestIdOf("a")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(requestIdOf("a")).toBe(requestIdOf("a"));
  expect(requestIdOf("a")).not.toBe(requestIdOf("b"));
});
