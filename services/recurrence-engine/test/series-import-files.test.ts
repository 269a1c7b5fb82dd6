import { randomUUID } from "node:crypto";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { berlin, calendar, event, importInto, notesOf, readInto } from "./_imports.ts";
import { refuses, startRig, type Rig } from "./_rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const imported = (icalendar: string | Uint8Array, more: object = {}) => importInto(rig, icalendar, more);
const read = (icalendar: string | Uint8Array, more: object = {}) => readInto(rig, icalendar, more);

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
