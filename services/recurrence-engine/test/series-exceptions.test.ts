import { randomUUID } from "node:crypto";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { OccurrenceState, SeriesChange } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { at, makeSeries, range, refuses, startRig, texts, tuesdays, type Rig } from "./_rig.ts";

let rig: Rig;
let seriesId: string;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());
beforeEach(async () => {
  seriesId = (await makeSeries(rig)).id;
});

const first = at("2026-12-01T18:00:00Z");
const second = at("2026-12-08T18:00:00Z");
const on = (recurrenceId = first) => ({ requestId: randomUUID(), seriesId, recurrenceId });
const list = async (from: string, to: string, includeCancelled = false) =>
  (await rig.client.listOccurrences({ seriesId, range: range(from, to), includeCancelled }, await rig.as()))
    .occurrences;

test("a cancelled occurrence does not take place; it is listed when asked for, with its reason", async () => {
  const { occurrence } = await rig.client.cancelOccurrence(on(), await rig.as());
  expect(occurrence).toMatchObject({ state: OccurrenceState.CANCELLED, reason: "Manually skipped", startTime: first });
  await rig.client.cancelOccurrence({ ...on(second), reason: "Holiday" }, await rig.as());
  expect(await list("2026-12-01T00:00:00Z", "2026-12-09T00:00:00Z")).toEqual([]);
  const all = await list("2026-12-01T00:00:00Z", "2026-12-09T00:00:00Z", true);
  expect(all.map(({ reason }) => reason)).toEqual(["Manually skipped", "Holiday"]);
  const { occurrences } = await rig.client.listUpcoming({ seriesId, limit: 1 }, await rig.as());
  expect(texts([occurrences[0]?.startTime])).toEqual(["2026-12-15T18:00"]);
});

test("a moved occurrence is listed where it is now, though its recurrence id lies outside of the range", async () => {
  const edit = { startTime: at("2027-06-04T10:00:00Z"), duration: durationFromMs(3_600_000), title: "Concert" };
  const { occurrence } = await rig.client.changeOccurrence({ ...on(), ...edit, reason: "Hall" }, await rig.as());
  const expected = {
    seriesId,
    recurrenceId: first,
    startTime: at("2027-06-04T10:00:00Z"),
    endTime: at("2027-06-04T11:00:00Z"),
    state: OccurrenceState.CHANGED,
    title: "Concert",
    reason: "Hall",
  };
  expect(occurrence).toMatchObject(expected);
  expect(await list("2027-06-04T10:30:00Z", "2027-06-05T00:00:00Z")).toMatchObject([expected]);
  expect(await list("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z", true)).toEqual([]);
});

test("what is absent stays, one occurrence is one exception, and restoring undoes it", async () => {
  const headers = await rig.as();
  await rig.client.changeOccurrence({ ...on(), title: "Rehearsal", reason: "Hall" }, headers);
  await rig.client.changeOccurrence({ ...on(), startTime: at("2026-12-02T09:00:00Z") }, headers);
  expect(await list("2026-12-02T00:00:00Z", "2026-12-03T00:00:00Z")).toMatchObject([
    { title: "Rehearsal", reason: "Hall", startTime: at("2026-12-02T09:00:00Z"), endTime: at("2026-12-02T10:30:00Z") },
  ]);
  await rig.client.cancelOccurrence(on(), headers);
  const { occurrence } = await rig.client.restoreOccurrence(on(), headers);
  expect(occurrence).toMatchObject({ state: OccurrenceState.PLANNED, startTime: first, title: "", reason: "" });
  const told = await rig.changes(seriesId, 5);
  expect(told.map(({ exceptions }) => exceptions.length)).toEqual([0, 1, 1, 1, 0]);
  expect(told.at(-1)).toMatchObject({ change: SeriesChange.OCCURRENCE_RESTORED, series: { version: 5n } });
  await rig.client.restoreOccurrence(on(), headers);
  const plan = (await rig.plans(seriesId, 5)).at(-1);
  expect(plan).toMatchObject({ series: { version: 6n }, occurrences: [{ recurrenceId: first }] });
  expect(plan?.restoredTime).toBeDefined();
});

