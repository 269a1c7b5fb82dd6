import { expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";

test("pauses grow fourfold to six hours, and chance takes off at most half", () => {
  expect([1, 2, 3, 8, 100].map((attempt) => backoffMs(attempt, 0))).toEqual([
    10_000, 40_000, 160_000, 21_600_000, 21_600_000,
  ]);
  for (let attempt = 1; attempt < 20; attempt += 1) {
    expect(backoffMs(attempt, 0.999)).toBeGreaterThanOrEqual(backoffMs(attempt, 0) / 2);
  }
});
