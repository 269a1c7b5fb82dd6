import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile } from "../src/index.ts";
import { always, compiled, dayMs, fractions, hold, windowOf } from "./_laws.ts";
import { endlessRule, sample, writeTime } from "./arbitraries.ts";
import { horizonOf, oracleInstants } from "./oracle.ts";

const frequencies = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"];

/** Whether one rule is not so much finer than another that the oracle would take long over it. */
function isNear(rule: string, finer: string): boolean {
  const [a, b] = [rule, finer].map((text) => frequencies.indexOf(/FREQ=(\w+)/.exec(text)?.[1] ?? ""));
  return Math.max(3, (a ?? 0) + 1) >= (b ?? 0);
}

describe("what a rule means", () => {
  test("between equals asking every day whether each part of the rule names it", () => {
    hold(sample, (one) => {
      const end = horizonOf(one.set, one.untilLocalMs);
      const expected = oracleInstants(one.set, one.untilLocalMs).filter((ms) => ms < end);
      expect(compiled(one).between(one.set.startMs - 3 * dayMs, end, always).starts).toEqual(
        Float64Array.from(expected),
      );
    });
  });

  test("overlapping equals looking at the length of each occurrence", () => {
    const hours = fc.integer({ min: 0, max: 72 });
    hold(fc.tuple(sample, fractions, hours), ([one, window, length]) => {
      const [from, to] = windowOf(one, window);
      const durationMs = length * 3_600_000;
      const near = compiled(one).between(from - durationMs - 1, to, always).starts;
      const expected = near.filter((ms) => ms < to && (durationMs === 0 ? ms >= from : ms + durationMs > from));
      expect(compiled(one).overlapping(from, to, durationMs, always).starts).toEqual(expected);
    });
  });

  test("EXRULE, EXDATE and RDATE are differences and unions of sets", () => {
    const extra = fc.array(fc.integer({ min: -5, max: 40 }), { maxLength: 4 });
    hold(
      fc.tuple(sample, endlessRule, extra, extra),
      ([one, exceptionRule, added, removed]) => {
        fc.pre(isNear(one.rule, exceptionRule));
        const line = (name: string, days: readonly number[]) =>
          days.map((day) => `\n${name}:${writeTime(one.set.startMs + day * dayMs)}Z`).join("");
        const end = horizonOf(one.set, one.untilLocalMs);
        const set = {
          ...one.set,
          exceptionRules: [exceptionRule],
          dates: added.map((day) => one.set.startMs + day * dayMs),
          exceptionDates: removed.map((day) => one.set.startMs + day * dayMs),
        };
        const expected = oracleInstants(set, one.untilLocalMs).filter((ms) => ms < end);
        const text = `${one.text}\nEXRULE:${exceptionRule}${line("RDATE", added)}${line("EXDATE", removed)}`;
        const whole = compile(text, { gap: one.set.gap ?? "shift" });
        expect(whole.between(one.set.startMs - 9 * dayMs, end, always).starts).toEqual(Float64Array.from(expected));
      },
      0.25,
    );
  });
});
