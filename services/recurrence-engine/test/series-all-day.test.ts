import { randomUUID } from "node:crypto";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { must } from "@calends/kit/must";
import ICAL from "ical.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { at, fieldsOf, makeSeries, range, startRig, texts, type Rig } from "./_rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const days = (n: number) => durationFromMs(n * 86_400_000);
const allDay = { allDay: true, localStart: "2027-03-21T00:00:00", duration: days(1) };
const list = async (seriesId: string, from: string, to: string, organizationId?: string) => {
  const request = { seriesId, range: range(from, to), includeCancelled: true };
  return (await rig.client.listOccurrences(request, await rig.as(organizationId))).occurrences;
};
const exported = async (seriesId: string, organizationId?: string) =>
  (await rig.client.exportSeries({ seriesId }, await rig.as(organizationId))).icalendar;
const imported = async (lines: string[], more: object = {}, organizationId = randomUUID()) => {
  const icalendar = ["BEGIN:VCALENDAR", ...lines, "END:VCALENDAR"].join("\r\n");
  const request = { requestId: randomUUID(), icalendar, ...more };
  return must((await rig.client.importSeries(request, await rig.as(organizationId))).series, "series");
};
const event = (...lines: string[]) => ["BEGIN:VEVENT", "UID:u", ...lines, "END:VEVENT"];

test("whole days last from midnight to midnight, also where the clock changes", async () => {
  const { id } = await makeSeries(rig, { ...allDay, rruleString: "FREQ=DAILY;UNTIL=20270329" });
  const found = await list(id, "2027-03-27T00:00:00Z", "2027-04-10T00:00:00Z");
  expect(texts(found.map(({ startTime }) => startTime))).toEqual([
    "2027-03-26T23:00",
    "2027-03-27T23:00",
    "2027-03-28T22:00",
  ]);
  expect(texts(found.map(({ endTime }) => endTime))).toEqual([
    "2027-03-27T23:00",
    "2027-03-28T22:00",
    "2027-03-29T22:00",
  ]);
  const { series } = await rig.client.getSeries({ seriesId: id }, await rig.as());
  expect(series).toMatchObject({ allDay: true, rruleString: "FREQ=DAILY;UNTIL=20270329T215959Z" });
});

test.each([
  ["pattern.local_start", { localStart: "2027-03-21T09:00:00" }],
  ["pattern.duration", { duration: durationFromMs(3_600_000) }],
  ["pattern.rrule_string", { rruleString: "FREQ=DAILY;BYHOUR=9" }],
  ["pattern.rrule_string", { rruleString: "FREQ=HOURLY" }],
  ["pattern.extra_lines", { extraLines: "RDATE:20270401T090000" }],
  ["pattern.extra_lines", { extraLines: "RDATE;TZID=Asia/Tokyo:20270401T000000" }],
])("whole days have no time: names %s for %o", async (field, wrong) => {
  expect(await fieldsOf(makeSeries(rig, { ...allDay, ...wrong }))).toEqual([field]);
});

