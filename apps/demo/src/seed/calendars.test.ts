import { expect, test } from "vitest";
import { profileOf } from "./calendars.ts";
import { requestIdOf } from "./ids.ts";
import { members } from "./organization.ts";

test("a profile has the weekly hours in minutes, across midnight too, and whose holidays are kept", () => {
  const ravi = profileOf(members.ravi, "id").schedule;
  expect(ravi?.holidays).toBeUndefined();
  expect(ravi?.weeklyHours?.filter(({ weekday }) => weekday === 2)).toEqual([
    { weekday: 2, hours: { startMinute: 660, endMinute: 840 } },
    { weekday: 2, hours: { startMinute: 1260, endMinute: 1500 } },
  ]);
  expect(profileOf(members.ada, "id").schedule?.holidays).toEqual({ country: "DE", region: "BE" });
});

test("request ids are UUIDs of version 5, the same for the same name alone", () => {
  expect(requestIdOf("a")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(requestIdOf("a")).toBe(requestIdOf("a"));
  expect(requestIdOf("a")).not.toBe(requestIdOf("b"));
});
