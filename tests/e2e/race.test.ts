import { randomUUID } from "node:crypto";
import { create, equals } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { BookingService, CreateBookingResponseSchema } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { must } from "@calends/kit/must";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookAt, bookingRequest, createBookable, spanOf, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { countOf, countRows, dayAhead, daysFrom, outcomeOf, query, range } from "./_util.ts";

const hourMs = 3_600_000;
let sky: TestConstellation;

beforeAll(async () => {
  sky = await startTestConstellation({ bookingReplicas: 3 });
});
afterAll(() => sky[Symbol.asyncDispose]());

/** A client of each booking replica, so that calls are spread over all by the test and not by chance. */
function replicas({ organizationId }: Bookable) {
  const ports = sky.services.filter(({ name }) => name === "booking").map(({ port }) => port);
  expect(ports).toHaveLength(3);
  const clients = ports.map((port) => sky.client(BookingService, organizationId, `ipv4:127.0.0.1:${port}`));
  return (index: number) => must(clients[index % clients.length], "replica");
}

function activeAllocations({ calendarId }: Bookable): Promise<number> {
  return countRows(sky.databaseUrl("booking"), `allocations WHERE calendar_id = '${calendarId}' AND active`);
}

function busyTimes({ organizationId, calendarId }: Bookable, fromMs: number) {
  const availability = sky.client(AvailabilityService, organizationId);
  return async () => (await availability.listBusyTimes({ calendarId, range: daysFrom(fromMs, 2) })).busyTimes;
}

test("200 bookings of one slot through three replicas: one wins, 199 are told that the slot is taken", async () => {
  const bookable = await createBookable(sky);
  const replica = replicas(bookable);
  const start = dayAhead(2) + 9 * hourMs;
  const outcomes = await Promise.all(
    range(200).map((i) => outcomeOf(replica(i).createBooking(bookingRequest(bookable, start, `guest${i}`)))),
  );
  expect(countOf(outcomes)).toEqual({ ok: 1, "FailedPrecondition/SLOT_TAKEN": 199 });
  expect(await activeAllocations(bookable)).toBe(1);
  expect(await countRows(sky.databaseUrl("booking"), `bookings WHERE appointment_type_id = '${bookable.typeId}'`)).toBe(
    1,
  );
  const busy = await until("availability shows the booking", busyTimes(bookable, dayAhead(2)), (b) => b.length > 0);
  expect(busy.map(spanOf)).toEqual([[start, start + hourMs / 2]]);
});

test("one request id, 50 times over three replicas: one booking and 50 equal answers", async () => {
  const bookable = await createBookable(sky);
  const replica = replicas(bookable);
  const request = bookingRequest(bookable, dayAhead(2) + 9 * hourMs);
  const answers = await Promise.all(range(50).map((i) => replica(i).createBooking(request)));
  const [first = create(CreateBookingResponseSchema)] = answers;
  expect(first.booking?.id).toBeTruthy();
  expect(answers.filter((answer) => equals(CreateBookingResponseSchema, answer, first))).toHaveLength(50);
  expect(await activeAllocations(bookable)).toBe(1);
  const late = await replica(1).createBooking(request);
  expect(late).toEqual(first);
});

test("one request id with two bodies, raced: one body wins, the other is told that the id was used", async () => {
  const bookable = await createBookable(sky);
  const replica = replicas(bookable);
  const requestId = randomUUID();
  const start = dayAhead(2);
  const outcomes = await Promise.all(
    range(20).map(async (i) => {
      const request = bookingRequest(bookable, start + (i % 2) * hourMs, "guest", requestId);
      return `${i % 2}: ${await outcomeOf(replica(i).createBooking(request))}`;
    }),
  );
  const counts = countOf(outcomes.map((outcome) => outcome.slice(3)));
  expect(counts).toEqual({ "AlreadyExists/REQUEST_ID_REUSED": 10, ok: 10 });
  expect(new Set(outcomes).size).toBe(2);
  expect(await activeAllocations(bookable)).toBe(1);
});