test("a date that the pattern does not have is not found", async () => {
  const headers = await rig.as();
  const wrong = [at("2026-12-02T18:00:00Z"), at("2026-11-24T18:00:00Z"), { ...first, nanos: 1 }];
  const calls = wrong.flatMap((recurrenceId) => [
    rig.client.cancelOccurrence(on(recurrenceId), headers),
    rig.client.changeOccurrence(on(recurrenceId), headers),
    rig.client.restoreOccurrence(on(recurrenceId), headers),
  ]);
  await Promise.all(calls.map((call) => refuses(call, "NOT_FOUND", "Occurrence not found or access denied")));
});

/** What is told of dates one by one: their original starts, and where they are now. */
async function toldDates(atLeast: number): Promise<string[]> {
  const plans = (await rig.plans(seriesId, 1 + atLeast)).slice(1);
  return plans.map(({ occurrences, replaces }) => {
    const [id, start] = texts(occurrences.flatMap(({ recurrenceId, startTime }) => [recurrenceId, startTime]));
    return `${replaces ? "all" : occurrences.length} ${id} ${start}`;
  });
}

test("a change of one date tells of that date alone, and of none that is beyond the horizon", async () => {
  const headers = await rig.as();
  const beyond = at("2027-06-01T17:00:00Z");
  await rig.client.changeOccurrence({ ...on(beyond), title: "Concert" }, headers);
  await rig.client.cancelOccurrence(on(first), headers);
  await rig.client.changeOccurrence({ ...on(beyond), startTime: at("2026-12-24T12:00:00Z") }, headers);
  await rig.client.restoreOccurrence(on(first), headers);
  expect(await toldDates(2)).toEqual(["1 2027-06-01T17:00 2026-12-24T12:00", "1 2026-12-01T18:00 2026-12-01T18:00"]);
});

test("a date that has been planned is told wherever it goes: beyond the horizon, and while its series is paused", async () => {
  const headers = await rig.as();
  await rig.client.changeOccurrence({ ...on(first), startTime: at("2027-06-03T12:00:00Z") }, headers);
  await rig.client.pauseSeries({ requestId: randomUUID(), seriesId }, headers);
  await rig.client.changeOccurrence({ ...on(second), startTime: at("2026-12-09T12:00:00Z") }, headers);
  expect(await toldDates(2)).toEqual(["1 2026-12-01T18:00 2027-06-03T12:00", "1 2026-12-08T18:00 2026-12-09T12:00"]);
});

test("another pattern keeps the planned dates that were moved beyond the horizon", async () => {
  const headers = await rig.as();
  const moved = at("2027-06-03T12:00:00Z");
  await rig.client.changeOccurrence({ ...on(first), startTime: moved }, headers);
  const pattern = { ...tuesdays, duration: durationFromMs(3_600_000) };
  await rig.client.updateSeries({ requestId: randomUUID(), seriesId, title: "Choir", pattern }, headers);
  const plan = (await rig.plans(seriesId, 3))[2];
  expect(plan?.occurrences.map(({ startTime }) => startTime)).toContainEqual(moved);
  expect(texts([plan?.range?.endTime])).toEqual(texts([(await rig.plans(seriesId, 1))[0]?.range?.endTime]));
});

test("repeating a request id repeats the answer, and changes nothing twice", async () => {
  const headers = await rig.as();
  const request = on();
  const [one, two] = await Promise.all([1, 2].map(() => rig.client.cancelOccurrence(request, headers)));
  expect(one).toEqual(two);
  expect((await rig.client.getSeries({ seriesId }, headers)).series?.version).toBe(2n);
});
