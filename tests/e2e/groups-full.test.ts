import { randomUUID } from "node:crypto";
import { BookingStatus, type Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookingRequest } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { createGroup, statusesOf, type Group } from "./_groups.ts";
import { bookingReplicas, expectNoDeadlocks } from "./_hosts.ts";
import { countOf, dayAhead, query, range } from "./_util.ts";

const seats = 100;
const racers = 1_000;
const cancelled = 30;
/** Registrations under way at any time: more would only wait for one another's database connections. */
const lanes = 24;
let sky: TestConstellation;

beforeAll(async () => {
  sky = await startTestConstellation({ bookingReplicas: 3 });
});
afterAll(() => sky[Symbol.asyncDispose]());

/** A registration, and when it was under way on the clock of who made it. */
interface Registration {
  readonly booking: Booking;
  readonly askedAt: number;
  readonly answeredAt: number;
}

async function registerAll(group: Group, startMs: number): Promise<Registration[]> {
  const replica = bookingReplicas(sky, group.organizationId);
  const lane = async (first: number) => {
    const made: Registration[] = [];
    for (let i = first; i < racers; i += lanes) {
      const askedAt = performance.now();
      const { booking } = await replica(i).createBooking(bookingRequest(group, startMs, `guest${i}`));
      made.push({ booking: must(booking, "booking"), askedAt, answeredAt: performance.now() });
    }
    return made;
  };
  return (await Promise.all(range(lanes).map(lane))).flat();
}

/** The registrations of a group as they are now, who waits in the order of the waitlist. */
async function readAll({ bookings }: Group): Promise<Booking[]> {
  const page = await bookings.listBookings({ pageSize: racers });
  expect(page.bookings).toHaveLength(racers);
  return page.bookings.toSorted((a, b) => Number(a.waitlistPosition - b.waitlistPosition));
}

/** Nobody is before somebody who had already been answered when they asked. */
function expectArrivalOrder(registrations: readonly Registration[]): void {
  const waiting = registrations
    .filter(({ booking }) => booking.status === BookingStatus.WAITLISTED)
    .toSorted((a, b) => Number(a.booking.waitlistPosition - b.booking.waitlistPosition));
  let latestAsked = 0;
  for (const { askedAt, answeredAt } of waiting) {
    expect(answeredAt).toBeGreaterThan(latestAsked);
    latestAsked = Math.max(latestAsked, askedAt);
  }
}

test("100 seats, 1,000 racing registrations: 100 are in, 900 wait in order of arrival; 30 cancel, the first 30 are offered", async () => {
  const group = await createGroup(sky, seats, { waitlist: true });
  const registrations = await registerAll(group, dayAhead(3));
  const made = registrations.map(({ booking }) => booking);
  expect(countOf(statusesOf(made))).toEqual({ CONFIRMED: seats, WAITLISTED: racers - seats });
  expect([await group.taken(), await group.busy()]).toEqual([[seats], 1]);
  expectArrivalOrder(registrations);
  const waiting = (await readAll(group)).filter(({ status }) => status === BookingStatus.WAITLISTED);
  expect(new Set(waiting.map(({ waitlistPosition }) => waitlistPosition)).size).toBe(racers - seats);

  const leaving = made.filter(({ status }) => status === BookingStatus.CONFIRMED).slice(0, cancelled);
  await Promise.all(leaving.map(({ id }) => group.bookings.cancelBooking({ requestId: randomUUID(), bookingId: id })));
  const after = await readAll(group);
  expect(countOf(statusesOf(after))).toEqual({
    CONFIRMED: seats - cancelled,
    CANCELLED: cancelled,
    OFFERED: cancelled,
    WAITLISTED: racers - seats - cancelled,
  });
  const offered = after.filter(({ status }) => status === BookingStatus.OFFERED).map(({ id }) => id);
  expect(offered).toEqual(waiting.slice(0, cancelled).map(({ id }) => id));
  expect([await group.taken(), await group.busy()]).toEqual([[seats], 1]);
  await expectNoDeadlocks(sky);
}, 240_000);

test("a promotion is told to others, once for each who was offered a seat", async () => {
  const events = "outbox WHERE subject LIKE '%waitlist-promoted.v1%'";
  const [row] = await query<{ n: string }>(sky.databaseUrl("booking"), `SELECT count(*) AS n FROM ${events}`);
  expect(Number(row?.n)).toBe(cancelled);
});
