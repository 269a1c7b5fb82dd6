import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { berlin, calendar, event, notesOf, readInto } from "./_imports.ts";
import { startRig, type Rig } from "./_rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const read = (icalendar: string | Uint8Array, more: object = {}) => readInto(rig, icalendar, more);

describe("what other programs write is read, and noted", () => {
  const one = (...lines: string[]) => calendar(...event(...berlin, ...lines));
  test.each([
    [
      "UNTIL as a date",
      one("RRULE:FREQ=WEEKLY;UNTIL=20261215"),
      ["01", "08", "15"],
      ["RRULE: UNTIL 2026-12-15T23:59:59 in Europe/Berlin"],
    ],
    [
      "UNTIL as a local time",
      one("RRULE:FREQ=WEEKLY;UNTIL=20261215T190000"),
      ["01", "08", "15"],
      ["RRULE: UNTIL 2026-12-15T19:00:00 in Europe/Berlin"],
    ],
    ["a rule in lower case", one("RRULE:freq=weekly;count=2"), ["01", "08"], []],
    [
      "EXDATE as a date",
      one("RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;VALUE=DATE:20261208"),
      ["01", "15"],
      ["EXDATE: what takes place on these dates"],
    ],
    [
      "RDATE as a date",
      one("RRULE:FREQ=WEEKLY;COUNT=1", "RDATE;VALUE=DATE:20261204"),
      ["01", "04"],
      ["RDATE: what takes place on these dates"],
    ],
    [
      "an override under a date",
      calendar(
        ...event(...berlin, "RRULE:FREQ=WEEKLY;COUNT=2"),
        ...event("RECURRENCE-ID;VALUE=DATE:20261208", "STATUS:CANCELLED"),
      ),
      ["01"],
      ["RECURRENCE-ID: the occurrence on this date"],
    ],
    [
      "an override of a date that the series lacks",
      calendar(
        ...event(...berlin, "RRULE:FREQ=WEEKLY;COUNT=2"),
        ...event("RECURRENCE-ID:20261204T180000Z", "SUMMARY:Solo"),
      ),
      ["01", "04", "08"],
      ["RECURRENCE-ID: a further date"],
    ],
    [
      "a cancelled date that the series lacks",
      calendar(
        ...event(...berlin, "RRULE:FREQ=WEEKLY;COUNT=2"),
        ...event("RECURRENCE-ID:20261204T180000Z", "STATUS:CANCELLED"),
      ),
      ["01", "08"],
      ["RECURRENCE-ID: nothing: the series has no such date"],
    ],
    [
      "an override of a date before the series",
      calendar(
        ...event(...berlin, "RRULE:FREQ=WEEKLY;COUNT=2"),
        ...event("RECURRENCE-ID:20261104T180000Z", "DTSTART:20261203T180000Z"),
      ),
      ["01", "03", "08"],
      ["RECURRENCE-ID: a further date"],
    ],
  ])("%s", async (_, text, dates, notes) => {
    const { made, starts } = await read(text);
    expect(starts).toEqual(dates.map((date) => `2026-12-${date}T18:00`));
    expect(notesOf(made)).toEqual(notes);
  });

  test("times without a zone are in that of the calendar", async () => {
    const lines = [
      "DTSTART:20261201T190000",
      "DTEND:20261201T203000",
      "RRULE:FREQ=WEEKLY;COUNT=3",
      "EXDATE:20261208T190000",
    ];
    const moved = event("RECURRENCE-ID:20261215T190000", "DTSTART:20261215T200000");
    const { made, series, starts } = await read(calendar("X-WR-TIMEZONE:Europe/Berlin", ...event(...lines), ...moved));
    expect(series).toMatchObject({ timeZone: "Europe/Berlin", localStart: "2026-12-01T19:00:00" });
    expect(starts).toEqual(["2026-12-01T18:00", "2026-12-15T19:00"]);
    expect(new Set(notesOf(made).map((note) => note.split(": ")[1]))).toEqual(
      new Set(["in the calendar's time zone Europe/Berlin"]),
    );
  });

  test.each([
    ["no end", []],
    ["no length", ["DTEND;TZID=Europe/Berlin:20261201T190000"]],
    ["a duration of nothing", ["DURATION:PT0S"]],
  ])("an event with %s is one minute long", async (_, lines) => {
    const { made, spans } = await read(
      calendar(...event(...berlin.slice(0, 2), ...lines, "RRULE:FREQ=WEEKLY;COUNT=1")),
    );
    expect(spans).toEqual(["2026-12-01T18:00/2026-12-01T18:01"]);
    expect(notesOf(made).join()).toContain("one minute");
  });

  test("a period is a further date with its own length", async () => {
    const rdate = "RDATE;VALUE=PERIOD;TZID=Europe/Berlin:20261203T100000/PT2H,20261204T100000/20261204T113000";
    const { made, spans } = await read(one("RRULE:FREQ=WEEKLY;COUNT=1", rdate));
    expect(spans).toEqual([
      "2026-12-01T18:00/2026-12-01T19:30",
      "2026-12-03T09:00/2026-12-03T11:00",
      "2026-12-04T09:00/2026-12-04T10:30",
    ]);
    expect(notesOf(made)).toEqual(["RDATE: further dates with lengths of their own"]);
  });

  test("a date that became a whole day lasts from midnight to midnight", async () => {
    const moved = event("RECURRENCE-ID:20270323T180000Z", "DTSTART;VALUE=DATE:20270328", "DTEND;VALUE=DATE:20270329");
    const { made, spans } = await read(calendar(...event(...berlin, "RRULE:FREQ=WEEKLY;COUNT=17"), ...moved));
    expect(spans.at(-1)).toBe("2027-03-27T23:00/2027-03-28T22:00");
    expect(notesOf(made)).toEqual(["DTSTART: from midnight to midnight in Europe/Berlin"]);
  });

  test("a name that is too long is cut, not in the middle of a character", async () => {
    const lines = [`SUMMARY:${"x".repeat(254)}😀 and more`, ...berlin.slice(1), "RRULE:FREQ=WEEKLY"];
    const { made, series } = await read(calendar(...event(...lines)));
    expect(series.title).toBe("x".repeat(254));
    expect(notesOf(made)).toEqual(["SUMMARY: its first 255 characters"]);
  });

  test("this and all later dates are a series of their own, also twice, with the exceptions from there on", async () => {
    const rule = "RRULE:FREQ=WEEKLY;COUNT=8;BYDAY=TU";
    const from = (id: string, start: string, ...lines: string[]) =>
      event(`RECURRENCE-ID;RANGE=THISANDFUTURE:${id}`, `DTSTART:${start}`, "DURATION:PT60M", ...lines);
    const later = [
      ...from("20270105T180000Z", "20270107T190000Z", "SUMMARY:Thirds"),
      ...from("20261215T180000Z", "20261216T180000Z", "SUMMARY:Band"),
      ...event("RECURRENCE-ID:20261222T180000Z", "STATUS:CANCELLED"),
    ];
    const { made, spans } = await read(calendar(...event(...berlin, rule), ...later));
    expect(spans).toEqual([
      "2026-12-01T18:00/2026-12-01T19:30",
      "2026-12-08T18:00/2026-12-08T19:30",
      "2026-12-16T18:00/2026-12-16T19:00",
      "2026-12-30T18:00/2026-12-30T19:00",
      "2027-01-07T19:00/2027-01-07T20:00",
      "2027-01-14T19:00/2027-01-14T20:00",
      "2027-01-21T19:00/2027-01-21T20:00",
    ]);
    expect(made.continued.map(({ title }) => title)).toEqual(["Band", "Thirds"]);
    expect(made.continued[0]?.continuesSeriesId).toBe(made.series?.id);
    expect(notesOf(made)).toEqual(Array(2).fill("RECURRENCE-ID: a series of its own from there on"));
  });

  test("all later dates that are cancelled are gone", async () => {
    const gone = event("RECURRENCE-ID;RANGE=THISANDFUTURE:20261215T180000Z", "STATUS:CANCELLED");
    const { made, starts } = await read(calendar(...event(...berlin, "RRULE:FREQ=WEEKLY"), ...gone));
    expect(starts).toEqual(["2026-12-01T18:00", "2026-12-08T18:00"]);
    expect(made.continued).toEqual([]);
  });
});