test("bookings that race into one slot by moving: one moves, the others stay where they are", async () => {
  const bookable = await createBookable(sky);
  const replica = replicas(bookable);
  const target = dayAhead(3) + 12 * hourMs;
  const bookings = await Promise.all(range(6).map((i) => bookAt(sky, bookable, dayAhead(2) + i * hourMs)));
  const outcomes = await Promise.all(
    bookings.map(({ id }, i) =>
      outcomeOf(
        replica(i).rescheduleBooking({ requestId: randomUUID(), bookingId: id, startTime: timestampFromMs(target) }),
      ),
    ),
  );
  expect(countOf(outcomes)).toEqual({ ok: 1, "FailedPrecondition/SLOT_TAKEN": 5 });
  expect(await activeAllocations(bookable)).toBe(6);
  const moved = outcomes.indexOf("ok");
  const expected = range(6).map((i) => (i === moved ? target : dayAhead(2) + i * hourMs));
  const spans = expected.map((s) => [s, s + hourMs / 2]).toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
  const seen = await until("availability has the move", busyTimes(bookable, dayAhead(2)), (busy) =>
    busy.some((b) => spanOf(b)[0] === target),
  );
  expect(seen.map(spanOf)).toEqual(spans);
});

test("a daily limit of 3 under 30 racing bookings of different slots: exactly 3 are made", async () => {
  const bookable = await createBookable(sky, { type: { maxBookingsPerDay: 3 } });
  const replica = replicas(bookable);
  const starts = range(30).map((i) => dayAhead(2) + i * (hourMs / 2));
  const outcomes = await Promise.all(
    starts.map((start, i) => outcomeOf(replica(i).createBooking(bookingRequest(bookable, start)))),
  );
  expect(countOf(outcomes)).toEqual({ ok: 3, "FailedPrecondition/DAILY_LIMIT": 27 });
  expect(await activeAllocations(bookable)).toBe(3);
  const slots = await replica(0).listSlots({ appointmentTypeId: bookable.typeId, range: daysFrom(dayAhead(2), 1) });
  expect(slots.slots).toEqual([]);
});

test("moves into a day and cancellations, raced: never more than the limit", async () => {
  const bookable = await createBookable(sky, { type: { maxBookingsPerDay: 2 } });
  const replica = replicas(bookable);
  const days = [2, 3, 4].map(dayAhead);
  const bookings = await Promise.all(days.flatMap((day) => [0, 1].map((i) => bookAt(sky, bookable, day + i * hourMs))));
  const target = days[0] ?? 0;
  await Promise.all(
    bookings.map(({ id }, i) => {
      const requestId = randomUUID();
      const startTime = timestampFromMs(target + (i + 5) * hourMs);
      const change =
        i < 2
          ? replica(i).cancelBooking({ requestId, bookingId: id })
          : replica(i).rescheduleBooking({ requestId, bookingId: id, startTime });
      return outcomeOf(change);
    }),
  );
  const rows = await query<{ limit_day: string; n: number }>(
    sky.databaseUrl("booking"),
    `SELECT limit_day, count(*)::int AS n FROM bookings
     WHERE appointment_type_id = '${bookable.typeId}' AND status <> 'cancelled' GROUP BY 1`,
  );
  expect(rows.filter(({ n }) => n > 2)).toEqual([]);
  const counters = await query<{ day: string; taken: number }>(
    sky.databaseUrl("booking"),
    `SELECT substr(span, 5) AS day, bookings AS taken FROM limit_counts
     WHERE appointment_type_id = '${bookable.typeId}' AND bookings > 0 AND span LIKE 'day:%'`,
  );
  expect(Object.fromEntries(counters.map(({ day, taken }) => [day, taken]))).toEqual(
    Object.fromEntries(rows.map(({ limit_day, n }) => [limit_day, n])),
  );
});

test("a single-use link, raced with different slots: one booking", async () => {
  const bookable = await createBookable(sky, { link: { singleUse: true } });
  const ports = sky.services.filter(({ name }) => name === "booking").map(({ port }) => port);
  const outcomes = await Promise.all(
    range(20).map((i) => {
      const target = `ipv4:127.0.0.1:${ports[i % 3]}`;
      const { requestId, details } = bookingRequest(bookable, dayAhead(2) + i * hourMs);
      const client = sky.client(PublicBookingService, bookable.organizationId, target);
      return outcomeOf(client.book({ slug: bookable.slug, requestId: requestId ?? "", details: details ?? {} }));
    }),
  );
  expect(countOf(outcomes)).toEqual({ ok: 1, "FailedPrecondition/LINK_NOT_ACTIVE": 19 });
  expect(await activeAllocations(bookable)).toBe(1);
});

test("no race of this file was decided by a deadlock", async () => {
  const url = sky.databaseUrl("booking");
  const [stats] = await query<{ deadlocks: string }>(
    url,
    "SELECT pg_stat_force_next_flush(), deadlocks FROM pg_stat_database WHERE datname = current_database()",
  );
  expect(stats?.deadlocks).toBe("0");
});
