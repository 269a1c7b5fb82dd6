import { randomUUID } from "node:crypto";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { Category } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookingRequest } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { bookingReplicas, createBundle, createHosts, createType, expectNoDeadlocks } from "./_hosts.ts";
import { untilTrue } from "./_truth.ts";
import { countOf, dayAhead, outcomeOf, query, range } from "./_util.ts";

const hourMs = 3_600_000;
const hostCount = 6;
let sky: TestConstellation;
let organizationId: string;
let calendarIds: string[];

beforeAll(async () => {
  sky = await startTestConstellation({ bookingReplicas: 3 });
  organizationId = randomUUID();
  calendarIds = await createHosts(sky, organizationId, hostCount);
});
afterAll(() => sky[Symbol.asyncDispose]());

/** Which calendars each booking of a type takes. */
async function takenBy(typeIds: readonly string[]): Promise<string[][]> {
  const rows = await query<{ calendars: string[] }>(
    sky.databaseUrl("booking"),
    `SELECT array_agg(calendar_id::text ORDER BY calendar_id) AS calendars
     FROM allocations a JOIN bookings b ON b.id = a.booking_id
     WHERE a.active AND b.appointment_type_id = ANY ($1) GROUP BY a.booking_id`,
    [typeIds],
  );
  return rows.map(({ calendars }) => calendars);
}

function collective(ids: readonly string[]): Promise<string> {
  const hosts = ids.map((calendarId) => ({ calendarId }));
  return createType(sky, organizationId, hosts, { category: Category.COLLECTIVE });
}

/** Three hosts in a row, of which neighbours share two: in this order and backwards, for the database has to sort them. */
function threeFrom(first: number): string[] {
  const ids = range(3).map((i) => must(calendarIds[(first + i) % hostCount], "calendar"));
  return first % 2 === 0 ? ids : ids.toReversed();
}

test("ten races of 16 over overlapping sets of hosts: each booking has all of its hosts or is not there, without deadlock", async () => {
  const sets = range(hostCount).map(threeFrom);
  const typeIds = await Promise.all(sets.map(collective));
  const replica = bookingReplicas(sky, organizationId);
  let made = 0;
  for (const race of range(10)) {
    const start = dayAhead(2) + race * hourMs;
    const outcomes = await Promise.all(
      range(16).map((i) => {
        const typeId = must(typeIds[(i * 5 + race) % hostCount], "type");
        return outcomeOf(replica(i).createBooking(bookingRequest({ typeId }, start)));
      }),
    );
    const counts = countOf(outcomes);
    expect(Object.keys(counts).every((outcome) => outcome === "ok" || outcome.startsWith("FailedPrecondition"))).toBe(
      true,
    );
    expect(counts["ok"] ?? 0).toBeGreaterThan(0);
    made += counts["ok"] ?? 0;
  }
  const taken = await takenBy(typeIds);
  expect(taken).toHaveLength(made);
  const whole = new Set(sets.map((ids) => ids.toSorted().join()));
  taken.forEach((calendars) => expect(whole).toContain(calendars.join()));
  await expectNoDeadlocks(sky);
});

test("a booking on a bundle takes each member, those of overlapping bundles once, and gives all of them back", async () => {
  const [a = "", b = "", c = ""] = await createHosts(sky, organizationId, 3);
  const bundles = await Promise.all([
    createBundle(sky, organizationId, [a, b]),
    createBundle(sky, organizationId, [b, c]),
  ]);
  const typeId = await collective(bundles);
  const bookings = sky.client(BookingService, organizationId);
  const { booking } = await bookings.createBooking(bookingRequest({ typeId }, dayAhead(5)));
  expect(await takenBy([typeId])).toEqual([[...bundles, a, b, c].toSorted()]);
  const single = await collective([b]);
  const rival = bookingRequest({ typeId: single }, dayAhead(5));
  expect(await outcomeOf(bookings.createBooking(rival))).toBe("FailedPrecondition/SLOT_TAKEN");
  await bookings.cancelBooking({ requestId: randomUUID(), bookingId: must(booking, "booking").id });
  expect(await takenBy([typeId])).toEqual([]);
  await untilTrue(sky);
  expect(await outcomeOf(bookings.createBooking({ ...rival, requestId: randomUUID() }))).toBe("ok");
});

test("a moved booking takes the members that its bundle has now", async () => {
  const [a = "", b = "", c = ""] = await createHosts(sky, organizationId, 3);
  const bundle = await createBundle(sky, organizationId, [a, b]);
  const typeId = await collective([bundle]);
  const bookings = sky.client(BookingService, organizationId);
  const made = await bookings.createBooking(bookingRequest({ typeId }, dayAhead(6)));
  const calendars = sky.client(CalendarService, organizationId);
  const { calendar } = await calendars.getCalendar({ calendarId: bundle });
  const { name, timeZone, externalId } = must(calendar, "calendar");
  await calendars.updateCalendar({
    requestId: randomUUID(),
    calendarId: bundle,
    name,
    timeZone,
    externalId,
    memberIds: [a, c],
    primaryMemberId: a,
  });
  const moved = await bookings.rescheduleBooking({
    requestId: randomUUID(),
    bookingId: must(made.booking, "booking").id,
    startTime: timestampFromMs(dayAhead(6) + hourMs),
  });
  expect(await takenBy([typeId])).toEqual([[bundle, a, c].toSorted()]);
  expect(moved.booking?.bundleMemberIds.toSorted()).toEqual([a, c].toSorted());
});
