import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { comingMonday, readEvents } from "./events.ts";
import { offers } from "./offers.ts";
import { members } from "./organization.ts";

const demoFile = readFileSync(new URL("../../data/bookings.ics", import.meta.url), "utf8");
const weekMs = 7 * 86_400_000;

test.each([
  ["2026-11-21T23:59:59Z", "2026-11-23"],
  ["2026-11-22T00:00:00Z", "2026-11-23"],
  ["2026-11-23T00:00:00Z", "2026-11-30"],
  ["2026-12-30T12:00:00Z", "2027-01-04"],
])("the Monday after %s is %s", (now, monday) => {
  expect(new Date(comingMonday(new Date(now))).toISOString().slice(0, 10)).toBe(monday);
});

test("the demo's file becomes two weeks from the Monday asked for", () => {
  const monday = Date.UTC(2026, 10, 23);
  const events = readEvents(demoFile, monday);
  expect(events).toHaveLength(33);
  expect(new Set(events.map(({ uid }) => uid)).size).toBe(33);
  for (const event of events) {
    const startMs = "startMs" in event ? event.startMs : Number.NaN;
    expect(startMs).toBeGreaterThanOrEqual(monday);
    expect(startMs).toBeLessThan(monday + 2 * weekMs);
  }
});

test("every event of the demo's file is one that an offer takes, and has a booker", () => {
  for (const event of readEvents(demoFile, Date.UTC(2026, 10, 23))) {
    if ("why" in event) {
      throw new Error(`${event.summary}: ${event.why}`);
    }
    const minutes = event.durationMs / 60_000;
    const offer = offers.find(
      ({ hosts, minutes: lengths }) => hosts[0]?.email === event.organizer && lengths.includes(minutes),
    );
    expect({ event, offer }).toMatchObject({ offer: { hosts: [{ email: event.organizer }] } });
    expect(event.attendees.map(({ email }) => email)).toEqual([expect.stringMatching(/^[^@ ]+@[^@ ]+\.example$/)]);
    expect(Object.values(members).map(({ email }) => email)).not.toContain(event.attendees[0]?.email);
  }
});

function calendarOf(...lines: string[]): string {
  return ["BEGIN:VCALENDAR", "VERSION:2.0", ...lines, "END:VCALENDAR", ""].join("\r\n");
}

function eventOf(uid: string, ...lines: string[]): string[] {
  return ["BEGIN:VEVENT", `UID:${uid}`, "SUMMARY:Meeting", ...lines, "END:VEVENT"];
}

const berlin = `BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE`.split("\n");

test("a time with a zone keeps its wall clock when the move crosses a clock change; one in UTC keeps its instant", () => {
  const text = calendarOf(
    ...berlin,
    ...eventOf("local", "DTSTART;TZID=Europe/Berlin:20260706T090000", "DTEND;TZID=Europe/Berlin:20260706T093000"),
    ...eventOf("utc", "DTSTART:20260706T070000Z", "DURATION:PT1H"),
  );
  const [local, utc] = readEvents(text, Date.UTC(2026, 11, 7));
  expect(local).toMatchObject({
    startMs: Date.UTC(2026, 11, 7, 8),
    durationMs: 30 * 60_000,
    timeZone: "Europe/Berlin",
  });
  expect(utc).toMatchObject({ startMs: Date.UTC(2026, 11, 7, 7), durationMs: 60 * 60_000, timeZone: "UTC" });
});

test("an event that cannot be a booking says why", () => {
  const text = calendarOf(
    ...eventOf("day", "DTSTART;VALUE=DATE:20260706", "DTEND;VALUE=DATE:20260707"),
    ...eventOf("series", "DTSTART:20260706T070000Z", "DTEND:20260706T080000Z", "RRULE:FREQ=WEEKLY"),
    ...eventOf("nowhere", "DTSTART;TZID=Mars/Olympus:20260706T070000", "DTEND;TZID=Mars/Olympus:20260706T080000"),
    ...eventOf("floating", "DTSTART:20260706T070000", "DTEND:20260706T080000"),
  );
  const reasons = readEvents(text, Date.UTC(2026, 11, 7)).map((event) => ("why" in event ? event.why : ""));
  expect(reasons).toEqual([
    "it is for a whole day",
    "it recurs",
    "its time zone is not in the file",
    "its time zone is not in the file",
  ]);
});

test("addresses are read without their scheme and names from CN", () => {
  const people = [
    "ORGANIZER;CN=Ada:MAILTO:Ada@Example.com",
    "ATTENDEE;CN=Bo Ek:mailto:bo@example.com",
    "STATUS:tentative",
  ];
  const text = calendarOf(...eventOf("x", "DTSTART:20260706T070000Z", "DURATION:PT15M", ...people));
  expect(readEvents(text, Date.UTC(2026, 6, 6))).toMatchObject([
    {
      organizer: "ada@example.com",
      attendees: [{ name: "Bo Ek", email: "bo@example.com" }],
      status: "TENTATIVE",
      startMs: Date.UTC(2026, 6, 6, 7),
    },
  ]);
});
