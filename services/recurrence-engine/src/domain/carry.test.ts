import { expect, test } from "vitest";
import { now, patternOf, seriesOf } from "./_edits.ts";
import { cancelOccurrence, changeOccurrence } from "./exceptions.ts";
import { readPattern, type Pattern } from "./pattern.ts";
import { updateSeries } from "./series.ts";
import type { Held } from "./series-types.ts";

const ms = (text: string) => Date.parse(text);
const fridays = patternOf({ zone: "Europe/Berlin", rule: "FREQ=WEEKLY", hour: "19:00:00" });
const changed = (values: Partial<Pattern>) => readPattern({ ...fridays, ...values, endDate: "" });
const [winter, summer] = ["2027-01-22T18:00:00Z", "2027-04-02T17:00:00Z"];

function updated(values: Partial<Pattern>, held: Held = cancelledTwice()) {
  return updateSeries(held, { title: "Choir", pattern: changed(values) }, now).exceptions;
}

function cancelledTwice(): Held {
  return [winter, summer].reduce((held: Held, id) => cancelOccurrence(held, ms(id), "", now), seriesOf(fridays));
}

test.each([
  ["at another hour", { localStart: "2027-01-01T20:00:00" }, ["2027-01-22T19:00:00Z", "2027-04-02T18:00:00Z"]],
  ["on another day", { localStart: "2027-01-02T19:00:00" }, ["2027-01-23T18:00:00Z", "2027-04-03T17:00:00Z"]],
  ["from a later date on", { localStart: "2027-01-15T19:00:00" }, [winter, summer]],
  [
    "later and at another hour",
    { localStart: "2027-01-15T20:00:00" },
    ["2027-01-22T19:00:00Z", "2027-04-02T18:00:00Z"],
  ],
  ["in another zone", { timeZone: "America/New_York" }, ["2027-01-23T00:00:00Z", "2027-04-02T23:00:00Z"]],
  ["on more days", { rule: "FREQ=WEEKLY;BYDAY=TU,FR" }, [winter, summer]],
  ["for a shorter time", { rule: "FREQ=WEEKLY;COUNT=5" }, [winter]],
])("what is cancelled stays cancelled under a pattern %s", (_, values, expected) => {
  expect(updated(values).map(({ recurrenceId }) => recurrenceId)).toEqual(expected.map(ms));
});

test("a moved date keeps the instant to which it was moved, one with a name is at the new time", () => {
  const moved = changeOccurrence(seriesOf(fridays), ms(winter), { startMs: ms("2027-01-24T10:00:00Z") }, now);
  const named = changeOccurrence(moved, ms(summer), { title: "Concert" }, now);
  expect(updated({ localStart: "2027-01-01T20:00:00" }, named)).toMatchObject([
    { recurrenceId: ms("2027-01-22T19:00:00Z"), startMs: ms("2027-01-24T10:00:00Z") },
    { recurrenceId: ms("2027-04-02T18:00:00Z"), startMs: ms("2027-04-02T18:00:00Z"), title: "Concert" },
  ]);
});

test("two exceptions never meet on one date: the one that stays has it", () => {
  const twice = patternOf({ zone: "UTC", rule: "FREQ=DAILY;BYHOUR=19,20", hour: "19:00:00" });
  const ids = ["2027-01-05T19:00:00Z", "2027-01-05T20:00:00Z"].map(ms);
  const held = ids.reduce((before: Held, id) => cancelOccurrence(before, id, String(id), now), seriesOf(twice));
  const later = readPattern({ ...twice, localStart: "2027-01-01T20:00:00", rule: "FREQ=DAILY", endDate: "" });
  const { exceptions } = updateSeries(held, { title: "Choir", pattern: later }, now);
  expect(exceptions).toMatchObject([{ recurrenceId: ids[1], reason: String(ids[1]) }]);
});
