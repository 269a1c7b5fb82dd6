import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply, dayMs, edit, everything, list, pattern, seriesOf, startsOf } from "./_edits.ts";
import { hasDate } from "@calends/recurrence/pattern";
import { compilePattern } from "./pattern.ts";

/** The suite tries a part; `npm run fuzz:series` tries 10,000. */
const numRuns = Number(process.env["FUZZ_RUNS"] ?? 500);

describe("whatever edits come", () => {
  test("there is one exception a date, of dates that the pattern has, and each version follows the last", () => {
    fc.assert(
      fc.property(pattern, fc.array(edit, { maxLength: 12 }), (of, edits) => {
        let held = seriesOf(of);
        for (const next of edits) {
          const after = apply(held, next);
          const ids = after.exceptions.map(({ recurrenceId }) => recurrenceId);
          expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
          const set = compilePattern(after.series.pattern);
          expect(ids.every((id) => hasDate(set, id))).toBe(true);
          expect(after.series.version - held.series.version).toBe(after === held ? 0n : 1n);
          const kept = held.exceptions.filter(({ recurrenceId }) => hasDate(set, recurrenceId));
          expect(next.what === "update" ? after.exceptions : kept).toEqual(expect.arrayContaining(kept));
          held = after;
        }
      }),
      { numRuns },
    );
  });

  test("each date is listed once: as it is now", () => {
    fc.assert(
      fc.property(pattern, fc.array(edit, { maxLength: 8 }), (of, edits) => {
        const held = edits.reduce(apply, seriesOf(of));
        const { occurrences, truncated } = list(held);
        expect(truncated).toBe(false);
        const ids = occurrences.map(({ recurrenceId }) => recurrenceId).toSorted((a, b) => a - b);
        const inside = new Set(
          held.exceptions.filter(({ startMs }) => startMs >= everything.toMs).map((e) => e.recurrenceId),
        );
        expect(ids).toEqual(startsOf(held).filter((ms) => !inside.has(ms)));
        const cancelled = occurrences.filter(({ state }) => state === "cancelled").length;
        expect(cancelled).toBe(held.exceptions.filter(({ kind }) => kind === "cancelled").length);
      }),
      { numRuns },
    );
  });

  test("a window lists what a look at every date finds, up to its limit", () => {
    const window = fc.record({
      from: fc.nat(900),
      days: fc.integer({ min: 1, max: 90 }),
      limit: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(
        pattern,
        fc.array(edit, { maxLength: 8 }),
        window,
        fc.boolean(),
        (of, edits, { from, days, limit }, all) => {
          const held = edits.reduce(apply, seriesOf(of));
          const fromMs = Date.parse("2027-01-01T19:30:00Z") + from * dayMs;
          const asked = { fromMs, toMs: fromMs + days * dayMs, inProgress: true, includeCancelled: all, limit };
          const expected = list(held)
            .occurrences.filter(({ startMs, endMs }) => startMs < asked.toMs && endMs > fromMs)
            .filter(({ state }) => all || state !== "cancelled");
          const found = list(held, asked);
          expect(found.occurrences).toEqual(expected.slice(0, limit));
          expect(found.truncated).toBe(expected.length > limit);
        },
      ),
      { numRuns },
    );
  });
});
