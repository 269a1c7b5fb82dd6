import { expect, test } from "vitest";
import { compile } from "./compile.ts";
import { contentOf, endsForeseeably, hasDate, readExtraLines, toInstant, toWallClock } from "./pattern.ts";

const pattern = { localStart: "2026-12-01T19:00:00", timeZone: "Europe/Berlin", rule: "FREQ=WEEKLY", extraLines: "" };
const first = Date.UTC(2026, 11, 1, 18);

test("a pattern is a set by the wall clock of its zone", () => {
  const set = compile(contentOf(pattern));
  expect([first, first + 7 * 86_400_000, first + 1, Number.NaN].map((ms) => hasDate(set, ms))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(toInstant(pattern.timeZone, pattern.localStart)).toBe(first);
  expect(toWallClock(pattern.timeZone, first)).toBe(Date.UTC(2026, 11, 1, 19));
});

test("extra lines have one date each, in the pattern's zone where they name none", () => {
  const lines = readExtraLines(contentOf(pattern), "EXDATE:20261208T190000,20261215T190000", "Europe/Berlin");
  expect(lines.split("\n")).toEqual([
    "EXDATE;TZID=Europe/Berlin:20261208T190000",
    "EXDATE;TZID=Europe/Berlin:20261215T190000",
  ]);
  const set = compile(contentOf({ ...pattern, extraLines: lines }));
  expect(hasDate(set, first + 7 * 86_400_000)).toBe(false);
  expect(readExtraLines(contentOf(pattern), "", "Europe/Berlin")).toBe("");
});

test.each([
  ["RRULE:FREQ=DAILY", "RRULE", "UNKNOWN_PART"],
  ["hello", "hello", "UNKNOWN_PART"],
  [" RDATE:20261208T190000", "RDATE", "UNKNOWN_PART"],
  ["RDATE:20261208T190000\u2028RRULE:FREQ=DAILY", "RDATE", "UNKNOWN_PART"],
  ["RDATE;VALUE=PERIOD:20261208T190000Z/PT1H", "RDATE", "UNSUPPORTED"],
])("%j is no extra line", (text, part, code) => {
  const read = () => readExtraLines(contentOf(pattern), text, "Europe/Berlin");
  expect(read).toThrow(expect.objectContaining({ part, code }));
});

test("an end in forty years is foreseen, a later one and none are not", () => {
  const ends = (rule: string) => endsForeseeably(compile(contentOf({ ...pattern, rule })), first);
  expect(["FREQ=YEARLY;COUNT=40", "FREQ=YEARLY;COUNT=50", "FREQ=YEARLY"].map(ends)).toEqual([true, false, false]);
});
