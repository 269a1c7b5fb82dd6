import { BookingStatus } from "@calends/contracts/calends/booking/v1/booking_pb";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { Meeting } from "../api.ts";
import { GuestsWait } from "./guests-wait.tsx";
import { MeetingFacts } from "./meeting-facts.tsx";

const start = Date.parse("2026-12-21T09:00:00Z");

function meetingOf(status: keyof typeof BookingStatus): Meeting {
  return {
    title: "Workshop",
    status: BookingStatus[status],
    span: { startMs: start, endMs: start + 3_600_000 },
    hostNames: ["Ada"],
    bookerName: "Bo",
    bookerEmail: "bo@example.com",
    location: "",
    meetingUrl: "https://meet.example.com/a",
    cancellationReason: "",
    offeredUntilMs: undefined,
    attendeeCount: 2,
    bookerUnconfirmed: true,
  };
}

test.each([
  ["PENDING", true],
  ["CONFIRMED", true],
  ["WAITLISTED", false],
  ["OFFERED", false],
  ["CANCELLED", false],
] as const)("whether a booking that is %s shows the link to join: %s", (status, isShown) => {
  const html = renderToStaticMarkup(createElement(MeetingFacts, { meeting: meetingOf(status), zone: "UTC" }));
  expect(html.includes("meet.example.com")).toBe(isShown);
});

test("all guests stand in one cell beside their heading", () => {
  const props = { meeting: meetingOf("CONFIRMED"), zone: "UTC", guests: ["a@example.com", "b@example.com"] };
  const html = renderToStaticMarkup(createElement(MeetingFacts, props));
  expect(html.match(/<dd>/g)).toHaveLength(html.match(/<dt>/g)?.length ?? 0);
  expect(html).toContain("<span>a@example.com</span><span>b@example.com</span>");
});

test.each([
  ["PENDING", true],
  ["WAITLISTED", true],
  ["CANCELLED", false],
  ["COMPLETED", false],
  ["NO_SHOW", false],
] as const)("whether a booking that is %s says that its guests are not invited yet: %s", (status, isSaid) => {
  const html = renderToStaticMarkup(createElement(GuestsWait, { meeting: meetingOf(status) }));
  expect(html.includes("Your guests are invited once")).toBe(isSaid);
});
