import { expect, test } from "vitest";
import { readPattern } from "../domain/pattern.ts";
import { createSeries } from "../domain/series.ts";
import { isLightCalendar, isLightExport } from "./cost.ts";

const calendarOf = (...lines: string[]) =>
  ["BEGIN:VCALENDAR", "BEGIN:VEVENT", ...lines, "END:VEVENT", "END:VCALENDAR"].join("\r\n");

test("the rules of a calendar's time zones do not count, those of its events do", () => {
  const zone = "BEGIN:VTIMEZONE\r\nRRULE:FREQ=YEARLY;COUNT=200\r\nRRULE:FREQ=YEARLY\r\nEND:VTIMEZONE\r\n";
  const inZone = (line: string) => calendarOf(line).replace("BEGIN:VEVENT", `${zone}BEGIN:VEVENT`);
  expect(isLightCalendar(inZone("RRULE:FREQ=DAILY"))).toBe(true);
  expect(isLightCalendar(inZone("RRULE:FREQ=DAILY;COUNT=999"))).toBe(false);
});

test.each([
  'RRULE;X-A="BEGIN:VTIMEZONE":FREQ=DAILY;COUNT=999',
  "rrule:freq=daily;\r\n count=999",
  "X-A:b\r\nBEGIN:VTIMEZONE\r\nEND:VTIMEZONE\r\nRRULE:FREQ=DAILY;COUNT=999",
  `EXDATE:${Array.from({ length: 40 }, (_, i) => `${1900 + i}0101T000000`).join()}`,
])("a heavy calendar is known, however it is written: %j", (line) => {
  expect(isLightCalendar(calendarOf(line))).toBe(false);
});

test("an export is light only where few clock changes are looked for", () => {
  const seriesFrom = (localStart: string, extraLines = "") => {
    const draft = { localStart, timeZone: "Australia/Sydney", durationMs: 3_600_000, rule: "FREQ=WEEKLY", endDate: "" };
    const pattern = readPattern({ ...draft, extraLines, gap: "shift", allDay: false });
    const nothing = { calendarId: null, externalId: null, icalUid: null, maxLengthMonths: 0, lengthFrom: null };
    return createSeries(
      "id",
      { ...nothing, title: "x", pattern, maxAdvanceDays: 90 },
      new Date("2026-11-21T08:00:00Z"),
    );
  };
  expect(isLightExport(seriesFrom("2026-12-01T19:00:00"))).toBe(true);
  expect(isLightExport(seriesFrom("0001-01-01T19:00:00"))).toBe(false);
  const others = ["Asia/Tokyo", "Asia/Dubai"].map((zone) => `RDATE;TZID=${zone}:20270101T000000`).join("\n");
  expect(isLightExport(seriesFrom("2026-12-01T19:00:00", others))).toBe(false);
});
