import type { CompiledSet } from "@calends/recurrence";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePattern, endOf, hasDateIn, startsIn, type CompiledPattern, type Pattern } from "./pattern.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A pattern of so many hours, from the start of October 2026. */
function patternOf(rule: string, hours: number, timeZone = "Europe/Berlin"): Pattern {
  return { rule, localStart: "2026-10-01T00:00:00", timeZone, durationMs: hours * hourMs, extraLines: "" };
}

/** A pattern that counts the dates which are asked of it. */
function counting(pattern: Pattern): { compiled: CompiledPattern; asked: () => number } {
  const { set } = compilePattern(pattern);
  let asked = 0;
  const counted: CompiledSet = {
    ...set,
    between(...window) {
      const found = set.between(...window);
      asked += found.starts.length;
      return found;
    },
  };
  return { compiled: { pattern, set: counted }, asked: () => asked };
}

const zones = ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "America/Scoresbysund"];

test("the dates in progress are those that begin before the end of a range and end after its start, in every zone", () => {
  const property = fc.property(
    fc.constantFrom(...zones),
    fc.constantFrom("FREQ=HOURLY", "FREQ=DAILY", "FREQ=MINUTELY;INTERVAL=40"),
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 0, max: 60 * 24 * 4 }),
    fc.integer({ min: 1, max: 60 * 24 }),
    (zone, rule, hours, fromHalfHour, rangeMinutes) => {
      const compiled = compilePattern(patternOf(rule, hours, zone));
      const fromMs = Date.parse("2026-10-01T12:00:00Z") + fromHalfHour * (hourMs / 2);
      const toMs = fromMs + rangeMinutes * 60_000;
      const all = Array.from(compiled.set.between(fromMs - 10 * dayMs, toMs, { limit: 100_000 }).starts);
      const expected = all.filter((startMs) => endOf(compiled.pattern, startMs) > fromMs);
      expect(startsIn(compiled, fromMs, toMs, 100_000)).toEqual(expected);
      const excepted = new Set(expected.slice(1));
      expect(hasDateIn(compiled, [fromMs, toMs], excepted)).toBe(expected.length > 0);
      expect(hasDateIn(compiled, [fromMs, toMs], new Set(expected))).toBe(false);
    },
  );
  fc.assert(property, { numRuns: 300 });
});

test.each([
  ["Africa/Cairo", "2027-04-23T00:00:00", "FREQ=WEEKLY;BYDAY=FR", 24, "2027-04-29T22:00Z", "2027-04-30T21:00Z"],
  ["America/New_York", "2027-03-01T02:30:00", "FREQ=DAILY", 3.5, "2027-03-14T07:30Z", "2027-03-14T10:00Z"],
  // What ends before the clock goes on is as long as ever.
  ["America/New_York", "2027-03-01T02:10:00", "FREQ=DAILY", 0.5, "2027-03-14T07:10Z", "2027-03-14T07:40Z"],
  // The time that is shown instead is one of the rule's own.
  ["America/New_York", "2027-03-01T02:30:00", "FREQ=DAILY;BYHOUR=2,3", 3.5, "2027-03-14T07:30Z", "2027-03-14T11:00Z"],
  ["America/New_York", "2027-03-01T00:30:00", "FREQ=HOURLY", 3.5, "2027-03-14T07:30Z", "2027-03-14T11:00Z"],
])(
  "a date in %s whose start the clock skips ends by the pattern's own wall clock: %s %s",
  (...[zone, localStart, rule, hours, start, end]) => {
    const pattern = { ...patternOf(rule, hours, zone), localStart };
    const startMs = Date.parse(start);
    expect(compilePattern(pattern).set.between(startMs, startMs + 1).starts).toHaveLength(1);
    expect(new Date(endOf(pattern, startMs)).toISOString()).toBe(new Date(end).toISOString());
  },
);

test("whether a range has a date costs no more dates than are excepted, however many there are", () => {
  const secondly = patternOf("FREQ=SECONDLY;COUNT=900000", 48);
  const fromMs = Date.parse("2026-10-05T00:00:00Z");
  const range = [fromMs, fromMs + dayMs] as const;
  const { compiled, asked } = counting(secondly);
  expect(hasDateIn(compiled, range, new Set())).toBe(true);
  expect(hasDateIn(compiled, range, new Set([fromMs, fromMs + 1000]))).toBe(true);
  expect(asked()).toBeLessThanOrEqual(4);
  // The dates have ended but for those in progress, of which one is asked for.
  const ended = counting(patternOf("FREQ=SECONDLY;COUNT=3600", 120));
  expect(hasDateIn(ended.compiled, range, new Set())).toBe(true);
  expect(ended.asked()).toBe(1);
});
