import { randomUUID } from "node:crypto";
import type { ImportSeriesResponse } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { range, refuses, startRig, texts, type Rig } from "./_rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const uid = "choir@elsewhere.example";
const event = (...lines: string[]) => ["BEGIN:VEVENT", `UID:${uid}`, ...lines, "END:VEVENT"];
const calendar = (...lines: string[]) => ["BEGIN:VCALENDAR", "VERSION:2.0", ...lines, "END:VCALENDAR"].join("\r\n");
const berlin = ["SUMMARY:Choir", "DTSTART;TZID=Europe/Berlin:20261201T190000", "DURATION:PT90M"];
const imported = async (icalendar: string | Uint8Array, more: object = {}) => {
  const said = typeof icalendar === "string" ? { icalendar } : { icalendarFile: icalendar };
  return rig.client.importSeries({ requestId: randomUUID(), ...said, ...more }, await rig.as(randomUUID()));
};
/** What was made, as its dates say it, in the name of whoever made it. */
const read = async (icalendar: string | Uint8Array, more: object = {}) => {
  const organizationId = randomUUID();
  const said = typeof icalendar === "string" ? { icalendar } : { icalendarFile: icalendar };
  const headers = await rig.as(organizationId);
  const made = await rig.client.importSeries({ requestId: randomUUID(), ...said, ...more }, headers);
  const listed = [must(made.series, "series"), ...made.continued].map(async ({ id: seriesId }) => {
    const asked = { seriesId, range: range("2026-11-01T00:00:00Z", "2027-11-01T00:00:00Z"), maxOccurrences: 60 };
    return (await rig.client.listOccurrences(asked, headers)).occurrences;
  });
  const occurrences = (await Promise.all(listed)).flat();
  const [starts, ends] = [
    texts(occurrences.map(({ startTime }) => startTime)),
    texts(occurrences.map(({ endTime }) => endTime)),
  ];
  return { made, series: must(made.series, "series"), starts, spans: starts.map((start, i) => `${start}/${ends[i]}`) };
};
const notesOf = ({ notes }: ImportSeriesResponse) => notes.map(({ property, readAs }) => `${property}: ${readAs}`);

describe("a zone that a file names in its own way", () => {
  const zone = (name: string, ...more: string[]) => [
    "BEGIN:VTIMEZONE",
    `TZID:${name}`,
    ...more,
    "BEGIN:STANDARD",
    "DTSTART:16010101T030000",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:16010101T020000",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
  ];
  const weekly = (name: string) =>
    event("SUMMARY:Choir", `DTSTART;TZID=${name}:20261201T190000`, "DURATION:PT90M", "RRULE:FREQ=WEEKLY");

  test.each([
    ["Customized Time Zone", zone("Customized Time Zone"), "Europe/Berlin"],
    ["Customized Time Zone", zone("Customized Time Zone", "X-LIC-LOCATION:Europe/Paris"), "Europe/Paris"],
    ["/mozilla.org/20050126_1/Europe/Berlin", [], "Europe/Berlin"],
    ["/freeassociation.sourceforge.net/America/Argentina/Ushuaia", [], "America/Argentina/Ushuaia"],
  ])("%s is the zone of that name or clock", async (name, definition, expected) => {
    const { made, series } = await read(calendar(...definition, ...weekly(name)));
    expect(series).toMatchObject({ timeZone: expected, localStart: "2026-12-01T19:00:00", rruleString: "FREQ=WEEKLY" });
    expect(notesOf(made)).toEqual([`DTSTART: the zone ${expected}`]);
  });

  test("that the caller names is preferred among those that have the same clock", async () => {
    const text = calendar(...zone("Customized Time Zone"), ...weekly("Customized Time Zone"));
    expect((await read(text, { timeZone: "Europe/Madrid" })).series.timeZone).toBe("Europe/Madrid");
  });

  test("keeps its offsets as dates in UTC where no zone has such a clock", async () => {
    const fixed = [
      "BEGIN:STANDARD",
      "DTSTART:16010101T000000",
      "TZOFFSETFROM:+0117",
      "TZOFFSETTO:+0117",
      "END:STANDARD",
    ];
    const definition = ["BEGIN:VTIMEZONE", "TZID:Ours", ...fixed, "END:VTIMEZONE"];
    const lines = ["DTSTART;TZID=Ours:20261201T190000", "DTEND;TZID=Ours:20261201T200000", "RRULE:FREQ=WEEKLY;COUNT=4"];
    const master = event(...lines, "EXDATE;TZID=Ours:20261208T190000");
    const moved = event("RECURRENCE-ID;TZID=Ours:20261215T190000", "DTSTART;TZID=Ours:20261215T200000");
    const { made, starts } = await read(calendar(...definition, ...master, ...moved));
    expect(starts).toEqual(["2026-12-01T17:43", "2026-12-15T18:43", "2026-12-22T17:43"]);
    expect(notesOf(made)).toEqual(["DTSTART: 4 dates in UTC: no time zone has this clock"]);
  });

  test("and does not define is refused", async () => {
    await refuses(imported(calendar(...weekly("Customized Time Zone"))), "INVALID_RECURRENCE", "DTSTART: ");
  });
});

