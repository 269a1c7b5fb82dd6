import { expect, test } from "vitest";
import { floorAt } from "./lost-timeline.ts";

test("the numbers of a restore are above those of every restore before and fit where they are kept", () => {
  const first = floorAt(new Date("2026-12-01T00:00:00Z"));
  const second = floorAt(new Date("2026-12-01T00:00:01Z"));
  expect(second.version - first.version).toBe(1000n);
  expect(second.sequence - first.sequence).toBe(1);
  const last = floorAt(new Date("2090-01-01T00:00:00Z"));
  expect(last.sequence).toBeLessThan(2 ** 31);
  expect(last.version).toBeLessThan(BigInt(Number.MAX_SAFE_INTEGER));
});
