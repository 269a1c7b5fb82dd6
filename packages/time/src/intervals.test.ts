import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { complement, indexAt, intersect, normalize, pairsOf, subtract, union, type Intervals } from "./intervals.ts";

const instant = fc.integer({ min: -50, max: 150 });
const intervals = fc.array(fc.tuple(instant, instant), { maxLength: 12 }).map(normalize);
const covers = (a: Intervals, t: number) => [...pairsOf(a)].some(([s, e]) => s <= t && t < e);
const instants = Array.from({ length: 220 }, (_, i) => i - 60);

function isNormal(a: Intervals): boolean {
  return a.length % 2 === 0 && a.every((value, index) => index === 0 || value > (a[index - 1] ?? Infinity));
}

describe("interval algebra equals set algebra on instants", () => {
  const cases: [string, (a: Intervals, b: Intervals) => Intervals, (a: boolean, b: boolean) => boolean][] = [
    ["union", union, (a, b) => a || b],
    ["intersect", intersect, (a, b) => a && b],
    ["subtract", subtract, (a, b) => a && !b],
  ];
  test.each(cases)("%s", (_name, operation, expected) => {
    fc.assert(
      fc.property(intervals, intervals, (a, b) => {
        const result = operation(a, b);
        expect(isNormal(result)).toBe(true);
        for (const t of instants) {
          expect(covers(result, t)).toBe(expected(covers(a, t), covers(b, t)));
        }
      }),
      { numRuns: 300 },
    );
  });

  test("complement within a window", () => {
    fc.assert(
      fc.property(intervals, (a) => {
        const result = complement(a, 0, 100);
        expect(isNormal(result)).toBe(true);
        for (const t of instants) {
          expect(covers(result, t)).toBe(t >= 0 && t < 100 && !covers(a, t));
        }
      }),
      { numRuns: 300 },
    );
  });

  test("indexAt finds the interval that holds an instant, and only that", () => {
    fc.assert(
      fc.property(intervals, (a) => {
        for (const t of instants) {
          const index = indexAt(a, t);
          const holds = index >= 0 && (a[index] ?? 0) <= t && t < (a[index + 1] ?? 0);
          expect(holds).toBe(covers(a, t));
        }
      }),
      { numRuns: 300 },
    );
  });
});
