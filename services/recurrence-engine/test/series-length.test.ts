import { randomUUID } from "node:crypto";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, expect, test } from "vitest";
import { at, fieldsOf, makeSeries, refuses, startRig, tuesdays, type Rig } from "./_rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const sixMonths = { maxLengthMonths: 6 };
const make = (pattern: object) => makeSeries(rig, pattern, sixMonths);
const on = (seriesId: string) => ({ requestId: randomUUID(), seriesId });
const extend = async (seriesId: string, endDate: string, more: object = {}) =>
  rig.client.extendSeries({ ...on(seriesId), endDate, ...more }, await rig.as());

test("under a policy a series without an end ends with its last day", async () => {
  const series = await make({});
  expect(series).toMatchObject({ rruleString: "FREQ=WEEKLY;UNTIL=20270601T215959Z", maxLengthMonths: 6 });
  const { rruleString } = await make({ localStart: "2026-12-31T19:00:00", endDate: "2027-06-30" });
  expect(rruleString).toBe("FREQ=WEEKLY;UNTIL=20270630T215959Z");
});

test("without a policy a series may be without an end", async () => {
  expect(await makeSeries(rig)).toMatchObject({ rruleString: "FREQ=WEEKLY", maxLengthMonths: 0 });
});

test.each([
  ["pattern.end_date", { endDate: "2027-06-02" }],
  ["pattern.end_date", { rruleString: "FREQ=WEEKLY;UNTIL=20270601T220000Z" }],
  ["pattern.end_date", { rruleString: "FREQ=WEEKLY;COUNT=28" }],
  ["pattern.end_date", { rruleString: "FREQ=DAILY;COUNT=1000000" }],
  ["pattern.extra_lines", { extraLines: "RDATE:20270602T190000" }],
  ["pattern.local_start", { rruleString: "FREQ=YEARLY", extraLines: "EXDATE;TZID=Europe/Berlin:20261201T190000" }],
])("an end beyond the policy is refused, naming %s: %o", async (field, pattern) => {
  expect(await fieldsOf(make(pattern))).toEqual([field]);
  await refuses(make(pattern), "INVALID_FIELD", "at most 6 months ends on or before 2027-06-01");
});

test("an end on its last day is taken", async () => {
  expect((await make({ endDate: "2027-06-01" })).rruleString).toBe("FREQ=WEEKLY;UNTIL=20270601T215959Z");
  expect((await make({ rruleString: "FREQ=WEEKLY;COUNT=27" })).rruleString).toBe("FREQ=WEEKLY;COUNT=27");
});

test("the policy stays with the series: it bounds extending and updating until it is changed", async () => {
  const { id } = await make({ endDate: "2027-01-31" });
  expect(await fieldsOf(extend(id, "2027-06-02"))).toEqual(["end_date"]);
  expect((await extend(id, "")).series?.rruleString).toBe("FREQ=WEEKLY;UNTIL=20270601T215959Z");
  const update = { title: "Choir", pattern: { ...tuesdays, endDate: "2027-07-01" } };
  expect(await fieldsOf(rig.client.updateSeries({ ...on(id), ...update }, await rig.as()))).toEqual([
    "pattern.end_date",
  ]);
  const longer = await rig.client.updateSeries({ ...on(id), ...update, maxLengthMonths: 12 }, await rig.as());
  expect(longer.series?.maxLengthMonths).toBe(12);
  const lifted = await extend(id, "", { maxLengthMonths: 0 });
  expect(lifted.series).toMatchObject({ rruleString: "FREQ=WEEKLY", maxLengthMonths: 0 });
});

test("a split does not start the months anew", async () => {
  const { id } = await make({});
  const pattern = { ...tuesdays, localStart: "2027-03-02T19:00:00" };
  const request = { ...on(id), recurrenceId: at("2027-03-02T18:00:00Z"), pattern };
  const { continued } = await rig.client.splitSeries(request, await rig.as());
  expect(continued).toMatchObject({ rruleString: "FREQ=WEEKLY;UNTIL=20270601T215959Z", maxLengthMonths: 6 });
  expect(await fieldsOf(extend(must(continued, "continued").id, "2027-06-02"))).toEqual(["end_date"]);
});

test("an update does not start the months anew, however often the start is moved", async () => {
  const { id } = await make({});
  const update = async (localStart: string, more: object = {}) =>
    rig.client.updateSeries(
      { ...on(id), title: "Choir", pattern: { ...tuesdays, localStart, ...more } },
      await rig.as(),
    );
  expect((await update("2027-03-02T19:00:00")).series?.rruleString).toBe("FREQ=WEEKLY;UNTIL=20270601T215959Z");
  expect(await fieldsOf(update("2027-03-09T19:00:00", { endDate: "2027-06-02" }))).toEqual(["pattern.end_date"]);
  expect((await update("2026-11-24T19:00:00")).series?.rruleString).toBe("FREQ=WEEKLY;UNTIL=20270524T215959Z");
});
