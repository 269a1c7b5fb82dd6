import { randomUUID } from "node:crypto";
import { durationFromMs, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { BookingStatus, type Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { must } from "@calends/kit/must";
import { createTestClock, type TestClock } from "@calends/testkit/clock";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookingRequest } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { createGroup, statusesOf, type Group } from "./_groups.ts";
import { expectNoDeadlocks } from "./_hosts.ts";
import { untilTrue } from "./_truth.ts";
import { countOf, dayAhead, daysFrom, outcomeOf, range } from "./_util.ts";

const hourMs = 3_600_000;
let sky: TestConstellation;
let clock: TestClock;

beforeAll(async () => {
  clock = createTestClock(new Date());
  sky = await startTestConstellation({ clock });
});
afterAll(() => sky[Symbol.asyncDispose]());

const start = dayAhead(4) + 9 * hourMs;

async function slotsOf({ bookings, typeId }: Group): Promise<[number, number][]> {
  const { slots } = await bookings.listSlots({ appointmentTypeId: typeId, range: daysFrom(dayAhead(4), 1) });
  return slots.map(({ startTime, seatsLeft }) => [timestampMs(must(startTime, "start")), seatsLeft]);
}

test("a session is listed with the seats it has left, takes its host's time once, and is not listed when full", async () => {
  const group = await createGroup(sky, 2);
  await group.register(start, "one");
  expect(await group.busy()).toBe(1);
  await untilTrue(sky);
  const listed = await slotsOf(group);
  expect(listed.find(([at]) => at === start)).toEqual([start, 1]);
  expect(listed).toHaveLength(48);
  await group.register(start, "two");
  expect(await group.busy()).toBe(1);
  expect((await slotsOf(group)).map(([at]) => at)).not.toContain(start);
});

test("without a waitlist, nobody gets into a full session: SESSION_FULL", async () => {
  const group = await createGroup(sky, 3);
  const outcomes = await Promise.all(
    range(12).map((i) => outcomeOf(group.bookings.createBooking(bookingRequest(group, start, `g${i}`)))),
  );
  expect(countOf(outcomes)).toEqual({ ok: 3, "FailedPrecondition/SESSION_FULL": 9 });
  expect(await group.taken()).toEqual([3]);
});

test("the last registration ends its session: the host is free again, here and for availability", async () => {
  const group = await createGroup(sky, 5);
  const registrations = await Promise.all([group.register(start, "a"), group.register(start, "b")]);
  await untilTrue(sky);
  await group.cancel(must(registrations[0], "first"));
  expect([await group.taken(), await group.busy()]).toEqual([[1], 1]);
  await group.cancel(must(registrations[1], "last"));
  expect([await group.taken(), await group.busy()]).toEqual([[], 0]);
  await untilTrue(sky);
  expect(await slotsOf(group)).toContainEqual([start, 0]);
  const again = await group.register(start, "c");
  expect(again.sessionId).not.toBe(registrations[0]?.sessionId);
});

test("a seat that frees is offered to the first who waits, for as long as the type says, and accepted by manage link", async () => {
  const group = await createGroup(sky, 1, { waitlist: true, offerLifetime: { seconds: 600n } });
  const pages = sky.client(PublicBookingService, group.organizationId);
  const seated = await group.register(start, "seated");
  const { details } = bookingRequest(group, start, "first");
  const first = await pages.book({ requestId: randomUUID(), slug: group.slug, details: details ?? {} });
  const second = await group.register(start, "second");
  const bookingId = must(first.booking, "booking").id;
  const firstNow = async () => must((await group.bookings.getBooking({ bookingId })).booking, "booking");
  expect(statusesOf([seated, await firstNow(), second])).toEqual(["CONFIRMED", "WAITLISTED", "WAITLISTED"]);
  expect((await firstNow()).waitlistPosition).toBeLessThan(second.waitlistPosition);
  const early = pages.acceptManagedOffer({ requestId: randomUUID(), manageToken: first.manageToken });
  expect(await outcomeOf(early)).toBe("FailedPrecondition/BOOKING_STATUS");
  const waiting = sky.mailbox.waitFor(
    ({ to, subject }) => to.includes("first@guest.example") && subject.startsWith("On the waitlist: "),
    { timeoutMs: 20_000 },
  );
  expect((await waiting).text).toMatch(/Leave the waitlist:\nhttp:\S+\/manage\//);
  await group.cancel(seated);
  const offered = await firstNow();
  expect(statusesOf([offered, await group.read(second)])).toEqual(["OFFERED", "WAITLISTED"]);
  expect(timestampMs(must(offered.expireTime, "expiry"))).toBe(clock.now().getTime() + 600_000);
  expect(await group.taken()).toEqual([1]);
  const accepted = await pages.acceptManagedOffer({ requestId: randomUUID(), manageToken: first.manageToken });
  expect(accepted.booking?.status).toBe(BookingStatus.CONFIRMED);
  expect((await firstNow()).waitlistPosition).toBe(0n);
  const mails = await until(
    "mails of the waiting, the offer and the seat",
    () => sky.mailbox.messages().filter(({ to }) => to.includes("first@guest.example")),
    (seen) => seen.length >= 3,
  );
  expect(mails.map(({ subject }) => subject.split(":")[0])).toEqual(["On the waitlist", "A seat is free", "Confirmed"]);
});

test("an offer that runs out or is turned down goes to the next; nobody accepts it afterwards", async () => {
  const group = await createGroup(sky, 1, {
    waitlist: true,
    offerLifetime: { seconds: 600n },
    requiresConfirmation: true,
  });
  const seated = await group.register(start, "seated");
  const waiting: Booking[] = [];
  for (const i of range(3)) {
    waiting.push(await group.register(start, `waiting${i}`));
  }
  const all = async () => statusesOf(await Promise.all(waiting.map((one) => group.read(one))));
  await group.bookings.declineBooking({ requestId: randomUUID(), bookingId: seated.id });
  expect(await all()).toEqual(["OFFERED", "WAITLISTED", "WAITLISTED"]);
  clock.advance(600_000);
  await until("the offer goes to the next", all, ([, next]) => next === "OFFERED");
  const [late, turned, last] = waiting.map(({ id }) => ({ requestId: randomUUID(), bookingId: id }));
  expect(await outcomeOf(group.bookings.acceptOffer(late ?? {}))).toBe("FailedPrecondition/OFFER_EXPIRED");
  await group.bookings.cancelBooking(turned ?? {});
  expect(await all()).toEqual(["CANCELLED", "CANCELLED", "OFFERED"]);
  const { booking } = await group.bookings.acceptOffer(last ?? {});
  expect(statusesOf([must(booking, "booking")])).toEqual(["PENDING"]);
  expect(await group.taken()).toEqual([1]);
});

test("a registration that moves takes a seat of the other session, and its own goes to who waits", async () => {
  const group = await createGroup(sky, 1, { waitlist: true, step: { seconds: 900n } });
  const other = start + 2 * hourMs;
  const mover = await group.register(start, "mover");
  const waiting = await group.register(start, "waiting");
  const blocker = await group.register(other, "blocker");
  const move = (hours: number) =>
    group.bookings.rescheduleBooking({
      requestId: randomUUID(),
      bookingId: mover.id,
      startTime: timestampFromMs(start + hours * hourMs),
    });
  expect(await outcomeOf(move(2))).toBe("FailedPrecondition/SESSION_FULL");
  expect(statusesOf([await group.read(mover), await group.read(waiting)])).toEqual(["CONFIRMED", "WAITLISTED"]);
  await group.cancel(blocker);
  await untilTrue(sky);
  const { booking } = await move(2);
  expect(booking?.sessionId).not.toBe(mover.sessionId);
  expect(statusesOf([must(booking, "moved"), await group.read(waiting)])).toEqual(["CONFIRMED", "OFFERED"]);
  expect([await group.taken(), await group.busy()]).toEqual([[1, 1], 2]);
  await untilTrue(sky);
  const { booking: last } = await move(2.25);
  expect(must(last, "moved").id).toBe(mover.id);
  expect([await group.taken(), await group.busy()]).toEqual([[1, 1], 2]);
  await untilTrue(sky);
});

test("registrations that race to and fro between two sessions: seats add up, and nothing deadlocks", async () => {
  const group = await createGroup(sky, 20);
  const starts = [start, start + 2 * hourMs];
  const made = await Promise.all(range(16).map((i) => group.register(starts[i % 2] ?? start, `g${i}`)));
  const outcomes = await Promise.all(
    made.map(({ id }, i) => {
      const startTime = timestampFromMs(starts[(i + 1) % 2] ?? start);
      const requestId = randomUUID();
      const cancelled = group.bookings.cancelBooking.bind(group.bookings, { requestId, bookingId: id });
      return outcomeOf(
        i % 4 === 3 ? cancelled() : group.bookings.rescheduleBooking({ requestId, bookingId: id, startTime }),
      );
    }),
  );
  expect(countOf(outcomes)).toEqual({ ok: 16 });
  expect(await group.taken()).toEqual([4, 8]);
  await expectNoDeadlocks(sky);
});

test("a busy host cannot open a session, and opening one is raced for like any slot", async () => {
  const group = await createGroup(sky, 3);
  const length = durationFromMs(hourMs);
  const rival = await createGroup(sky, 3, {});
  await group.register(start, "one");
  const overlapping = bookingRequest(group, start + 15 * 60_000, "two");
  expect(await outcomeOf(group.bookings.createBooking(overlapping))).toMatch(/OFF_GRID|SLOT_TAKEN/u);
  const other = { ...bookingRequest(group, start, "three") };
  other.details = { ...other.details, duration: length };
  expect(await outcomeOf(group.bookings.createBooking(other))).toBe("InvalidArgument/DURATION_NOT_OFFERED");
  expect((await rival.register(start)).sessionId).not.toBe("");
});

test("availability shows one busy time for a session, whoever registers", async () => {
  const group = await createGroup(sky, 10);
  await Promise.all(range(5).map((i) => group.register(start, `g${i}`)));
  await untilTrue(sky);
  const availability = sky.client(AvailabilityService, group.organizationId);
  const { busyTimes } = await availability.listBusyTimes({
    calendarId: group.calendarId,
    range: daysFrom(dayAhead(4), 1),
  });
  expect(busyTimes).toHaveLength(1);
});
