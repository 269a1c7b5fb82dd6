import { expect, test } from "vitest";
import { isZone } from "@calends/time/zone";
import { ianaZoneOf } from "../src/windows-zones.ts";

test("Windows names lead to zones of the IANA database", () => {
  const names = [
    "Pacific Standard Time",
    "eastern standard time",
    "Romance Standard Time",
    "Tokyo Standard Time",
    "UTC-02",
  ];
  const zones = names.map((name) => ianaZoneOf(name) ?? "");
  expect(zones).toEqual(["America/Los_Angeles", "America/New_York", "Europe/Paris", "Asia/Tokyo", "Etc/GMT+2"]);
  expect(zones.every(isZone)).toBe(true);
});

test("other names lead nowhere", () => {
  expect(["", "Europe/Paris", "Eastern", "constructor"].map(ianaZoneOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
