import { randomUUID } from "node:crypto";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { GapPolicy } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import type { Occurrence } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { must } from "@calends/kit/must";
import ICAL from "ical.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, makeSeries, range, refuses, startRig, texts, type Rig } from "./_rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const exported = async (seriesId: string) => (await rig.client.exportSeries({ seriesId }, await rig.as())).icalendar;
const imported = async (icalendar: string, organizationId?: string) =>
  rig.client.importSeries({ requestId: randomUUID(), icalendar }, await rig.as(organizationId));
const occurrences = async (seriesId: string, organizationId?: string) => {
  const request = { seriesId, range: range("2026-11-01T00:00:00Z", "2027-11-01T00:00:00Z"), includeCancelled: true };
  return (await rig.client.listOccurrences(request, await rig.as(organizationId))).occurrences;
};
const said = ({ seriesId: _, ...rest }: Occurrence) => rest;

/** A series with everything that a series can have. */
async function makeRichSeries() {
  const pattern = {
    rruleString: "FREQ=WEEKLY;UNTIL=20270630T215959Z;BYDAY=TU,SU",
    localStart: "2026-12-01T02:30:00",
    extraLines: "RDATE:20261224T180000\nEXDATE;TZID=Europe/Berlin:20261208T023000",
    gapPolicy: GapPolicy.OMIT,
  };
  const series = await makeSeries(rig, pattern, { title: "Choir; sopranos, \\o/\nand tenors", maxAdvanceDays: 30 });
  const on = (recurrenceId: string) => ({
    requestId: randomUUID(),
    seriesId: series.id,
    recurrenceId: at(recurrenceId),
  });
  const headers = await rig.as();
  const { client } = rig;
  await client.cancelOccurrence(
    { ...on("2026-12-15T01:30:00Z"), reason: 'the "hall" is ^shut; sorry: äöü, 日本' },
    headers,
  );
  await client.cancelOccurrence(on("2026-12-22T01:30:00Z"), headers);
  const moved = { startTime: at("2027-01-01T12:00:00Z"), duration: durationFromMs(3_661_000) };
  await client.changeOccurrence({ ...on("2026-12-29T01:30:00Z"), ...moved }, headers);
  await client.changeOccurrence(
    { ...on("2026-12-24T17:00:00Z"), title: "Carols, with mulled wine", reason: "a; b" },
    headers,
  );
  return series;
}

test("what is exported comes back without loss", async () => {
  const series = await makeRichSeries();
  const text = await exported(series.id);
  const there = randomUUID();
  const copy = must((await imported(text, there)).series, "series");
  const { title, localStart, timeZone, duration, rruleString, extraLines, gapPolicy, maxAdvanceDays } = series;
  const same = { title, localStart, timeZone, duration, rruleString, extraLines, gapPolicy, maxAdvanceDays };
  expect(copy).toMatchObject({ ...same, externalId: series.id, version: 1n });
  expect((await occurrences(copy.id, there)).map(said)).toEqual((await occurrences(series.id)).map(said));
  const again = await rig.client.exportSeries({ seriesId: copy.id }, await rig.as(there));
  const unsigned = (calendar: string) =>
    calendar.replaceAll(/^(UID|DTSTAMP|CREATED|LAST-MODIFIED|SEQUENCE):.*\r\n/gm, "");
  expect(unsigned(again.icalendar)).toBe(unsigned(text));
  await refuses(imported(text, there), "ALREADY_EXISTS");
});