test("whole days are exported as dates and come back without loss; ical.js reads the same dates", async () => {
  const extraLines = "RDATE;VALUE=DATE:20270405\nEXDATE;VALUE=DATE:20270328";
  const pattern = { ...allDay, duration: days(2), extraLines, rruleString: "FREQ=WEEKLY;UNTIL=20270509" };
  const series = await makeSeries(rig, pattern);
  const on = (recurrenceId: string) => ({
    requestId: randomUUID(),
    seriesId: series.id,
    recurrenceId: at(recurrenceId),
  });
  await rig.client.cancelOccurrence({ ...on("2027-04-10T22:00:00Z"), reason: "snow" }, await rig.as());
  const moved = { startTime: at("2027-04-18T22:00:00Z"), duration: days(1) };
  await rig.client.changeOccurrence({ ...on("2027-04-17T22:00:00Z"), ...moved }, await rig.as());
  await rig.client.changeOccurrence(
    { ...on("2027-04-24T22:00:00Z"), startTime: at("2027-04-25T10:00:00Z"), duration: durationFromMs(3_600_000) },
    await rig.as(),
  );
  const text = await exported(series.id);
  expect(text).toContain("DTSTART;VALUE=DATE:20270321\r\nDURATION:P2D\r\nRRULE:FREQ=WEEKLY;UNTIL=20270509\r\n");

  const [master, ...overrides] = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent");
  const read = new ICAL.Event(must(master, "event"), { exceptions: overrides });
  const iterator = read.iterator();
  const dates: string[] = [];
  for (let time = iterator.next(); time; time = iterator.next()) {
    const { startDate, endDate } = read.getOccurrenceDetails(time);
    dates.push(`${startDate.toString()} ${endDate.toString()}`);
  }
  expect(dates).toEqual([
    "2027-03-21 2027-03-23",
    "2027-04-04 2027-04-06",
    "2027-04-05 2027-04-07",
    "2027-04-19 2027-04-20",
    "2027-04-25T12:00:00 2027-04-25T13:00:00",
    "2027-05-02 2027-05-04",
    "2027-05-09 2027-05-11",
  ]);

  const there = randomUUID();
  const copy = await imported(text.trim().split("\r\n").slice(1, -1), {}, there);
  const { localStart, timeZone, duration, rruleString, extraLines: extra } = series;
  expect(copy).toMatchObject({ localStart, timeZone, duration, rruleString, extraLines: extra, allDay: true });
  const window = ["2027-03-01T00:00:00Z", "2027-06-01T00:00:00Z"] as const;
  const said = async (id: string, organizationId?: string) =>
    (await list(id, ...window, organizationId)).map(({ seriesId: _, ...rest }) => rest);
  expect(await said(copy.id, there)).toEqual(await said(series.id));
});

test("whole days of other programs are those of the zone that the caller names, or of UTC", async () => {
  const lines = ["DTSTART;VALUE=DATE:20270401", "RRULE:FREQ=YEARLY"];
  const lasting = event(...lines, "DTEND;VALUE=DATE:20270403");
  const inTokyo = await imported(lasting, { timeZone: "Asia/Tokyo" });
  expect(inTokyo).toMatchObject({ timeZone: "Asia/Tokyo", allDay: true, localStart: "2027-04-01T00:00:00" });
  expect(inTokyo.duration).toEqual(days(2));
  const short = await imported(event(...lines));
  expect(short).toMatchObject({ timeZone: "UTC", duration: days(1) });
});

test.each([
  ["X-CALENDS-TIME-ZONE", event("DTSTART;VALUE=DATE:20270401", "RRULE:FREQ=YEARLY"), { timeZone: "Mars/Olympus" }],
  ["RRULE", event("DTSTART;VALUE=DATE:20270401", "RRULE:FREQ=YEARLY;BYHOUR=9"), {}],
  ["DURATION", event("DTSTART;VALUE=DATE:20270401", "DURATION:PT1H", "RRULE:FREQ=YEARLY"), {}],
])("ImportSeries names %s", async (property, lines, more) => {
  const error: unknown = await imported(lines, more).catch((e: unknown) => e);
  expect(String(error)).toContain(`[invalid_argument] ${property}: `);
});

test("an imported UID is the UID of every export, and others have the series' id", async () => {
  const organizationId = randomUUID();
  const lines = ["DTSTART:20270401T090000Z", "DURATION:PT1H", "RRULE:FREQ=YEARLY"];
  const uid = "a;b,c\\d@elsewhere.example";
  const escaped = uid.replaceAll(/[\\;,]/g, (mark) => `\\${mark}`);
  const series = await imported(["BEGIN:VEVENT", `UID:${escaped}`, ...lines, "END:VEVENT"], {}, organizationId);
  expect(series).toMatchObject({ icalUid: uid, externalId: uid });
  expect(await exported(series.id, organizationId)).toContain(`\r\nUID:${escaped}\r\n`);
  const own = await makeSeries(rig, {}, { externalId: "ours" });
  expect(own.icalUid).toBe(own.id);
  expect(await exported(own.id)).toContain(`\r\nUID:${own.id}\r\n`);
});
