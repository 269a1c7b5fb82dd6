import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { isZone, UnknownZoneError, zoneOf } from "./zone.ts";

const hourMs = 3_600_000;
const local = (text: string) => Date.parse(`${text}Z`);
const iso = (ms: number) => new Date(ms).toISOString();

describe("offsets equal luxon's", () => {
  const names = [
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Pacific/Chatham",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Gaza",
  ];
  test.each(names)("%s, every 31 hours from 1995 to 2045", (name) => {
    const zone = zoneOf(name);
    const wrong: string[] = [];
    for (let t = Date.UTC(1995, 0, 1); t < Date.UTC(2045, 0, 1); t += 31 * hourMs) {
      const expected = DateTime.fromMillis(t, { zone: name }).offset * 60_000;
      if (zone.offsetAt(t) !== expected) {
        wrong.push(`${iso(t)}: ${zone.offsetAt(t)} instead of ${expected}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe("local times", () => {
  test("in a gap use the offset before it", () => {
    expect(iso(zoneOf("America/New_York").toUtc(local("2026-03-08T02:30:00")))).toBe("2026-03-08T07:30:00.000Z");
    expect(iso(zoneOf("Australia/Lord_Howe").toUtc(local("2026-10-04T02:15:00")))).toBe("2026-10-03T15:45:00.000Z");
  });
  test("in a gap are NaN where gaps are omitted, and only there", () => {
    const zone = zoneOf("America/New_York");
    expect(zone.toUtc(local("2026-03-08T02:30:00"), "omit")).toBeNaN();
    expect(iso(zone.toUtc(local("2026-03-08T03:00:00"), "omit"))).toBe("2026-03-08T07:00:00.000Z");
  });
  test("that happen twice are the first of the two", () => {
    expect(iso(zoneOf("America/New_York").toUtc(local("2026-11-01T01:30:00")))).toBe("2026-11-01T05:30:00.000Z");
    expect(iso(zoneOf("Europe/London").toUtc(local("2026-10-25T01:30:00")))).toBe("2026-10-25T00:30:00.000Z");
  });
  test("of a day that a zone skipped use the offset before it", () => {
    expect(iso(zoneOf("Pacific/Apia").toUtc(local("2011-12-30T09:00:00")))).toBe("2011-12-30T19:00:00.000Z");
    expect(iso(zoneOf("Pacific/Apia").toUtc(local("2011-12-31T09:00:00")))).toBe("2011-12-30T19:00:00.000Z");
  });
  test("keep their daylight saving time in 2150", () => {
    expect(iso(zoneOf("America/New_York").toUtc(local("2150-07-01T12:00:00")))).toBe("2150-07-01T16:00:00.000Z");
  });
});

test("however a zone's name is spelled, and whatever else it is called, it is one zone with one table", () => {
  const zone = zoneOf("America/New_York");
  expect(zoneOf("US/Eastern")).toBe(zone);
  const letters = "america/new_york".split("");
  for (let mask = 0; mask < 4_096; mask += 1) {
    const name = letters.map((letter, at) => (((mask >> at) & 1) === 1 ? letter.toUpperCase() : letter)).join("");
    expect(zoneOf(name)).toBe(zone);
  }
  expect(zoneOf("etc/utc")).toBe(zoneOf("UTC"));
});

test("unknown zones are refused by name, offsets too", () => {
  expect(() => zoneOf("Mars/Olympus")).toThrow(UnknownZoneError);
  expect(isZone("+01:00")).toBe(false);
  expect(isZone("Europe/Berlin")).toBe(true);
});
