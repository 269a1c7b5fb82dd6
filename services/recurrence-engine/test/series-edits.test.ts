import { randomUUID } from "node:crypto";
import { SeriesChange, SeriesStatus } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { createLogger } from "@calends/kit/logger";
import { must } from "@calends/kit/must";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCompute } from "../src/compute/compute.ts";
import { completePast } from "../src/jobs/complete-series.ts";
import { openStore } from "../src/store/index.ts";
import { at, fieldsOf, makeSeries, range, refuses, startRig, texts, tuesdays, type Rig } from "./_rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const on = (seriesId: string) => ({ requestId: randomUUID(), seriesId });
const starts = async (seriesId: string, from: string, to: string) => {
  const { occurrences } = await rig.client.listOccurrences({ seriesId, range: range(from, to) }, await rig.as());
  return texts(occurrences.map(({ startTime }) => startTime));
};
const skip = async (seriesId: string, recurrenceId: string) =>
  rig.client.cancelOccurrence({ ...on(seriesId), recurrenceId: at(recurrenceId) }, await rig.as());

describe("UpdateSeries", () => {
  test("changes all occurrences and keeps the exceptions of dates that are still there", async () => {
    const { id } = await makeSeries(rig);
    await skip(id, "2026-12-08T18:00:00Z");
    await skip(id, "2026-12-15T18:00:00Z");
    const pattern = { ...tuesdays, rruleString: "FREQ=WEEKLY;INTERVAL=2" };
    const answer = await rig.client.updateSeries({ ...on(id), title: "Band", pattern }, await rig.as());
    expect(answer.series).toMatchObject({ title: "Band", rruleString: "FREQ=WEEKLY;INTERVAL=2", version: 4n });
    expect(texts(answer.occurrences.map(({ startTime }) => startTime)).slice(0, 2)).toEqual([
      "2026-12-01T18:00",
      "2026-12-29T18:00",
    ]);
    const told = must((await rig.changes(id, 4)).at(-1), "change");
    expect(told.change).toBe(SeriesChange.UPDATED);
    expect(texts(told.exceptions.map(({ recurrenceId }) => recurrenceId))).toEqual(["2026-12-15T18:00"]);
    expect((await rig.plans(id, 2)).map(({ series }) => series?.version)).toEqual([1n, 4n]);
  });
});

test("a paused series plans nothing, a resumed one plans from now on", async () => {
  const { id } = await makeSeries(rig);
  const headers = await rig.as();
  await refuses(rig.client.resumeSeries(on(id), headers), "SERIES_STATUS");
  expect((await rig.client.pauseSeries(on(id), headers)).series?.status).toBe(SeriesStatus.PAUSED);
  await refuses(rig.client.pauseSeries(on(id), headers), "SERIES_STATUS");
  const updated = await rig.client.updateSeries({ ...on(id), title: "Choir", pattern: tuesdays }, headers);
  expect(updated.occurrences).toEqual([]);
  expect((await rig.client.resumeSeries(on(id), headers)).series).toMatchObject({ version: 4n });
  expect((await rig.changes(id, 4)).map(({ change }) => change)).toEqual([
    SeriesChange.CREATED,
    SeriesChange.PAUSED,
    SeriesChange.UPDATED,
    SeriesChange.RESUMED,
  ]);
  const plans = await rig.plans(id, 3);
  // A change of the pattern says which of the dates that were planned before still hold, and adds none.
  expect(plans.map(({ series, replaces }) => [series?.version, replaces])).toEqual([
    [1n, false],
    [3n, true],
    [4n, false],
  ]);
  expect(plans[1]?.occurrences).toEqual(plans[0]?.occurrences);
});

