import { expect, test } from "vitest";
import { clockChanges } from "./clock-changes.ts";
import { allZones, halfHours, zoneDifferences } from "./zones.ts";

// `npm run zones:recurrence` goes through every zone, 2020 to 2040, at all 48 half hours.
test("a daily rule at each half hour equals what Intl says, in the zones with every kind of change", () => {
  const zones = clockChanges.map(({ zone }) => zone).filter((_, index) => index % 3 === 0);
  expect(zones.flatMap((zone) => zoneDifferences(zone, halfHours, 2026, 2027))).toEqual([]);
});

test("a daily rule at 02:30 equals what Intl says, in a tenth of all zones", () => {
  const zones = allZones().filter((_, index) => index % 10 === 0);
  expect(zones.flatMap((zone) => zoneDifferences(zone, [9_000_000], 2024, 2027))).toEqual([]);
});
