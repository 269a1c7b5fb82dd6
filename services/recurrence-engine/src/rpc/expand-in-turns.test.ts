import { setImmediate as nextTurn } from "node:timers/promises";
import { compile, type CompiledSet } from "@calends/recurrence";
import { expect, test } from "vitest";
import { expandInTurns } from "./expand-in-turns.ts";

const set = compile("DTSTART;TZID=Europe/Berlin:20260101T090000\nRRULE:FREQ=HOURLY;BYDAY=MO,TU,SU");
const [fromMs, toMs] = [Date.parse("2026-03-01T00:00:00Z"), Date.parse("2027-03-01T00:00:00Z")];

/** The set on a machine so slow that each piece takes all of a stretch. */
const slow: CompiledSet = {
  ...set,
  between(start, end, options) {
    for (const since = performance.now(); performance.now() - since < 21;);
    return set.between(start, end, options);
  },
};

test.each([1, 999, 1_000, 1_001, 2_500, 9_000])("pieces of %i together are what one piece is", async (limit) => {
  const whole = set.between(fromMs, toMs, { limit });
  expect(await expandInTurns(set, fromMs, toMs, limit)).toEqual({
    starts: Array.from(whole.starts),
    truncated: whole.truncated,
  });
});

test("others have their turn between the pieces", async () => {
  let turns = 0;
  let done = false;
  const others = (async () => {
    for (; !done; turns += 1) {
      await nextTurn();
    }
  })();
  await expandInTurns(slow, fromMs, toMs, 10_000);
  done = true;
  await others;
  expect(turns).toBeGreaterThanOrEqual(3);
});

test("it stops when its caller no longer waits", async () => {
  let pieces = 0;
  const counted: CompiledSet = {
    ...slow,
    between(start, end, options) {
      pieces += 1;
      return slow.between(start, end, options);
    },
  };
  const deadline = new Error("the deadline has passed");
  await expect(expandInTurns(counted, fromMs, toMs, 10_000, AbortSignal.abort(deadline))).rejects.toBe(deadline);
  expect(pieces).toBe(1);
});
