import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile, expandMany, formatRule, InvalidRuleError, parseRule } from "../src/index.ts";
import { always, compiled, dayMs, fractions, hold, windowOf } from "./_laws.ts";
import { sample, sampleOf, sampleZones, startMs, writeTime } from "./arbitraries.ts";
import { hostileText } from "./hostile.ts";
import { oracleOffset } from "./oracle-zone.ts";

describe("the ways of asking agree", () => {
  test("windows side by side give what the whole gives", () => {
    hold(fc.tuple(sample, fractions, fc.double({ min: 0, max: 1, noNaN: true })), ([one, window, cut]) => {
      const set = compiled(one);
      const [from, to] = windowOf(one, window);
      const middle = Math.round(from + cut * (to - from));
      const parts = [...set.between(from, middle, always).starts, ...set.between(middle, to, always).starts];
      expect(Float64Array.from(parts)).toEqual(set.between(from, to, always).starts);
    });
  });

  test("walking with next gives what between gives", () => {
    hold(fc.tuple(sample, fractions), ([one, window]) => {
      const set = compiled(one);
      const [from] = windowOf(one, window);
      const { starts, truncated } = set.between(from, from + 20_000 * dayMs, { limit: 6 });
      let at = from - 1;
      for (const expected of starts) {
        const next = set.next(at);
        expect(next).toBe(expected);
        expect(set.previous(expected + 1)).toBe(expected);
        at = next ?? 0;
      }
      const after = truncated ? at : from + 20_000 * dayMs - 1;
      expect(set.next(at) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(after);
    });
  });

  test("seeking to a window gives what walking from DTSTART gives", () => {
    hold(fc.tuple(sample, fractions), ([one, window]) => {
      const [from, to] = windowOf(one, window);
      const all = compiled(one).between(one.set.startMs - 3 * dayMs, to, always).starts;
      expect(compiled(one).between(from, to, always).starts).toEqual(all.filter((ms) => ms >= from));
    });
  });

  test("previous, last, count, first and bounds agree with enumeration", () => {
    const finite = sample.filter(({ rule }) => rule.includes("COUNT") || rule.includes("UNTIL"));
    hold(fc.tuple(finite, fractions), ([one, window]) => {
      const set = compiled(one);
      const all = compiled(one).between(-1e15, 1e15, always).starts;
      const [from] = windowOf(one, window);
      expect(set.isFinite).toBe(true);
      expect(set.count()).toBe(all.length);
      expect(set.last()).toBe(all.at(-1) ?? null);
      expect(set.isEmpty).toBe(all.length === 0);
      expect(set.bounds).toEqual({ first: all[0] ?? null, last: all.at(-1) ?? null });
      expect(set.first(5)).toEqual(all.slice(0, 5));
      expect(set.previous(from)).toBe(all.findLast((ms) => ms < from) ?? null);
      expect(set.next(from)).toBe(all.find((ms) => ms > from) ?? null);
    });
  });

  test("a batch gives what each set gives", () => {
    hold(fc.tuple(fc.array(sample, { maxLength: 3 }), fractions), ([ones, window]) => {
      const sets = ones.map(compiled);
      const [from, to] = windowOf(sampleOf("FREQ=DAILY", Date.UTC(2024, 1, 1), undefined, undefined, "shift"), window);
      expect(expandMany(sets, from, to)).toEqual(sets.map((set) => set.between(from, to)));
    });
  });
});

describe("rules as text and as sets", () => {
  test("reading what was written gives the same rule", () => {
    hold(sample, ({ rule }) => {
      const parsed = parseRule(rule);
      expect(parseRule(formatRule(parsed))).toEqual(parsed);
    });
  });

  test("a set moved by whole weeks has its wall clocks moved by as much", () => {
    const rule = fc
      .constantFrom("DAILY", "WEEKLY", "HOURLY")
      .chain((freq) =>
        fc
          .tuple(fc.integer({ min: 1, max: 5 }), fc.subarray(["MO", "TU", "TH", "SU"], { minLength: 1 }))
          .map(([interval, days]) => `FREQ=${freq};INTERVAL=${interval};BYDAY=${days.join()};COUNT=40`),
      );
    const zone = fc.constantFrom(...sampleZones);
    hold(fc.tuple(rule, startMs, zone, fc.integer({ min: 1, max: 300 })), ([text, start, name, weeks]) => {
      const shift = weeks * 7 * dayMs;
      const walls = (at: number, inZone: string | undefined) => {
        const one = sampleOf(text, at, inZone, undefined, "shift");
        return [...compile(one.text).first(40)].map((ms) => ms + (inZone === undefined ? 0 : oracleOffset(inZone, ms)));
      };
      const floating = walls(start, undefined);
      expect(walls(start + shift, undefined)).toEqual(floating.map((ms) => ms + shift));
      // In a zone the wall clocks are those of the floating set, but for times that the clock skips.
      const zoned = new Set(walls(start, name));
      const missing = floating.slice(0, 30).filter((ms) => !zoned.has(ms));
      expect(
        missing.every((ms) => oracleOffset(name, ms - 26 * 3_600_000) !== oracleOffset(name, ms + 26 * 3_600_000)),
      ).toBe(true);
    });
  });

  test("COUNT less k, started again at instance k, gives the rest", () => {
    const aligned = fc.constantFrom("DAILY", "WEEKLY", "MONTHLY", "HOURLY", "MINUTELY");
    hold(
      fc.tuple(aligned, fc.integer({ min: 1, max: 9 }), startMs, fc.integer({ min: 2, max: 300 }), fc.nat(298)),
      ([freq, interval, start, count, k]) => {
        fc.pre(k < count);
        const of = (n: number, at: number) =>
          compile(`DTSTART:${writeTime(at)}Z\nRRULE:FREQ=${freq};INTERVAL=${interval};COUNT=${n}`).first(count);
        const all = of(count, start);
        expect(of(count - k, all[k] ?? 0)).toEqual(all.slice(k));
      },
    );
  });
});

/** Processor time for all questions about one set, first use of its zone's table included: far above what any takes. */
const boundMicroseconds = 15_000_000;

describe("whatever comes in", () => {
  test("nothing but InvalidRuleError is thrown, and every answer comes within a bounded time", () => {
    hold(hostileText, (text) => {
      const began = process.cpuUsage();
      const thrown = errorOf(text);
      const { user, system } = process.cpuUsage(began);
      expect(thrown === undefined || thrown instanceof InvalidRuleError ? "as it should be" : thrown).toBe(
        "as it should be",
      );
      expect(user + system < boundMicroseconds ? "in time" : text).toBe("in time");
    });
  });
});

/** What a set throws when it is asked everything. */
function errorOf(text: string): unknown {
  try {
    const set = compile(text);
    const at = Date.UTC(2026, 5, 1);
    set.between(at, at + 30 * dayMs, { limit: 100 });
    set.overlapping(at, at + dayMs, 7_200_000, { limit: 100 });
    set.next(at);
    set.previous(at);
    set.first(3);
    set.last();
    set.count();
    return void set.isEmpty;
  } catch (error) {
    return error;
  }
}
