import { randomUUID } from "node:crypto";
import { OccurrenceState, SeriesChange, SeriesStatus } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { Frequency } from "@calends/contracts/calends/type/v1/recurrence_pb";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, fieldsOf, makeSeries, range, refuses, startRig, texts, tuesdays, type Rig } from "./_rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const create = async (pattern: object, fields: object = {}) =>
  rig.client.createSeries(
    { requestId: randomUUID(), title: "Choir", pattern: { ...tuesdays, ...pattern }, ...fields },
    await rig.as(),
  );
const list = async (seriesId: string, from: string, to: string, more: object = {}) =>
  rig.client.listOccurrences({ seriesId, range: range(from, to), ...more }, await rig.as());

describe("CreateSeries", () => {
  test("answers the series and its occurrences up to its horizon, and tells of both", async () => {
    const { series, occurrences } = await create(
      { rruleString: "rrule:freq=weekly;interval=1" },
      { maxAdvanceDays: 30 },
    );
    const { id, rruleString, status, version, recurrenceRule } = must(series, "series");
    expect({ rruleString, status, version }).toEqual({
      rruleString: "FREQ=WEEKLY",
      status: SeriesStatus.ACTIVE,
      version: 1n,
    });
    expect(recurrenceRule?.frequency).toBe(Frequency.WEEKLY);
    const planned = ["2026-12-01T18:00", "2026-12-08T18:00", "2026-12-15T18:00"];
    expect(texts(occurrences.map(({ startTime }) => startTime))).toEqual(planned);
    const [changed] = await rig.changes(id, 1);
    expect(changed).toMatchObject({ change: SeriesChange.CREATED, series: { version: 1n }, exceptions: [] });
    const [plan] = await rig.plans(id, 1);
    expect(plan?.range).toMatchObject(range("2026-11-21T08:00:00Z", "2026-12-21T08:00:00Z"));
    expect(texts(must(plan, "plan").occurrences.map(({ startTime }) => startTime))).toEqual(planned);
  });

  test("plans 90 days ahead unless told otherwise, and no further than the end", async () => {
    expect((await create({})).occurrences).toHaveLength(12);
    const { series, occurrences } = await create({ endDate: "2026-12-08" });
    expect(occurrences).toHaveLength(2);
    const [plan] = await rig.plans(must(series, "series").id, 1);
    expect(plan?.range?.endTime).toEqual(at("2026-12-08T19:30:00Z"));
  });

  test("writes end_date as an UNTIL in UTC: the end of that local day", async () => {
    const { series } = await create({ endDate: "2027-06-30" });
    expect(series?.rruleString).toBe("FREQ=WEEKLY;UNTIL=20270630T215959Z");
    const { series: earlier } = await create({
      endDate: "2027-06-30",
      rruleString: "FREQ=WEEKLY;UNTIL=20270101T000000Z",
    });
    expect(earlier?.rruleString).toBe("FREQ=WEEKLY;UNTIL=20270101T000000Z");
  });

  test("takes a rule as fields", async () => {
    const recurrenceRule = { frequency: Frequency.MONTHLY, byDay: [{ weekday: 2, ordinal: -1 }], count: 3 };
    const { series, occurrences } = await create({
      localStart: "2026-12-29T19:00:00",
      rruleString: "",
      recurrenceRule,
    });
    expect(series?.rruleString).toBe("FREQ=MONTHLY;COUNT=3;BYDAY=-1TU");
    expect(texts(occurrences.map(({ startTime }) => startTime))).toEqual(["2026-12-29T18:00", "2027-01-26T18:00"]);
  });

  test("refuses with exact words", async () => {
    const recurrenceRule = { frequency: Frequency.DAILY };
    await refuses(
      create({ recurrenceRule }),
      "INVALID_RECURRENCE",
      "Cannot provide both recurrence_rule and rrule_string",
    );
    await refuses(
      create({ rruleString: "FREQ=DAILY;INTERVAL=0" }),
      "INVALID_RECURRENCE",
      "Invalid recurrence rule: INTERVAL",
    );
    await refuses(create({ rruleString: "" }), "INVALID_RECURRENCE", "recurrence_rule and rrule_string is required");
    const both = () => create({ rruleString: "FREQ=DAILY;COUNT=3", endDate: "2027-01-01" });
    await refuses(both(), "INVALID_FIELD", "COUNT and end_date");
    expect(await fieldsOf(both())).toEqual(["pattern.end_date"]);
    await refuses(create({ timeZone: "Europe/Atlantis" }), "INVALID_FIELD", "Europe/Atlantis");
    await refuses(create({ localStart: "2026-02-30T10:00:00" }), "INVALID_FIELD", "2026-02-30");
    await refuses(create({ endDate: "2026-11-30" }), "INVALID_FIELD", "no occurrence starts");
    await refuses(create({ rruleString: "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30" }), "INVALID_RECURRENCE", "no occurrence");
    await refuses(create({ extraLines: "RRULE:FREQ=DAILY" }), "INVALID_RECURRENCE", "RRULE");
    await refuses(
      create({ extraLines: "RDATE:20270701T000000Z", endDate: "2027-06-30" }),
      "INVALID_FIELD",
      "extra_lines",
    );
  });

  test("keeps further and excluded dates; a time without a zone is one of the series", async () => {
    const extraLines = "RDATE:20261203T100000\nEXDATE;TZID=Europe/Berlin:20261208T190000\n";
    const { series, occurrences } = await create({ extraLines, endDate: "2026-12-15" });
    expect(series?.extraLines).toBe(
      "RDATE;TZID=Europe/Berlin:20261203T100000\nEXDATE;TZID=Europe/Berlin:20261208T190000",
    );
    const starts = ["2026-12-01T18:00", "2026-12-03T09:00", "2026-12-15T18:00"];
    expect(texts(occurrences.map(({ startTime }) => startTime))).toEqual(starts);
  });

  test("an external id is used once; blank is none", async () => {
    const externalId = randomUUID();
    await create({}, { externalId });
    await refuses(create({}, { externalId }), "ALREADY_EXISTS");
    await create({}, { externalId: "  " });
    expect((await create({}, { externalId: " " })).series?.externalId).toBe("");
  });

  test("a request id makes one series, also when two race; a different request is refused", async () => {
    const request = { requestId: randomUUID(), title: "Once", pattern: tuesdays };
    const headers = await rig.as();
    const answers = await Promise.all([1, 2, 3].map(() => rig.client.createSeries(request, headers)));
    expect(new Set(answers.map(({ series }) => series?.id)).size).toBe(1);
    await refuses(rig.client.createSeries({ ...request, title: "Twice" }, headers), "REQUEST_ID_REUSED");
  });
});