test("ExtendSeries sets a later end or none, never an earlier one", async () => {
  const { id } = await makeSeries(rig, { rruleString: "FREQ=WEEKLY;COUNT=2" });
  const extend = async (endDate: string) => rig.client.extendSeries({ ...on(id), endDate }, await rig.as());
  await refuses(extend("2026-12-07"), "INVALID_FIELD", "2026-12-08");
  expect(await fieldsOf(extend("2026-12-07"))).toEqual(["end_date"]);
  expect((await extend("2026-12-31")).series?.rruleString).toBe("FREQ=WEEKLY;UNTIL=20261231T225959Z");
  await refuses(extend("2026-12-30"), "INVALID_FIELD");
  expect((await extend("")).series?.rruleString).toBe("FREQ=WEEKLY");
  await refuses(extend("2030-01-01"), "INVALID_FIELD", "no end");
});

test("CancelSeries keeps what has begun and cancels the rest, with a reason", async () => {
  const { id } = await makeSeries(rig, { localStart: "2026-11-17T19:00:00" });
  const answer = await rig.client.cancelSeries(on(id), await rig.as());
  expect(answer.series).toMatchObject({
    status: SeriesStatus.CANCELLED,
    cancellationReason: "Recurring series cancelled",
  });
  expect(await starts(id, "2026-11-01T00:00:00Z", "2026-12-03T00:00:00Z")).toEqual(["2026-11-17T18:00"]);
  const request = {
    seriesId: id,
    range: range("2026-11-18T00:00:00Z", "2026-12-03T00:00:00Z"),
    includeCancelled: true,
  };
  const { occurrences } = await rig.client.listOccurrences(request, await rig.as());
  expect(occurrences.map(({ reason }) => reason)).toEqual(Array(2).fill("Recurring series cancelled"));
  await refuses(rig.client.cancelSeries(on(id), await rig.as()), "SERIES_STATUS");
  await refuses(rig.client.extendSeries(on(id), await rig.as()), "SERIES_STATUS");
  await refuses(skip(id, "2026-12-01T18:00:00Z"), "SERIES_STATUS");
});

describe("SplitSeries", () => {
  const split = async (seriesId: string, recurrenceId: string, pattern: object) =>
    rig.client.splitSeries(
      { ...on(seriesId), recurrenceId: at(recurrenceId), pattern: { ...tuesdays, ...pattern } },
      await rig.as(),
    );

  test("ends the series before the occurrence; another goes on, with the exceptions from there on", async () => {
    const { id } = await makeSeries(rig, { rruleString: "FREQ=WEEKLY;COUNT=6" });
    await skip(id, "2026-12-08T18:00:00Z");
    await skip(id, "2026-12-22T18:00:00Z");
    const pattern = { localStart: "2026-12-15T20:00:00", rruleString: "FREQ=WEEKLY;COUNT=4" };
    const { ended, continued } = await split(id, "2026-12-15T18:00:00Z", pattern);
    expect(ended).toMatchObject({ id, rruleString: "FREQ=WEEKLY;UNTIL=20261215T175959Z", version: 4n });
    expect(continued).toMatchObject({
      continuesSeriesId: id,
      title: "Choir",
      version: 1n,
      status: SeriesStatus.ACTIVE,
    });
    const [from, to] = ["2026-11-01T00:00:00Z", "2027-03-01T00:00:00Z"];
    expect(await starts(id, from, to)).toEqual(["2026-12-01T18:00"]);
    const next = must(continued, "continued").id;
    expect(await starts(next, from, to)).toEqual(["2026-12-15T19:00", "2026-12-29T19:00", "2027-01-05T19:00"]);
    expect((await rig.changes(id, 4)).at(-1)).toMatchObject({ change: SeriesChange.SPLIT });
    expect((await rig.changes(next, 1))[0]).toMatchObject({ change: SeriesChange.CREATED });
    expect(await rig.plans(next, 1)).toHaveLength(1);
  });

  test("the new series begins after the last date of the old one, and not before", async () => {
    const { id } = await makeSeries(rig);
    const at15 = (localStart: string) => split(id, "2026-12-15T18:00:00Z", { localStart });
    expect(await fieldsOf(at15("2026-12-08T19:00:00"))).toEqual(["pattern.local_start"]);
    await refuses(at15("2026-12-01T19:00:00"), "INVALID_FIELD", "must begin after 2026-12-08T18:00:00.000Z");
    const { ended, continued } = await at15("2026-12-09T10:00:00");
    const [from, to] = ["2026-11-01T00:00:00Z", "2026-12-20T00:00:00Z"];
    expect(await starts(must(ended, "ended").id, from, to)).toEqual(["2026-12-01T18:00", "2026-12-08T18:00"]);
    expect(await starts(must(continued, "continued").id, from, to)).toEqual(["2026-12-09T09:00", "2026-12-16T09:00"]);
  });

  test("a date that the series does not have is not found", async () => {
    const { id } = await makeSeries(rig);
    const words = "Occurrence not found or access denied";
    await refuses(split(id, "2026-12-15T18:00:01Z", {}), "NOT_FOUND", words);
  });
});

