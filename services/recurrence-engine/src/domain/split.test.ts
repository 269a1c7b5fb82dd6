import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply, edit, now, pattern, patternOf, seriesOf, startsOf } from "./_edits.ts";
import { cancelOccurrence } from "./exceptions.ts";
import { toWallClock } from "@calends/recurrence/pattern";
import { readPattern, type Pattern } from "./pattern.ts";
import type { Held } from "./series-types.ts";
import { splitSeries } from "./split.ts";

describe("a split", () => {
  test("with the same pattern leaves every date and exception where it was", () => {
    fc.assert(
      fc.property(pattern, fc.array(edit, { maxLength: 6 }), fc.nat(25), (of, edits, which) => {
        const exceptions = edits.filter(({ what }) => what === "cancel" || what === "change");
        const held = exceptions.reduce(apply, seriesOf(of));
        const dates = startsOf(held);
        const at = which % dates.length;
        const recurrenceId = dates[at] ?? 0;
        const { ended, continued } = splitSeries(
          held,
          recurrenceId,
          { id: "second", title: "", pattern: rest(of, dates, at) },
          now,
        );
        expect(startsOf(ended)).toEqual(dates.slice(0, at));
        expect([...startsOf(ended), ...startsOf(continued)]).toEqual(dates);
        expect([...ended.exceptions, ...continued.exceptions]).toEqual(held.exceptions);
        expect(continued.series).toMatchObject({ continuesSeriesId: "first", title: "Choir", status: "active" });
      }),
      { numRuns: Number(process.env["FUZZ_RUNS"] ?? 1_000) },
    );
  });

  test("at a date whose time the clock skips keeps the exceptions of the others", () => {
    const of = patternOf({ zone: "Europe/Berlin", rule: "FREQ=WEEKLY;BYDAY=SU", hour: "02:30:00" });
    const [skipped, next] = [Date.parse("2027-03-28T01:30:00Z"), Date.parse("2027-04-04T00:30:00Z")];
    const held = cancelOccurrence(seriesOf(of), next, "", now);
    const same = readPattern({ ...of, localStart: "2027-03-28T02:30:00", endDate: "" });
    const { continued } = splitSeries(held, skipped, { id: "second", title: "", pattern: same }, now);
    expect(continued.exceptions).toEqual(held.exceptions);
    expect(startsOf(continued).slice(0, 2)).toEqual([skipped, next]);
  });

  test("to another hour takes the exceptions along by the wall clock, also across a clock change", () => {
    const of = patternOf({ zone: "Europe/Berlin", rule: "FREQ=WEEKLY", hour: "19:00:00" });
    const ids = ["2027-03-12T18:00:00Z", "2027-03-19T18:00:00Z", "2027-04-02T17:00:00Z"].map((text) =>
      Date.parse(text),
    );
    const held = ids.reduce((before: Held, id) => cancelOccurrence(before, id, "", now), seriesOf(of));
    const next = readPattern({ ...of, localStart: "2027-03-19T20:00:00", endDate: "" });
    const { continued } = splitSeries(held, ids[1] ?? 0, { id: "second", title: "", pattern: next }, now);
    const carried = continued.exceptions.map(({ recurrenceId }) => new Date(recurrenceId).toISOString());
    expect(carried).toEqual(["2027-03-19T19:00:00.000Z", "2027-04-02T18:00:00.000Z"]);
  });
});

/** The same pattern from one of its dates on. */
function rest(of: Pattern, dates: readonly number[], at: number): Pattern {
  // The day of that date, and the time of the pattern, which the clock may skip on that day.
  const day = new Date(toWallClock(of.timeZone, dates[at] ?? 0)).toISOString().slice(0, 10);
  const localStart = `${day}${of.localStart.slice(10)}`;
  const left = of.rule.replace(/COUNT=(\d+)/, (_, count: string) => `COUNT=${Number(count) - at}`);
  return readPattern({ ...of, localStart, rule: left, endDate: "" });
}
