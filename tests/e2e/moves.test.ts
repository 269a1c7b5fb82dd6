import { randomUUID } from "node:crypto";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { AppointmentTypeStatus } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import type { Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { ReasonSchema } from "@calends/contracts/calends/errors/v1/reason_pb";
import type { Slot } from "@calends/contracts/calends/availability/v1/slots_pb";
import { ErrorInfoSchema } from "@calends/contracts/google/rpc/error_details_pb";
import { must } from "@calends/kit/must";
import { ConnectError } from "@connectrpc/connect";
import { createTestClock, type TestClock } from "@calends/testkit/clock";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookAt, bookingRequest, createBookable, typeFields, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { createGroup } from "./_groups.ts";
import { bookingReplicas, expectNoDeadlocks } from "./_hosts.ts";
import { untilTrue } from "./_truth.ts";
import { countOf, dayAhead, daysFrom, outcomeOf, outcomeOfError, query, range } from "./_util.ts";

const hourMs = 3_600_000;
const day = dayAhead(4);
const at = (hour: number) => day + hour * hourMs;
let sky: TestConstellation;
let clock: TestClock;

beforeAll(async () => {
  clock = createTestClock(new Date());
  sky = await startTestConstellation({ clock, bookingReplicas: 2 });
});
afterAll(() => sky[Symbol.asyncDispose]());

const startsOf = (slots: readonly Slot[]) => slots.map(({ startTime }) => timestampMs(must(startTime, "start")));

const move = ({ organizationId }: Bookable, { id: bookingId }: Booking, startMs: number) => {
  const startTime = timestampFromMs(startMs);
  return sky
    .client(BookingService, organizationId)
    .rescheduleBooking({ requestId: randomUUID(), bookingId, startTime });
};

/** Books at a start through the public page, and tries so many quarters of an hour from eight o'clock on as places to move to. */
async function movesOf(
  bookable: Bookable,
  startMs: number,
  quarters: number,
): Promise<{ listed: number[]; allowed: number[] }> {
  const pages = sky.client(PublicBookingService, bookable.organizationId);
  const { details } = bookingRequest(bookable, startMs, "mover");
  const { manageToken } = await pages.book({ requestId: randomUUID(), slug: bookable.slug, details: details ?? {} });
  await untilTrue(sky);
  const { slots } = await pages.listManagedSlots({ manageToken, range: daysFrom(day, 1) });
  const allowed: number[] = [];
  for (const startTime of range(quarters).map((quarter) => at(8) + quarter * (hourMs / 4))) {
    const request = { requestId: randomUUID(), manageToken, startTime: timestampFromMs(startTime) };
    if ((await outcomeOf(pages.rescheduleManagedBooking(request))) === "ok") {
      allowed.push(startTime);
      await untilTrue(sky);
      const back = { ...request, requestId: randomUUID(), startTime: timestampFromMs(startMs) };
      if (startTime !== startMs) {
        await pages.rescheduleManagedBooking(back);
        await untilTrue(sky);
      }
    }
  }
  return { listed: startsOf(slots).filter((ms) => ms >= at(8) && ms < at(8 + quarters / 4)), allowed };
}

const step = { seconds: 900n };

test("where a booking can be moved is what is listed, under a limit that it fills itself", async () => {
  const bookable = await createBookable(sky, { type: { maxBookingsPerDay: 1, step } });
  await bookAt(sky, bookable, day + 30 * hourMs);
  const { listed, allowed } = await movesOf(bookable, at(9), 6);
  expect(listed).toHaveLength(6);
  expect(allowed).toEqual(listed);
});

test("where a registration can be moved is what is listed: not where it is, and where its session ends with it", async () => {
  const group = await createGroup(sky, 2, { step, durations: [{ seconds: 3_600n }] });
  await group.register(at(11), "other");
  const { listed, allowed } = await movesOf(group, at(9), 13);
  expect(listed).not.toContain(at(9));
  expect(listed).toEqual(expect.arrayContaining([at(8.25), at(9.25), at(11)]));
  expect(allowed).toEqual(listed);
});

test("starts are told on the clock of the zone that is asked for", async () => {
  const { organizationId, typeId, slug } = await createBookable(sky);
  const asked = { range: daysFrom(day, 1), timeZone: "Asia/Kathmandu" };
  const bookings = sky.client(BookingService, organizationId);
  const staff = await bookings.listSlots({ ...asked, appointmentTypeId: typeId });
  const pages = await sky.client(PublicBookingService, organizationId).listPublicSlots({ ...asked, slug });
  const first = `${new Date(day).toISOString().slice(0, 10)}T05:45:00+05:45`;
  expect([staff, pages].map(({ slots }) => slots[0]?.localStartTime)).toEqual([first, first]);
  expect([staff, pages].map(({ tzdbVersion }) => tzdbVersion)).toEqual([process.versions.tz, process.versions.tz]);
});

test("who cannot have a slot, by booking or by moving, is told the five nearest, and each of them can be had", async () => {
  const bookable = await createBookable(sky);
  const bookings = sky.client(BookingService, bookable.organizationId);
  await bookAt(sky, bookable, at(9));
  const mover = await bookAt(sky, bookable, at(20));
  await untilTrue(sky);
  const tries = [
    () => bookings.createBooking(bookingRequest(bookable, at(9), "late")),
    () => move(bookable, mover, at(9)),
  ];
  for (const attempt of tries) {
    const nearest = nearestOf(await attempt().catch((error: unknown) => error));
    expect(nearest).toEqual([-0.5, 0.5, -1, 1, -1.5].map((hours) => at(9 + hours)));
  }
  expect(await outcomeOf(bookings.createBooking(bookingRequest(bookable, at(8.5), "late")))).toBe("ok");
});

function nearestOf(error: unknown): number[] {
  const [info] = ConnectError.from(error).findDetails(ErrorInfoSchema);
  return (info?.metadata["nearest"] ?? "").split(",").map((text) => Date.parse(text));
}

test("without a policy, staff move and cancel also what has begun; the booker does not", async () => {
  const bookable = await createBookable(sky);
  const pages = sky.client(PublicBookingService, bookable.organizationId);
  const bookings = sky.client(BookingService, bookable.organizationId);
  const soon = Math.ceil(clock.now().getTime() / hourMs) * hourMs + hourMs;
  const { details } = bookingRequest(bookable, soon, "guest");
  const made = await pages.book({ requestId: randomUUID(), slug: bookable.slug, details: details ?? {} });
  const { manageToken } = made;
  clock.set(new Date(soon + 60_000));
  expect(await outcomeOf(pages.cancelManagedBooking({ requestId: randomUUID(), manageToken }))).toBe(
    "FailedPrecondition/BOOKING_STATUS",
  );
  const booking = must((await bookings.listBookings({ range: daysFrom(soon, 1) })).bookings[0], "booking");
  await move(bookable, booking, soon + 4 * hourMs);
  clock.set(new Date(soon + 4 * hourMs + 60_000));
  const cancelled = await bookings.cancelBooking({ requestId: randomUUID(), bookingId: booking.id });
  expect(cancelled.booking?.cancellationReason).toBe("");
});

test("limits come before what is in synced calendars, in the list of reasons and when booking", async () => {
  const bookable = await createBookable(sky, { type: { maxBookingsPerDay: 1 } });
  const { organizationId, calendarId, typeId } = bookable;
  const bookings = sky.client(BookingService, organizationId);
  await bookAt(sky, bookable, at(9));
  await query(
    sky.databaseUrl("availability"),
    `INSERT INTO busy_times (organization_id, calendar_id, starts_at, ends_at, source, source_id)
     VALUES ($1, $2, $3, $4, 'external', $5)`,
    [organizationId, calendarId, new Date(at(14)), new Date(at(15)), randomUUID()],
  );
  const startTime = timestampFromMs(at(14));
  const { refusals } = await bookings.explainSlot({ appointmentTypeId: typeId, startTime });
  expect(refusals.map(({ reason }) => ReasonSchema.value[reason]?.localName)).toEqual(["DAILY_LIMIT", "CALENDAR_BUSY"]);
  expect(await outcomeOf(bookings.createBooking(bookingRequest(bookable, at(14), "g")))).toBe(
    "FailedPrecondition/DAILY_LIMIT",
  );
});

test("after races of bookings, moves, cancellations and changes of the type, each counter is what is booked, without deadlock", async () => {
  const limits = { maxBookingsPerDay: 3, weeklyLimit: { maxBookings: 12 }, monthlyLimit: { maxMinutes: 600 } };
  const bookable = await createBookable(sky, { type: limits });
  const { organizationId, typeId } = bookable;
  const replica = bookingReplicas(sky, organizationId);
  const types = sky.client(AppointmentTypeService, organizationId);
  const made: Booking[] = [];
  for (const round of range(6)) {
    const slot = (n: number) => dayAhead(5 + (n % 5)) + (round * 3 + Math.floor(n / 5)) * (hourMs / 2);
    const moving = made.slice(-6).map((booking, n) => move(bookable, booking, slot(n + 3) + 12 * hourMs));
    const leaving = made
      .splice(0, 3)
      .map(({ id: bookingId }) => replica(round).cancelBooking({ requestId: randomUUID(), bookingId }));
    const fields = { ...typeFields(bookable.calendarId), ...limits, description: `round ${round}` };
    const status = AppointmentTypeStatus.ACTIVE;
    const changing = types.updateAppointmentType({
      requestId: randomUUID(),
      appointmentTypeId: typeId,
      fields,
      status,
    });
    const booking = range(10).map((n) => replica(n).createBooking(bookingRequest(bookable, slot(n), `g${round}-${n}`)));
    const results = await Promise.allSettled([...booking, ...moving, ...leaving, changing]);
    for (const result of results.slice(0, 10)) {
      if (result.status === "fulfilled" && "booking" in result.value && result.value.booking !== undefined) {
        made.push(result.value.booking);
      }
    }
    const refusals = results.flatMap((result) => (result.status === "rejected" ? [outcomeOfError(result.reason)] : []));
    expect(Object.keys(countOf(refusals)).filter((outcome) => !expectedRefusals.has(outcome))).toEqual([]);
  }
  const wrong = await query(
    sky.databaseUrl("booking"),
    `SELECT c.span, c.bookings, c.minutes, count(b.id)::int AS booked
     FROM limit_counts c LEFT JOIN bookings b ON b.organization_id = c.organization_id
       AND b.appointment_type_id = c.appointment_type_id AND b.status NOT IN ('cancelled', 'waitlisted')
       AND CASE split_part(c.span, ':', 1)
         WHEN 'day' THEN b.limit_day = split_part(c.span, ':', 2)
         WHEN 'week' THEN date_trunc('week', b.limit_day::date) = split_part(c.span, ':', 2)::date
         ELSE date_trunc('month', b.limit_day::date) = split_part(c.span, ':', 2)::date END
     WHERE c.appointment_type_id = $1
     GROUP BY c.span, c.bookings, c.minutes
     HAVING c.bookings <> count(b.id) OR c.minutes <> 30 * count(b.id)`,
    [typeId],
  );
  expect(wrong).toEqual([]);
  expect(made.length).toBeGreaterThan(3);
  await expectNoDeadlocks(sky);
});

/** STALE_VERSION: the type was changed in between. */
const expectedRefusals = new Set([
  "FailedPrecondition/DAILY_LIMIT",
  "FailedPrecondition/WEEKLY_LIMIT",
  "FailedPrecondition/MONTHLY_LIMIT",
  "FailedPrecondition/SLOT_TAKEN",
  "FailedPrecondition/BOOKING_STATUS",
  "Aborted/STALE_VERSION",
]);
