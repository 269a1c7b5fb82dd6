import { compile } from "@calends/recurrence";
import { zoneOf } from "@calends/time/zone";
import ICAL from "ical.js";
import { describe, expect, test } from "vitest";
import { readPattern } from "../domain/pattern.ts";
import { createSeries } from "../domain/series.ts";
import { writeCalendar } from "./write.ts";

const now = new Date("2015-01-01T00:00:00Z");

function exportOf(timeZone: string, time: string, rule: string, extraLines = ""): string {
  const draft = { localStart: `2015-01-01T${time}`, timeZone, durationMs: 3_600_000, rule, extraLines, endDate: "" };
  const pattern = readPattern({ ...draft, gap: "shift", allDay: false });
  const nothing = { calendarId: null, externalId: null, icalUid: null, maxLengthMonths: 0, lengthFrom: null };
  return writeCalendar(createSeries("id", { ...nothing, title: "x", pattern, maxAdvanceDays: 90 }, now));
}

/** The instants of the event as a program reads it that knows no zone but those in the calendar. */
function instantsBy(calendar: string, limit: number): number[] {
  ICAL.TimezoneService.reset();
  const component = new ICAL.Component(ICAL.parse(calendar));
  for (const zone of component.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  }
  const event = new ICAL.Event(component.getFirstSubcomponent("vevent") ?? undefined);
  const iterator = event.iterator();
  const found: number[] = [];
  for (let time = iterator.next(); time && found.length < limit; time = iterator.next()) {
    found.push(time.toUnixTime() * 1000);
  }
  return found;
}

const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca"];

describe("with no zones but those in the export", () => {
  test.each([...zones, "Asia/Kolkata", "Europe/Dublin", "America/St_Johns", "Asia/Tehran", "Pacific/Apia"])(
    "every day for twenty years is where it belongs in %s",
    (zone) => {
      const calendar = exportOf(zone, "12:15:00", "FREQ=DAILY");
      const set = compile(`DTSTART;TZID=${zone}:20150101T121500\nRRULE:FREQ=DAILY`);
      const expected = Array.from(set.first(7_300));
      expect(new Set(expected.map((ms) => zoneOf(zone).offsetAt(ms))).size).toBeGreaterThan(
        zone === "Asia/Kolkata" ? 0 : 1,
      );
      expect(instantsBy(calendar, 7_300)).toEqual(expected);
    },
  );

  test("dates of another zone are right too, and each zone stands there once", () => {
    const calendar = exportOf(
      "Europe/Berlin",
      "12:15:00",
      "FREQ=DAILY;COUNT=2",
      "RDATE;TZID=America/New_York:20150701T090000",
    );
    expect(calendar.match(/^TZID:.*$/gm)).toEqual(["TZID:America/New_York", "TZID:Europe/Berlin"]);
    expect(instantsBy(calendar, 9).at(-1)).toBe(Date.parse("2015-07-01T13:00:00Z"));
  });
});

test("a series in UTC needs no zone", () => {
  expect(exportOf("UTC", "12:15:00", "FREQ=DAILY", "EXDATE:20150103T121500")).not.toContain("TZID");
});
