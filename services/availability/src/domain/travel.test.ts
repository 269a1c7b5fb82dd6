import { describe, expect, test } from "vitest";
import { createTravelTime, noTravel, validateTravel, type TravelData } from "./travel.ts";

const minuteMs = 60_000;
const office = { key: "office", latitude: 52.52, longitude: 13.405 };
/** One degree of a great circle further north: 111.195 km. */
const clinic = { key: "clinic", latitude: 53.52, longitude: 13.405 };
const sydney = { key: "sydney", latitude: -33.87, longitude: 151.21 };

function minutes(data: Partial<TravelData>, from: string, to: string): number {
  return createTravelTime({ ...noTravel, ...data })(from, to) / minuteMs;
}

describe("travel", () => {
  const places = [office, clinic];
  const times = [{ from: "office", to: "clinic", ms: 40 * minuteMs }];

  test("takes what is known of the way", () => {
    expect(minutes({ places, times }, "office", "clinic")).toBe(40);
  });

  test("may take longer on the way back, of which nothing is known", () => {
    expect(minutes({ places, times, straightLineKmh: 60 }, "clinic", "office")).toBe(112);
  });

  test("takes the straight line at a speed, rounded up to minutes; at 30 km/h where none is given", () => {
    expect(minutes({ places, straightLineKmh: 100 }, "office", "clinic")).toBe(67);
    expect(minutes({ places }, "office", "clinic")).toBe(223);
  });

  test("takes no more than a day, as known times do", () => {
    expect(minutes({ places: [office, sydney] }, "office", "sydney")).toBe(1440);
  });

  test("takes no time within a place, and none where a place is unknown", () => {
    expect(minutes({ places }, "office", "office")).toBe(0);
    expect(minutes({ places }, "office", "moon")).toBe(0);
    expect(minutes({}, "office", "clinic")).toBe(0);
  });

  test("is known between places that are not on the map", () => {
    expect(minutes({ times }, "office", "clinic")).toBe(40);
  });
});

describe("travel data", () => {
  test("names the place that is there twice", () => {
    const refuse = () => validateTravel({ ...noTravel, places: [office, clinic, office] }, "travel");
    expect(refuse).toThrow("the place office is there twice");
  });

  test("names the way that is there twice; there and back are two", () => {
    const there = { from: "a", to: "b", ms: 0 };
    const back = { from: "b", to: "a", ms: 0 };
    expect(() => validateTravel({ ...noTravel, times: [there, back] }, "travel")).not.toThrow();
    expect(() => validateTravel({ ...noTravel, times: [there, back, there] }, "travel")).toThrow(
      "from a to b is there twice",
    );
  });
});