test("a series completes by itself once its last occurrence is past, and not before", async () => {
  await using own = await startRig();
  const { id } = await makeSeries(own, { rruleString: "FREQ=WEEKLY;COUNT=2" });
  await makeSeries(own);
  const pool = new Pool({ connectionString: own.databaseUrl });
  const store = openStore(pool, () => undefined);
  await using compute = openCompute();
  const deps = { store, compute, clock: own.clock, logger: createLogger("completion", "silent") };
  own.clock.set(new Date("2026-12-08T19:29:59.999Z"));
  expect(await completePast(deps)).toBe(0);
  own.clock.advance(1);
  // The service's own worker runs beside these two: one of the three does it, once.
  await Promise.all([1, 2].map(() => completePast(deps)));
  const told = must((await own.changes(id, 2)).at(-1), "change");
  expect(told).toMatchObject({
    change: SeriesChange.COMPLETED,
    series: { status: SeriesStatus.COMPLETED, version: 2n },
  });
  const { versions } = await own.client.listVersions({ seriesId: id }, await own.as());
  expect(versions.map(({ actor }) => actor)).toEqual(["recurrence-engine", "ann"]);
  const { series } = await own.client.extendSeries({ ...on(id), endDate: "2026-12-24" }, await own.as());
  expect(series).toMatchObject({ status: SeriesStatus.ACTIVE, version: 3n });
  await store[Symbol.asyncDispose]();
  await pool.end();
});

test("edits that race make versions without gaps, each with who, when and what", async () => {
  const { id } = await makeSeries(rig, { rruleString: "FREQ=DAILY" });
  const days = ["02", "03", "04", "05", "06", "07", "08", "09"].map((day) => `2026-12-${day}T18:00:00Z`);
  await Promise.all(days.map((day) => skip(id, day)));
  const first = await rig.client.listVersions({ seriesId: id, pageSize: 5 }, await rig.as());
  const second = await rig.client.listVersions(
    { seriesId: id, pageSize: 5, pageToken: first.nextPageToken },
    await rig.as(),
  );
  const versions = [...first.versions, ...second.versions];
  expect(versions.map(({ version }) => version)).toEqual([9n, 8n, 7n, 6n, 5n, 4n, 3n, 2n, 1n]);
  expect(versions.map(({ series }) => series?.version)).toEqual(versions.map(({ version }) => version));
  expect(versions[0]).toMatchObject({ actor: "ann", change: SeriesChange.OCCURRENCE_CANCELLED });
  expect(texts(versions.slice(0, 8).map(({ recurrenceId }) => recurrenceId)).toSorted()).toEqual(
    days.map((day) => day.slice(0, 16)),
  );
  const told = await rig.changes(id, 9);
  expect(told.map(({ series, exceptions }) => Number(series?.version) - exceptions.length)).toEqual(Array(9).fill(1));
});