test("ical.js reads the same dates out of an export", async () => {
  const { id } = await makeRichSeries();
  const text = await exported(id);
  expect(text.split("\r\n").every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
  const [master, ...overrides] = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent");
  const event = new ICAL.Event(must(master, "event"), { exceptions: overrides });
  expect(event.uid).toBe(id);
  expect(event.summary).toBe("Choir; sopranos, \\o/\nand tenors");
  const found: string[] = [];
  const iterator = event.iterator();
  for (let time = iterator.next(); time && found.length < 8; time = iterator.next()) {
    const { startDate, endDate, item } = event.getOccurrenceDetails(time);
    found.push(`${startDate.toString()} ${endDate.toString()} ${item.summary.slice(0, 6)}`);
  }
  expect(found).toEqual([
    "2026-12-01T02:30:00 2026-12-01T04:00:00 Choir;",
    "2026-12-06T02:30:00 2026-12-06T04:00:00 Choir;",
    "2026-12-13T02:30:00 2026-12-13T04:00:00 Choir;",
    "2026-12-20T02:30:00 2026-12-20T04:00:00 Choir;",
    "2026-12-24T18:00:00 2026-12-24T19:30:00 Carols",
    "2026-12-27T02:30:00 2026-12-27T04:00:00 Choir;",
    "2027-01-01T13:00:00 2027-01-01T14:01:01 Choir;",
    "2027-01-03T02:30:00 2027-01-03T04:00:00 Choir;",
  ]);
});

const foreign = (changes: Record<string, string | null> = {}, more: string[] = []) => {
  const lines = {
    UID: randomUUID(),
    SUMMARY: "Weekly\\, in Boston",
    DTSTART: ";TZID=America/New_York:20261201T190000",
    DTEND: ";TZID=America/New_York:20261201T200000",
    RRULE: "FREQ=WEEKLY;COUNT=4",
    DESCRIPTION: "long\r\n  and folded",
    ...changes,
  };
  const written = Object.entries(lines).flatMap(([name, value]) =>
    value === null ? [] : [`${name}${value.startsWith(";") ? "" : ":"}${value}`],
  );
  const alarm = ["BEGIN:VALARM", "DURATION:PT5M", "UID:other", "END:VALARM"];
  const master = ["BEGIN:VEVENT", ...written, ...alarm, "END:VEVENT"];
  return ["BEGIN:VCALENDAR", "VERSION:2.0", ...master, ...more, "END:VCALENDAR"].join("\r\n");
};

describe("ImportSeries", () => {
  test("reads what another program wrote: DTEND, overrides, EXDATE", async () => {
    const override = ["BEGIN:VEVENT", "UID:u1", "RECURRENCE-ID:20261216T000000Z", "STATUS:CANCELLED", "END:VEVENT"];
    const more = { UID: "u1", EXDATE: ";TZID=America/New_York:20261208T190000" };
    const { series } = await imported(foreign(more, override));
    expect(series).toMatchObject({
      title: "Weekly, in Boston",
      timeZone: "America/New_York",
      localStart: "2026-12-01T19:00:00",
      duration: { seconds: 3600n },
      externalId: "u1",
    });
    const all = await occurrences(must(series, "series").id);
    expect(texts(all.map(({ startTime }) => startTime))).toEqual([
      "2026-12-02T00:00",
      "2026-12-16T00:00",
      "2026-12-23T00:00",
    ]);
    expect(all.map(({ reason }) => reason)).toEqual(["", "Manually skipped", ""]);
  });

  test("reads a start in UTC, a DURATION, and dates without a rule", async () => {
    const changes = {
      DTSTART: "20261201T190000Z",
      DTEND: null,
      DURATION: "PT1H30M",
      RRULE: null,
      RDATE: "20261224T120000Z",
    };
    const { series } = await imported(foreign(changes));
    expect(series).toMatchObject({ timeZone: "UTC", duration: { seconds: 5400n } });
    const all = await occurrences(must(series, "series").id);
    expect(texts(all.map(({ startTime }) => startTime))).toEqual(["2026-12-01T19:00", "2026-12-24T12:00"]);
  });

  test("as many overrides as an event can carry go through in one, more are refused", async () => {
    const uid = randomUUID();
    const instant = (i: number) => new Date(Date.parse("2026-12-02T00:00:00Z") + i * 60_000).toISOString();
    const written = (i: number) => `RECURRENCE-ID:${instant(i).replaceAll(/[-:]|\.000/g, "")}`;
    const events = (n: number, title: string) =>
      Array.from({ length: n }, (_, i) => ["BEGIN:VEVENT", `UID:${uid}`, written(i), `SUMMARY:${title}`, "END:VEVENT"]);
    const calendar = (n: number, title: string) =>
      foreign({ UID: uid, RRULE: "FREQ=MINUTELY" }, events(n, title).flat());
    await refuses(imported(calendar(2_001, "x")), "INVALID_FIELD", "at most 2000");
    const { series } = await imported(calendar(2_000, "x".repeat(255)));
    const [told] = await rig.changes(must(series, "series").id, 1);
    expect(told?.exceptions).toHaveLength(2_000);
    const [plan] = await rig.plans(must(series, "series").id, 1);
    expect(plan?.occurrences).toHaveLength(5_000);
    expect(plan?.range?.endTime?.seconds).toBe(plan?.occurrences.at(-1)?.startTime?.seconds);
  });

  const override = (...lines: string[]) => ["BEGIN:VEVENT", "UID:u", ...lines, "END:VEVENT"];
  test.each([
    ["BEGIN", "BEGIN:VEVENT\r\nEND:VEVENT"],
    ["VEVENT", "no calendar"],
    ["VEVENT", "BEGIN:VCALENDAR\r\nEND:VCALENDAR"],
    ["END", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR"],
    ["UID", foreign({ UID: null })],
    ["DTSTART", foreign({ DTSTART: null })],
    ["DTSTART", foreign({ DTSTART: "20261201T190000" })],
    ["DTSTART", foreign({ DTSTART: ";TZID=Mars/Olympus:20261201T190000" })],
    ["DTSTART", foreign({ DTSTART: "noon" })],
    ["DTEND", foreign({ DTEND: "20261201T190000Z" })],
    ["DURATION", foreign({ DTEND: null, DURATION: "1 hour" })],
    ["RRULE", foreign({ RRULE: null })],
    ["RRULE", foreign({ RRULE: "FREQ=WEEKLY;INTERVAL=0" })],
    ["RRULE", foreign({ RRULE: "FREQ=WEEKLY;COUNT=2;UNTIL=20270101T000000Z" })],
    ["EXRULE", foreign({ EXRULE: "FREQ=WEEKLY" })],
    ["EXDATE", foreign({ EXDATE: "never" })],
    ["RDATE", foreign({ RDATE: ";VALUE=PERIOD:20261201T190000Z/PT1S" })],
    ["RECURRENCE-ID", foreign({ UID: "u" }, override("RECURRENCE-ID;RANGE=THISANDPRIOR:20261202T000000Z"))],
    ["RECURRENCE-ID", foreign({ UID: "u" }, override("RECURRENCE-ID;RANGE=THISANDFUTURE:20261202T000001Z"))],
    ["UID", foreign({ UID: "v" }, override("RECURRENCE-ID:20261202T000000Z"))],
    ["VEVENT", foreign({ UID: "u" }, override("DTSTART:20261202T000000Z"))],
  ])("names %s", async (property, icalendar) => {
    const error: unknown = await imported(icalendar).catch((e: unknown) => e);
    expect(String(error)).toContain(`[invalid_argument] ${property}: `);
    expect(String(error).split(`${property}: `)).toHaveLength(2); // Once, and not again in the sentence.
  });
});
