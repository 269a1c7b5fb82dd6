import { randomUUID } from "node:crypto";
import { SeriesStatus, type Series } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, makeSeries, range, startRig, texts, tuesdays, type Rig } from "./_rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const exported = async (seriesId: string, organizationId?: string) =>
  (await rig.client.exportSeries({ seriesId }, await rig.as(organizationId))).icalendar;
const imported = async (icalendar: string, organizationId?: string, more: object = {}) => {
  const request = { requestId: randomUUID(), icalendar, ...more };
  return must((await rig.client.importSeries(request, await rig.as(organizationId))).series, "series");
};
const on = (seriesId: string) => ({ requestId: randomUUID(), seriesId });
const dates = async (seriesId: string, organizationId?: string) => {
  const window = range("2026-11-01T00:00:00Z", "2027-11-01T00:00:00Z");
  const request = { seriesId, range: window, includeCancelled: true };
  const { occurrences } = await rig.client.listOccurrences(request, await rig.as(organizationId));
  return occurrences.map(({ seriesId: _, ...rest }) => rest);
};

/** Exports a series, imports it into another organization, and compares all that can be seen of it. */
async function roundTrip({ id }: Series): Promise<Series> {
  const there = randomUUID();
  const copy = await imported(await exported(id), there);
  expect(await dates(copy.id, there)).toEqual(await dates(id));
  const unsigned = (text: string) => text.replaceAll(/^(DTSTAMP|CREATED|LAST-MODIFIED|SEQUENCE):.*\r\n/gm, "");
  expect(unsigned(await exported(copy.id, there))).toBe(unsigned(await exported(id)));
  return copy;
}

describe("nothing is lost on the way out and in", () => {
  test.each(["a\\, b\\; c\\n", "caret ^n ^' ^^", 'the "hall"', "two\nlines", "old\rMac\r\nand Windows", "x;y:z,ä"])(
    "of a reason, a name and the series' title: %j",
    async (text) => {
      const series = await makeSeries(rig, {}, { title: text });
      const cancel = { ...on(series.id), recurrenceId: at("2026-12-08T18:00:00Z"), reason: text };
      await rig.client.cancelOccurrence(cancel, await rig.as());
      const change = { ...on(series.id), recurrenceId: at("2026-12-15T18:00:00Z"), title: `${text}!`, reason: text };
      await rig.client.changeOccurrence(change, await rig.as());
      expect((await roundTrip(series)).title).toBe(text.replaceAll(/\r\n?/g, "\n"));
    },
  );

  test("of the policy, and of where its months are counted from", async () => {
    const series = await makeSeries(rig, {}, { maxLengthMonths: 6 });
    expect(await roundTrip(series)).toMatchObject({ maxLengthMonths: 6, rruleString: series.rruleString });
    const pattern = { ...tuesdays, localStart: "2027-03-02T19:00:00" };
    const split = { ...on(series.id), recurrenceId: at("2027-03-02T18:00:00Z"), pattern };
    const { continued } = await rig.client.splitSeries(split, await rig.as());
    const copy = await roundTrip(must(continued, "continued"));
    expect(copy).toMatchObject({ maxLengthMonths: 6, rruleString: "FREQ=WEEKLY;UNTIL=20270601T215959Z" });
  });

  test("of a cancelled series, with its reason and what took place before", async () => {
    const series = await makeSeries(rig, { localStart: "2026-11-17T19:00:00" });
    await rig.client.cancelSeries({ ...on(series.id), reason: "Moved; away" }, await rig.as());
    const copy = await roundTrip(series);
    expect(copy).toMatchObject({ status: SeriesStatus.CANCELLED, cancellationReason: "Moved; away" });
  });

  test("of a paused series", async () => {
    const series = await makeSeries(rig);
    await rig.client.pauseSeries(on(series.id), await rig.as());
    expect((await roundTrip(series)).status).toBe(SeriesStatus.PAUSED);
  });

  test("of a series that was split at its first date and has none left", async () => {
    const series = await makeSeries(rig);
    const pattern = { ...tuesdays, localStart: "2026-12-01T20:00:00" };
    await rig.client.splitSeries(
      { ...on(series.id), recurrenceId: at("2026-12-01T18:00:00Z"), pattern },
      await rig.as(),
    );
    await roundTrip(series);
    expect(await dates(series.id)).toEqual([]);
  });
});

const own = ["UID:u", "SUMMARY:x", "DTSTART:20261202T090000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=3"];
const calendarOf = (...lines: string[]) =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", ...lines, "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");

describe("what another program wrote", () => {
  const alarm = ["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", "END:VALARM"];
  const more = [
    "DESCRIPTION:long\\, and\\nin lines",
    "LOCATION;LANGUAGE=en:Hall 1",
    "X-A;TZID=Mars/Olympus:1",
    ...alarm,
  ];

  test("comes out again: descriptions, places, alarms and unknown properties, also after a split", async () => {
    const there = randomUUID();
    const { id } = await imported(calendarOf(...own, "DTSTAMP:20200101T000000Z", ...more), there);
    expect(await exported(id, there)).toContain(`\r\n${more.join("\r\n")}\r\nEND:VEVENT`);
    expect(await exported(id, there)).not.toContain("20200101T000000Z");
    const pattern = { ...tuesdays, timeZone: "UTC", localStart: "2026-12-11T09:00:00" };
    const split = { ...on(id), recurrenceId: at("2026-12-11T09:00:00Z"), pattern };
    const { continued } = await rig.client.splitSeries(split, await rig.as(there));
    expect(await exported(must(continued, "continued").id, there)).toContain(more.join("\r\n"));
  });

  test("is kept as far as there is room for whole properties", async () => {
    const there = randomUUID();
    const attachment = `ATTACH;ENCODING=BASE64;VALUE=BINARY:${"A".repeat(33_000)}`;
    const { id } = await imported(calendarOf(...own, attachment, "LOCATION:Hall 1"), there);
    const text = await exported(id, there);
    expect(text).not.toContain("ATTACH");
    expect(text).toContain("LOCATION:Hall 1");
  });

  test("and is cancelled does not take place", async () => {
    const there = randomUUID();
    const { id, status } = await imported(calendarOf(...own, "STATUS:CANCELLED"), there);
    expect(status).toBe(SeriesStatus.CANCELLED);
    expect((await dates(id, there)).map(({ reason }) => reason)).toEqual(Array(3).fill("Recurring series cancelled"));
  });

  test.each([
    [false, "FREQ=WEEKLY;BYDAY=FR;COUNT=3", ["2026-12-04T09:00", "2026-12-11T09:00", "2026-12-18T09:00"]],
    [true, "FREQ=WEEKLY;BYDAY=FR;COUNT=3", ["2026-12-02T09:00", "2026-12-04T09:00", "2026-12-11T09:00"]],
    [true, "FREQ=WEEKLY;BYDAY=FR;COUNT=1", ["2026-12-02T09:00"]],
    [true, "FREQ=WEEKLY;COUNT=2", ["2026-12-02T09:00", "2026-12-09T09:00"]],
  ])("has a start that its rule does not match only when asked: %s, %s", async (includeStart, rule, expected) => {
    const there = randomUUID();
    const lines = [...own.slice(0, -1), `RRULE:${rule}`];
    const { id } = await imported(calendarOf(...lines), there, { includeStart });
    expect(texts((await dates(id, there)).map(({ startTime }) => startTime))).toEqual(expected);
  });
});
