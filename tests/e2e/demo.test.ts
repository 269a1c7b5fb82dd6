import { demoOrganizationId } from "@calends/demo/seed/ids";
import { seed } from "@calends/demo/seed/seed";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { BookingStatus, BookingStatusSchema } from "@calends/contracts/calends/booking/v1/booking_pb";
import { FeedService } from "@calends/contracts/calends/sync/v1/feed_service_pb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDemoConstellation, type DemoConstellation } from "./_demo.ts";

let demo: DemoConstellation;

beforeAll(async () => {
  demo = await startDemoConstellation();
}, 120_000);

afterAll(() => demo?.[Symbol.asyncDispose]());

/** Everything that seeding makes, as the services keep it. */
async function everything() {
  const { constellation } = demo;
  const calendars = constellation.client(CalendarService, demoOrganizationId);
  const types = constellation.client(AppointmentTypeService, demoOrganizationId);
  const listed = await calendars.listCalendars({});
  return {
    calendars: listed.calendars,
    profiles: await Promise.all(listed.calendars.map(({ id }) => calendars.getProfile({ calendarId: id }))),
    types: (await types.listAppointmentTypes({})).appointmentTypes,
    links: (await types.listBookingLinks({})).bookingLinks,
    bookings: (await constellation.client(BookingService, demoOrganizationId).listBookings({ pageSize: 500 })).bookings,
    feeds: (await constellation.client(FeedService, demoOrganizationId).listFeeds({})).feeds,
  };
}

test("the demo has people in three zones, a room, holidays of two countries and two weeks of bookings", async () => {
  const { calendars, profiles, links, bookings, feeds } = await everything();
  expect(calendars.map(({ timeZone }) => timeZone).toSorted()).toEqual([
    "America/New_York",
    "Asia/Kolkata",
    "Europe/Berlin",
    "Europe/Berlin",
  ]);
  const kept = profiles.flatMap(({ profile }) => profile?.schedule?.holidays ?? []);
  expect(kept.map(({ country, region }) => `${country}-${region}`).toSorted()).toEqual(["DE-BE", "DE-BE", "US-NY"]);
  expect(links.map(({ fields }) => fields?.slug)).toEqual(
    expect.arrayContaining(["ada", "ada-consultation", "grace", "ravi", "spree-room", "workshop", "team", "panel"]),
  );
  expect(feeds).toHaveLength(3);
  const statuses = new Set(bookings.map(({ status }) => status));
  expect(statuses).toContain(BookingStatus.CONFIRMED);
  expect(statuses).toContain(BookingStatus.PENDING);
});

test("the demo has a full workshop with somebody waiting, a series, a poll and a routing form", async () => {
  const { types, bookings } = await everything();
  const typeId = types.find(({ fields }) => fields?.name === "Scheduling workshop")?.id;
  const workshop = bookings.filter(({ appointmentTypeId }) => appointmentTypeId === typeId);
  expect(workshop.map(({ status }) => String(BookingStatusSchema.value[status]?.localName)).toSorted()).toEqual([
    "CONFIRMED",
    "CONFIRMED",
    "CONFIRMED",
    "WAITLISTED",
  ]);
  expect(bookings.filter(({ seriesId }) => seriesId !== "")).toHaveLength(8);
  const { linkPaths } = demo.seeded;
  expect(linkPaths["poll"]).toMatch(/^\/poll\/\w/);
  expect(linkPaths["form"]).toBe("/route/help");
  const categories = new Set(types.map(({ fields }) => fields?.category));
  expect(categories.size).toBe(4);
});

test("every event of the file is a booking or is reported with its reason", async () => {
  const { created, known, refused } = demo.seeded.bookings;
  expect(known).toBe(0);
  const fromFile = (await everything()).bookings.filter(
    ({ externalId, seriesId }) => seriesId === "" && !externalId.startsWith("demo/"),
  );
  expect(created).toBe(fromFile.length);
  expect(created + refused.length).toBe(33);
  const whys = refused.map(({ why }) => why);
  expect(whys).toContainEqual(expect.stringContaining("SLOT_TAKEN"));
  expect(whys).toContain("it is cancelled in the file");
  // What remains falls on a public holiday, or lies so near that the minimum notice is over.
  expect(whys.filter((why) => !/SLOT_TAKEN|cancelled|HOLIDAY|NOTICE/.test(why))).toEqual([]);
  expect(refused.length).toBeLessThan(12);
});

test("seeding again changes nothing, also a week later", async () => {
  const before = await everything();
  const { clients, now, seeded } = demo;
  for (const later of [0, 7]) {
    const date = new Date(now.getTime() + later * 86_400_000);
    const again = await seed({ clients, now: date, feedPaths: seeded.feedPaths });
    expect(again.bookings.known).toBe(seeded.bookings.created);
    expect(again.feedPaths).toEqual(seeded.feedPaths);
  }
  expect(await everything()).toEqual(before);
});
