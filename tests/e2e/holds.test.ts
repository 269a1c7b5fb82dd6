import { randomUUID } from "node:crypto";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { BookingStatus, type Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { must } from "@calends/kit/must";
import { createTestClock, type TestClock } from "@calends/testkit/clock";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { bookingRequest, createBookable, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { bookingReplicas } from "./_hosts.ts";
import { untilTrue } from "./_truth.ts";
import { countOf, countRows, dayAhead, outcomeOf, query, range } from "./_util.ts";

const minuteMs = 60_000;
const start = dayAhead(3) + 9 * 60 * minuteMs;
let sky: TestConstellation;
let clock: TestClock;
let bookable: Bookable;

beforeAll(async () => {
  clock = createTestClock(new Date());
  sky = await startTestConstellation({ clock, bookingReplicas: 3 });
});
afterAll(() => sky[Symbol.asyncDispose]());
beforeEach(async () => {
  bookable = await createBookable(sky);
});

const service = () => sky.client(BookingService, bookable.organizationId);
const holding = (lifetimeMinutes = 10) => ({
  requestId: randomUUID(),
  appointmentTypeId: bookable.typeId,
  startTime: timestampFromMs(start),
  lifetime: { seconds: BigInt(lifetimeMinutes * 60) },
});
const hold = async (): Promise<Booking> => must((await service().holdSlot(holding())).hold, "hold");
const booking = (guest: string, holdId = "") => ({ ...bookingRequest(bookable, start, guest), holdId });
const active = () =>
  countRows(sky.databaseUrl("booking"), `allocations WHERE calendar_id = '${bookable.calendarId}' AND active`);

test("a held slot is nobody else's, and becomes the booking of who names the hold, under the same id", async () => {
  const held = await hold();
  expect([held.status, held.booker?.name]).toEqual([BookingStatus.HOLD, ""]);
  expect(await outcomeOf(service().createBooking(booking("rival")))).toBe("FailedPrecondition/SLOT_TAKEN");
  expect(await outcomeOf(service().holdSlot(holding()))).toBe("FailedPrecondition/SLOT_TAKEN");
  const made = must((await service().createBooking(booking("holder", held.id))).booking, "booking");
  expect([made.id, made.status, made.booker?.name]).toEqual([held.id, BookingStatus.CONFIRMED, "holder"]);
  expect(await outcomeOf(service().createBooking(booking("again", held.id)))).toBe(
    "FailedPrecondition/HOLD_NOT_ACTIVE",
  );
  expect(await active()).toBe(1);
});

test("of many holds of one slot one is made, and the same request has the same hold", async () => {
  const replica = bookingReplicas(sky, bookable.organizationId);
  const outcomes = await Promise.all(range(30).map((i) => outcomeOf(replica(i).holdSlot(holding()))));
  expect(countOf(outcomes)).toEqual({ ok: 1, "FailedPrecondition/SLOT_TAKEN": 29 });
  const request = { ...holding(), startTime: timestampFromMs(start + 60 * minuteMs) };
  const holds = await Promise.all(range(10).map((i) => replica(i).holdSlot(request)));
  expect(new Set(holds.map((answer) => answer.hold?.id)).size).toBe(1);
  expect(await active()).toBe(2);
});

test("a hold that has run out becomes no booking, and its slot is free again without anybody's doing", async () => {
  const held = await hold();
  clock.advance(10 * minuteMs);
  expect(await outcomeOf(service().createBooking(booking("late", held.id)))).toBe("FailedPrecondition/HOLD_NOT_ACTIVE");
  await until("the hold has ended", active, (allocations) => allocations === 0);
  await untilTrue(sky);
  const replica = bookingReplicas(sky, bookable.organizationId);
  const outcomes = await Promise.all(range(12).map((i) => outcomeOf(replica(i).createBooking(booking(`g${i}`)))));
  expect(countOf(outcomes)).toEqual({ ok: 1, "FailedPrecondition/SLOT_TAKEN": 11 });
  const { booking: ended } = await service().getBooking({ bookingId: held.id });
  expect([ended?.status, ended?.cancellationReason]).toEqual([BookingStatus.CANCELLED, "Expired"]);
  expect(await active()).toBe(1);
});

test("a hold that is given back frees its slot at once", async () => {
  const held = await hold();
  await untilTrue(sky);
  await service().releaseHold({ requestId: randomUUID(), holdId: held.id });
  await untilTrue(sky);
  expect(await outcomeOf(service().createBooking(booking("next")))).toBe("ok");
  expect(await active()).toBe(1);
});

test("a hold that cannot be ended, because its row is broken, keeps no other from ending", async () => {
  const broken = await hold();
  const breaking = "UPDATE bookings SET hosts = 'null'::jsonb WHERE id = $1";
  await query(sky.databaseUrl("booking"), breaking, [broken.id]);
  const others = range(3).map((i) => ({ ...holding(), startTime: timestampFromMs(start + (i + 1) * 60 * minuteMs) }));
  await Promise.all(others.map((request) => service().holdSlot(request)));
  expect(await active()).toBe(4);
  clock.advance(10 * minuteMs);
  await until("the others have ended", active, (allocations) => allocations === 1);
});
