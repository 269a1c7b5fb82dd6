import { expect, test } from "vitest";
import { now, patternOf, seriesOf } from "./_edits.ts";
import { cancelOccurrence, changeOccurrence } from "./exceptions.ts";
import { cancelSeries, completeSeries, extendSeries, pauseSeries, resumeSeries, updateSeries } from "./series.ts";
import type { Held } from "./series-types.ts";

test("statuses go as they may and no other way", () => {
  const active = seriesOf(patternOf({ zone: "UTC", rule: "FREQ=DAILY;COUNT=2", hour: "19:00:00" }));
  const late = new Date("2027-01-02T20:30:00Z");
  expect(() => completeSeries(active, now)).toThrow("when its last occurrence is past");
  const states = {
    active,
    paused: pauseSeries(active, now),
    cancelled: cancelSeries(active, "", now),
    completed: completeSeries(active, late),
  };
  const steps = {
    pause: (held: Held) => pauseSeries(held, now),
    resume: (held: Held) => resumeSeries(held, now),
    cancel: (held: Held) => cancelSeries(held, "", now),
    complete: (held: Held) => completeSeries(held, late),
    extend: (held: Held) => extendSeries(held, "", now),
    update: (held: Held) => updateSeries(held, { title: "x", pattern: held.series.pattern }, now),
    skip: (held: Held) => cancelOccurrence(held, Date.parse("2027-01-01T19:00:00Z"), "", now),
  };
  const outcome = (step: (held: Held) => Held, held: Held) => {
    try {
      return step(held).series.status;
    } catch (error) {
      return (error as { reason?: string }).reason;
    }
  };
  const table = Object.entries(states).map(([name, held]) => [
    name,
    ...Object.values(steps).map((step) => outcome(step, held)),
  ]);
  const no = "SERIES_STATUS";
  expect(table).toEqual([
    ["active", "paused", no, "cancelled", "completed", "active", "active", "active"],
    ["paused", no, "active", "cancelled", "completed", "paused", "paused", "paused"],
    ["cancelled", no, no, no, no, no, no, no],
    ["completed", no, no, no, no, "active", no, no],
  ]);
});

test("a last occurrence that was moved later, or lasts longer, puts the end off", () => {
  const series = seriesOf(patternOf({ zone: "UTC", rule: "FREQ=DAILY;COUNT=2", hour: "19:00:00" }));
  const last = Date.parse("2027-01-02T19:00:00Z");
  expect(series.series.endsAt).toEqual(new Date("2027-01-02T20:30:00Z"));
  const moved = changeOccurrence(series, last, { startMs: last + 86_400_000, title: "", reason: "" }, now);
  expect(moved.series.endsAt).toEqual(new Date("2027-01-03T20:30:00Z"));
  const longer = changeOccurrence(series, last, { durationMs: 7_200_000, title: "", reason: "" }, now);
  expect(longer.series.endsAt).toEqual(new Date("2027-01-02T21:00:00Z"));
  expect(cancelOccurrence(moved, last, "", now).series.endsAt).toEqual(series.series.endsAt);
  expect(extendSeries(series, "", now).series.endsAt).toBeNull();
});
