import { randomUUID } from "node:crypto";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { BookingStatus, type Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { Reason } from "@calends/contracts/calends/errors/v1/reason_pb";
import { ErrorInfoSchema } from "@calends/contracts/google/rpc/error_details_pb";
import { must } from "@calends/kit/must";
import { createTestClock, type TestClock } from "@calends/testkit/clock";
import { until } from "@calends/testkit/until";
import { Code, ConnectError } from "@connectrpc/connect";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookAt, bookingRequest, createBookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { createGroup, statusesOf, type Group } from "./_groups.ts";
import { untilTrue } from "./_truth.ts";
import { dayAhead, daysFrom, outcomeOf, range } from "./_util.ts";

const hourMs = 3_600_000;
const start = dayAhead(4) + 9 * hourMs;
const day = daysFrom(dayAhead(4), 1);
let sky: TestConstellation;
let clock: TestClock;

beforeAll(async () => {
  clock = createTestClock(new Date());
  sky = await startTestConstellation({ clock });
});
afterAll(() => sky[Symbol.asyncDispose]());

/** A group whose session at `start` has no seat left. */
async function fullGroup(fields: Parameters<typeof createGroup>[2] = { waitlist: true }): Promise<Group> {
  const group = await createGroup(sky, 1, fields);
  await group.register(start, "seated");
  await untilTrue(sky);
  return group;
}

/** Gives a group so many seats, as its owner would. */
async function setSeats({ organizationId, typeId }: Group, capacity: number): Promise<void> {
  const types = sky.client(AppointmentTypeService, organizationId);
  const { appointmentType } = await types.getAppointmentType({ appointmentTypeId: typeId });
  const { fields, status } = must(appointmentType, "type");
  const changed = { ...must(fields, "fields"), capacity };
  await types.updateAppointmentType({ requestId: randomUUID(), appointmentTypeId: typeId, fields: changed, status });
}

test("a full session with a waitlist is listed for staff and the public, as one where one waits", async () => {
  const group = await fullGroup();
  const pages = sky.client(PublicBookingService, group.organizationId);
  const listed = await Promise.all([
    group.bookings.listSlots({ appointmentTypeId: group.typeId, range: day }),
    pages.listPublicSlots({ slug: group.slug, range: day }),
  ]);
  for (const { slots } of listed) {
    const slot = slots.find(({ startTime }) => timestampMs(must(startTime, "start")) === start);
    expect(slot).toMatchObject({ seatsLeft: 0, waitlist: true });
    expect(slots.filter(({ waitlist }) => waitlist)).toHaveLength(1);
    expect(slots).toHaveLength(48);
  }
  const { details } = bookingRequest(group, start, "waiting");
  const slotToken = must(
    listed[1].slots.find(({ waitlist }) => waitlist),
    "slot",
  ).token;
  const booked = await pages.book({ requestId: randomUUID(), slug: group.slug, details: { ...details, slotToken } });
  expect(booked.booking).toMatchObject({ status: BookingStatus.WAITLISTED });
});

test("a full session is no place to move to, and no free start near another", async () => {
  const group = await fullGroup({ waitlist: true, step: { seconds: 900n } });
  const pages = sky.client(PublicBookingService, group.organizationId);
  const { details } = bookingRequest(group, start + 2 * hourMs, "mover");
  const { manageToken } = await pages.book({ requestId: randomUUID(), slug: group.slug, details: details ?? {} });
  await untilTrue(sky);
  const { slots } = await pages.listManagedSlots({ manageToken, range: day });
  const starts = slots.map(({ startTime }) => timestampMs(must(startTime, "start")));
  expect(starts).not.toContain(start);
  expect(slots.some(({ waitlist }) => waitlist)).toBe(false);
  const overlapping = group.bookings.createBooking(bookingRequest(group, start + hourMs / 4, "late"));
  const nearest = await overlapping.then(
    () => "",
    (error: unknown) => ConnectError.from(error).findDetails(ErrorInfoSchema)[0]?.metadata["nearest"] ?? "",
  );
  expect(nearest).not.toBe("");
  expect(nearest.split(",")).not.toContain(new Date(start).toISOString());
});

test("ExplainSlot says what booking does: to wait where there is a waitlist, SESSION_FULL where there is none", async () => {
  const explained = async ({ bookings, typeId }: Group) =>
    bookings.explainSlot({ appointmentTypeId: typeId, startTime: timestampFromMs(start) });
  const waiting = await fullGroup();
  expect(await explained(waiting)).toMatchObject({ available: true, waitlist: true, refusals: [] });
  const closed = await fullGroup({ waitlist: false });
  const { available, waitlist, refusals } = await explained(closed);
  expect({ available, waitlist, reasons: refusals.map(({ reason }) => reason) }).toEqual({
    available: false,
    waitlist: false,
    reasons: [Reason.SESSION_FULL],
  });
  const booked = closed.bookings.createBooking(bookingRequest(closed, start, "late"));
  expect(await outcomeOf(booked)).toBe("FailedPrecondition/SESSION_FULL");
  const open = await createGroup(sky, 2, { waitlist: true });
  await open.register(start, "one");
  expect(await explained(open)).toMatchObject({ available: true, waitlist: false });
});

test("a raised capacity offers the new seats to who waits, in their order, and the rest can be booked", async () => {
  const group = await fullGroup({ waitlist: true });
  const waiting = [await group.register(start, "first"), await group.register(start, "second")];
  const statuses = async () => statusesOf(await Promise.all(waiting.map((one) => group.read(one))));
  await setSeats(group, 2);
  expect(await statuses()).toEqual(["OFFERED", "WAITLISTED"]);
  expect(await group.taken()).toEqual([2]);
  await setSeats(group, 5);
  expect(await statuses()).toEqual(["OFFERED", "OFFERED"]);
  const { slots } = await group.bookings.listSlots({ appointmentTypeId: group.typeId, range: day });
  const slot = slots.find(({ startTime }) => timestampMs(must(startTime, "start")) === start);
  expect(slot).toMatchObject({ seatsLeft: 2, waitlist: false });
  await setSeats(group, 1);
  expect(await group.taken()).toEqual([3]);
  await untilTrue(sky);
});

test("registrations that race a raised capacity: seats add up, and nobody waits while a seat is free", async () => {
  const group = await fullGroup({ waitlist: true, maxBookingsPerDay: 100 });
  // A type that changes while it is being booked is refused as "aborted": its callers try again.
  const register = (guest: string): Promise<Booking> =>
    group.register(start, guest).catch((error: unknown) => {
      if (ConnectError.from(error).code !== Code.Aborted) {
        throw error;
      }
      return register(guest);
    });
  const made = range(12).map((i) => register(`g${i}`));
  await Promise.all([...made, setSeats(group, 6)]);
  const all = await Promise.all((await Promise.all(made)).map((one) => group.read(one)));
  const look = async () => statusesOf(await Promise.all(all.map((one) => group.read(one))));
  const isFilled = (statuses: readonly string[]) =>
    statuses.filter((status) => status !== "WAITLISTED").length === 5 && statuses.length === 12;
  await until("five of them have a seat or an offer", look, isFilled);
  expect(await group.taken()).toEqual([6]);
});

test("an address takes one seat of a session or waits for it once, unless the type allows more", async () => {
  const group = await fullGroup();
  const again = (guest: string, at = start) =>
    outcomeOf(group.bookings.createBooking(bookingRequest(group, at, guest)));
  expect(await again("seated")).toBe("FailedPrecondition/ALREADY_REGISTERED");
  expect(await again("SEATED")).toBe("FailedPrecondition/ALREADY_REGISTERED");
  const waits = await group.register(start, "waits");
  expect(await again("waits")).toBe("FailedPrecondition/ALREADY_REGISTERED");
  await group.cancel(waits);
  expect(await again("waits")).toBe("ok");
  expect(await again("seated", start + hourMs)).toBe("ok");
  const generous = await createGroup(sky, 5, { maxSeatsPerAddress: 2 });
  const outcomes = await Promise.all(
    range(4).map(() => outcomeOf(generous.bookings.createBooking(bookingRequest(generous, start, "twin")))),
  );
  expect(outcomes.filter((outcome) => outcome === "ok")).toHaveLength(2);
});

test("who waits no more has no place on the waitlist, and the words of a reason make no expired offer", async () => {
  const group = await fullGroup();
  const first = await group.register(start, "first");
  const second = await group.register(start, "second");
  expect(first.waitlistPosition).toBeGreaterThan(0n);
  const reason = { requestId: randomUUID(), bookingId: first.id, reason: "Expired" };
  await group.bookings.cancelBooking(reason);
  expect((await group.read(first)).waitlistPosition).toBe(0n);
  const accept = (bookingId: string) => outcomeOf(group.bookings.acceptOffer({ requestId: randomUUID(), bookingId }));
  expect(await accept(first.id)).toBe("FailedPrecondition/BOOKING_STATUS");
  await setSeats(group, 2);
  clock.advance(24 * hourMs);
  const ended = async () => statusesOf([await group.read(second)]);
  await until("the offer has run out", ended, ([status]) => status === "CANCELLED");
  expect(await accept(second.id)).toBe("FailedPrecondition/OFFER_EXPIRED");
  expect((await group.read(second)).waitlistPosition).toBe(0n);
});

test("staff who move a cancelled booking are told of its status, whatever the policy says", async () => {
  const bookable = await createBookable(sky, { type: { staffPolicy: { noReschedule: true } } });
  const { id } = await bookAt(sky, bookable, start);
  const bookings = sky.client(BookingService, bookable.organizationId);
  const move = () =>
    outcomeOf(
      bookings.rescheduleBooking({
        requestId: randomUUID(),
        bookingId: id,
        startTime: timestampFromMs(start + 2 * hourMs),
      }),
    );
  expect(await move()).toBe("FailedPrecondition/CHANGE_POLICY");
  await bookings.cancelBooking({ requestId: randomUUID(), bookingId: id });
  expect(await move()).toBe("FailedPrecondition/BOOKING_STATUS");
});