describe("ListOccurrences", () => {
  test("lists what is in progress at the start of the range, at its end no more", async () => {
    const { id } = await makeSeries(rig);
    const { occurrences } = await list(id, "2026-12-01T19:29:59Z", "2026-12-08T18:00:00Z");
    expect(texts(occurrences.map(({ startTime }) => startTime))).toEqual(["2026-12-01T18:00"]);
    expect(occurrences[0]).toMatchObject({ state: OccurrenceState.PLANNED, title: "", seriesId: id });
    expect((await list(id, "2026-12-01T19:30:00Z", "2026-12-08T18:00:00Z")).occurrences).toEqual([]);
  });

  test("keeps the wall clock across a clock change, and says when it was cut", async () => {
    const { id } = await makeSeries(rig);
    const { occurrences, truncated } = await list(id, "2027-03-22T00:00:00Z", "2027-05-01T00:00:00Z", {
      maxOccurrences: 2,
    });
    expect(texts(occurrences.map(({ startTime }) => startTime))).toEqual(["2027-03-23T18:00", "2027-03-30T17:00"]);
    expect(truncated).toBe(true);
  });

  test("refuses a range that ends before it begins or is too long", async () => {
    const { id } = await makeSeries(rig);
    const backwards = list(id, "2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
    await refuses(backwards, "INVALID_FIELD", "start_time must be before end_time");
    await refuses(list(id, "2027-01-01T00:00:00Z", "2028-03-01T00:00:00Z"), "INVALID_FIELD", "400 days");
  });
});

test("ListUpcoming begins today in the series' zone and answers ten", async () => {
  // 08:00 UTC on the 21st is 22:00 on the 20th in Honolulu.
  const pattern = { localStart: "2026-11-01T01:00:00", timeZone: "Pacific/Honolulu", rruleString: "FREQ=DAILY" };
  const { id } = await makeSeries(rig, pattern);
  const { occurrences } = await rig.client.listUpcoming({ seriesId: id }, await rig.as());
  expect(occurrences).toHaveLength(10);
  expect(texts([occurrences[0]?.startTime])).toEqual(["2026-11-20T11:00"]);
  expect((await rig.client.listUpcoming({ seriesId: id, limit: 3 }, await rig.as())).occurrences).toHaveLength(3);
});

test("ListSeries pages through an organization's series, newest first, by calendar and status", async () => {
  const headers = await rig.as(randomUUID());
  const [calendarId, requestIds] = [randomUUID(), [randomUUID(), randomUUID(), randomUUID()]];
  const made: string[] = [];
  for (const [i, requestId] of requestIds.entries()) {
    const request = { requestId, title: `${i}`, pattern: tuesdays, calendarId: i === 1 ? "" : calendarId };
    made.unshift(must((await rig.client.createSeries(request, headers)).series, "series").id);
    rig.clock.advance(1);
  }
  const first = await rig.client.listSeries({ pageSize: 2 }, headers);
  const second = await rig.client.listSeries({ pageSize: 2, pageToken: first.nextPageToken }, headers);
  expect([...first.series, ...second.series].map(({ id }) => id)).toEqual(made);
  expect(second.nextPageToken).toBe("");
  expect((await rig.client.listSeries({ calendarId }, headers)).series).toHaveLength(2);
  expect((await rig.client.listSeries({ statuses: [SeriesStatus.PAUSED] }, headers)).series).toEqual([]);
  await refuses(rig.client.listSeries({ pageToken: "x" }, headers), "INVALID_FIELD", "page_token");
});

test("another organization sees nothing and changes nothing", async () => {
  const { id: seriesId } = await makeSeries(rig);
  const stranger = await rig.as(randomUUID());
  const recurrenceId = at("2026-12-01T18:00:00Z");
  const mine = { seriesId, requestId: randomUUID() };
  const { client } = rig;
  const calls = [
    client.getSeries({ seriesId }, stranger),
    client.listOccurrences({ seriesId, range: range("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z") }, stranger),
    client.listUpcoming({ seriesId }, stranger),
    client.listVersions({ seriesId }, stranger),
    client.exportSeries({ seriesId }, stranger),
    client.updateSeries({ ...mine, title: "x", pattern: tuesdays }, stranger),
    client.pauseSeries(mine, stranger),
    client.extendSeries(mine, stranger),
    client.splitSeries({ ...mine, recurrenceId, pattern: tuesdays }, stranger),
    client.cancelSeries(mine, stranger),
    client.cancelOccurrence({ ...mine, recurrenceId }, stranger),
  ];
  await Promise.all(calls.map((call) => refuses(call, "NOT_FOUND", "Series not found or access denied")));
  expect((await client.listSeries({}, stranger)).series).toEqual([]);
  expect((await client.getSeries({ seriesId }, await rig.as())).series?.version).toBe(1n);
});
