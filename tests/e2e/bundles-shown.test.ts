import { randomUUID } from "node:crypto";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { Category } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import type { Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { FeedService } from "@calends/contracts/calends/sync/v1/feed_service_pb";
import { must } from "@calends/kit/must";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookingRequest } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { createBundle, createHosts, createType } from "./_hosts.ts";
import { dayAhead, daysFrom, range } from "./_util.ts";

let sky: TestConstellation;
beforeAll(async () => {
  sky = await startTestConstellation();
});
afterAll(() => sky[Symbol.asyncDispose]());

const hourMs = 3_600_000;
const startMs = dayAhead(6) + 9 * hourMs;

interface Shown {
  readonly organizationId: string;
  /** The bundle, its primary member and another. */
  readonly calendarIds: readonly [bundle: string, primary: string, other: string];
  book(startMs: number, guest?: string): Promise<Booking>;
  /** On which of the calendars ListBookings has a booking. */
  listed(bookingId: string): Promise<boolean[]>;
  /** How many events the feed of each calendar has at a start. */
  feeds(startMs: number): Promise<number[]>;
}

async function createShown(fields: object = {}, hosts: "bundle" | "any" = "bundle"): Promise<Shown> {
  const organizationId = randomUUID();
  const [other = "", primary = "", third = ""] = await createHosts(sky, organizationId, 3);
  const bundle = await createBundle(sky, organizationId, [primary, other]);
  const calendarIds = [bundle, primary, other] as const;
  const ofType =
    hosts === "bundle" ? [{ calendarId: bundle }] : [{ calendarId: bundle, weight: 100 }, { calendarId: third }];
  const typeId = await createType(sky, organizationId, ofType, fields);
  const bookings = sky.client(BookingService, organizationId);
  const paths = await Promise.all(calendarIds.map((calendarId) => feedOf(organizationId, calendarId)));
  const list = async (calendarId: string) => (await bookings.listBookings({ calendarId })).bookings;
  return {
    organizationId,
    calendarIds,
    async book(at, guest = "guest") {
      return must((await bookings.createBooking(bookingRequest({ typeId }, at, guest))).booking, "booking");
    },
    listed: (id) => Promise.all(calendarIds.map(async (one) => (await list(one)).some((booking) => booking.id === id))),
    feeds: (at) => Promise.all(paths.map((path) => eventsAt(path, at))),
  };
}

async function feedOf(organizationId: string, calendarId: string): Promise<string> {
  const feeds = sky.client(FeedService, organizationId);
  return (await feeds.createFeed({ requestId: randomUUID(), calendarId, name: "Feed" })).path;
}

async function eventsAt(path: string, at: number): Promise<number> {
  const text = await (await fetch(`${sky.gatewayUrl}${path}`)).text();
  const start = new Date(at).toISOString().replaceAll(/[-:]|\.000/g, "");
  return text.split(`DTSTART:${start}`).length - 1;
}

function untilFeeds(shown: Shown, at: number, expected: readonly number[]): Promise<unknown> {
  return until(
    "the feeds",
    () => shown.feeds(at),
    (found) => found.join() === expected.join(),
  );
}

test("a bundle's booking is shown on the bundle and its primary member, and blocks the other", async () => {
  const shown = await createShown();
  const booking = await shown.book(startMs);
  expect(booking.bundlePrimaryIds).toEqual([shown.calendarIds[1]]);
  expect(await shown.listed(booking.id)).toEqual([true, true, false]);
  await untilFeeds(shown, startMs, [1, 1, 0]);
  const windows = sky.client(AvailabilityService, shown.organizationId);
  for (const calendarId of shown.calendarIds) {
    const answer = await windows.listUnavailableWindows({ calendarId, range: daysFrom(dayAhead(6), 1) });
    expect(answer.windows.map(({ source, sourceId }) => [source, sourceId])).toContainEqual(["booking", booking.id]);
  }
});

test("a moved booking is shown on the member that is the primary one now, a cancelled one on none", async () => {
  const shown = await createShown();
  const { id: bookingId } = await shown.book(startMs);
  const [bundle, primary, other] = shown.calendarIds;
  const calendars = sky.client(CalendarService, shown.organizationId);
  const { name, timeZone, externalId } = must((await calendars.getCalendar({ calendarId: bundle })).calendar, "bundle");
  const members = { memberIds: [primary, other], primaryMemberId: other };
  await calendars.updateCalendar({
    requestId: randomUUID(),
    calendarId: bundle,
    name,
    timeZone,
    externalId,
    ...members,
  });
  const bookings = sky.client(BookingService, shown.organizationId);
  const movedMs = startMs + hourMs;
  await bookings.rescheduleBooking({ requestId: randomUUID(), bookingId, startTime: timestampFromMs(movedMs) });
  expect(await shown.listed(bookingId)).toEqual([true, false, true]);
  await untilFeeds(shown, movedMs, [1, 0, 1]);
  expect(await shown.feeds(startMs)).toEqual([0, 0, 0]);
  await bookings.cancelBooking({ requestId: randomUUID(), bookingId });
  await untilFeeds(shown, movedMs, [0, 0, 0]);
});

test("of a round-robin type a booking is shown with the bundle that was chosen", async () => {
  const shown = await createShown({ category: Category.ROUND_ROBIN }, "any");
  const booking = await shown.book(startMs);
  expect(booking.hosts.map(({ calendarId }) => calendarId)).toEqual([shown.calendarIds[0]]);
  expect(await shown.listed(booking.id)).toEqual([true, true, false]);
});

test("each registration of a bundle's session is shown there, the first and those that follow", async () => {
  const shown = await createShown({ category: Category.GROUP, capacity: 3 });
  for (const index of range(2)) {
    const booking = await shown.book(startMs, `guest${index}`);
    expect(booking.bundlePrimaryIds).toEqual([shown.calendarIds[1]]);
    expect(await shown.listed(booking.id)).toEqual([true, true, false]);
  }
});