describe("whole days", () => {
  const days = ["DTSTART;VALUE=DATE:20261213", "RRULE:FREQ=DAILY;COUNT=4"];
  test.each([
    ["EXDATE;TZID=Europe/Berlin:20261215T000000", {}],
    ["EXDATE:20261214T230000Z", { timeZone: "Europe/Berlin" }],
    ["EXDATE:20261215T100000", {}],
  ])("%s is that date", async (exdate, more) => {
    const { made, series } = await read(calendar(...event(...days, exdate)), more);
    expect(series.extraLines).toContain("20261215T000000");
    expect(notesOf(made)).toEqual(["EXDATE: dates without times"]);
  });

  test("end with the date that UNTIL names, whatever its time and the caller's zone", async () => {
    const lines = ["DTSTART;VALUE=DATE:20261213", "RRULE:FREQ=DAILY;UNTIL=20261215T235959Z"];
    const { made, starts } = await read(calendar(...event(...lines)), { timeZone: "Europe/Berlin" });
    expect(starts).toEqual(["2026-12-12T23:00", "2026-12-13T23:00", "2026-12-14T23:00"]);
    expect(notesOf(made)).toEqual(["RRULE: UNTIL the date 2026-12-15"]);
  });

  test("one that is moved under a time is the one on that date", async () => {
    const moved = event("RECURRENCE-ID;TZID=Europe/Berlin:20261214T000000", "SUMMARY:Solo");
    const { made, spans } = await read(calendar(...event(...days), ...moved), { timeZone: "Europe/Berlin" });
    expect(spans).toHaveLength(4);
    expect(notesOf(made)).toEqual(["RECURRENCE-ID: the occurrence on this date"]);
  });
});

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

describe("a file", () => {
  const text = calendar(...event("SUMMARY:Übung für Männer", ...berlin.slice(1), "RRULE:FREQ=WEEKLY"));
  test("with a byte order mark is read", async () => {
    expect((await read(`\uFEFF${text}`)).series.title).toBe("Übung für Männer");
    expect((await read(new TextEncoder().encode(`\uFEFF${text}`))).series.title).toBe("Übung für Männer");
  });

  test("that is folded in the middle of a character is unfolded before it is read", async () => {
    const bytes = new TextEncoder().encode(text);
    const folded = Uint8Array.from(
      [...bytes].flatMap((byte, at) => (byte >= 0x80 && byte < 0xc0 && at % 2 === 0 ? [13, 10, 32, byte] : [byte])),
    );
    const twice = Uint8Array.from([...bytes].flatMap((byte) => (byte >= 0x80 && byte < 0xc0 ? [10, 9, byte] : [byte])));
    expect((await read(folded)).series.title).toBe("Übung für Männer");
    expect((await read(twice)).series.title).toBe("Übung für Männer");
  });

  test("that is no UTF-8, or comes beside a text, is refused", async () => {
    await refuses(imported(new Uint8Array([0x42, 0xff])), "INVALID_FIELD", "UTF-8");
    await refuses(imported(text, { icalendarFile: new TextEncoder().encode(text) }), "INVALID_FIELD", "not both");
    await refuses(imported(""), "INVALID_FIELD", "one of icalendar and icalendar_file");
  });

  test("in which an event has DTEND and DURATION is refused", async () => {
    const lines = [...berlin, "DTEND;TZID=Europe/Berlin:20261201T200000", "RRULE:FREQ=WEEKLY"];
    await refuses(imported(calendar(...event(...lines))), "INVALID_FIELD", "DTEND: ");
  });
});

describe("an export of what was imported with a start off its rule", () => {
  const lines = [...berlin, "RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=TH"];
  const exported = async (includeStart: boolean) => {
    const headers = await rig.as(randomUUID());
    const request = { requestId: randomUUID(), icalendar: calendar(...event(...lines)), includeStart };
    const { series } = await rig.client.importSeries(request, headers);
    const { icalendar } = await rig.client.exportSeries({ seriesId: must(series, "series").id }, headers);
    return icalendar;
  };

  test("begins with the first date of the rule", async () => {
    const text = await exported(false);
    expect(text).toContain("DTSTART;TZID=Europe/Berlin:20261203T190000\r\n");
    expect(text).toContain("RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=TH\r\n");
    expect((await read(text)).starts).toEqual(["2026-12-03T18:00", "2026-12-10T18:00", "2026-12-17T18:00"]);
  });

  test("has no COUNT where the start is a further date, which others would count", async () => {
    const text = await exported(true);
    expect(text).toContain("DTSTART;TZID=Europe/Berlin:20261201T190000\r\n");
    expect(text).toContain("RRULE:FREQ=WEEKLY;UNTIL=20261210T180000Z;BYDAY=TH\r\n");
    expect((await read(text)).starts).toEqual(["2026-12-01T18:00", "2026-12-03T18:00", "2026-12-10T18:00"]);
    expect((await read(text, { includeStart: true })).starts).toHaveLength(3);
  });
});
