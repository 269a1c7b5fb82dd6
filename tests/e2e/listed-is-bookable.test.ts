import { randomUUID } from "node:crypto";
import { durationFromMs, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { BlockedTimeService } from "@calends/contracts/calends/availability/v1/blocked_time_service_pb";
import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import type { Slot } from "@calends/contracts/calends/availability/v1/slots_pb";
import { Category } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { must } from "@calends/kit/must";
import { until } from "@calends/testkit/until";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { typeFields } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { dayAhead, outcomeOf, range } from "./_util.ts";

const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;
let sky: TestConstellation;
beforeAll(async () => {
  sky = await startTestConstellation();
});
afterAll(() => sky[Symbol.asyncDispose]());

/** Quarters of an hour of the morning in which a world's hours and busy times lie. */
const quarters = 24;
const dayMs = dayAhead(3) + 8 * 60 * minuteMs;
const open = fc.tuple(fc.nat(6), fc.integer({ min: 6, max: 20 }));
const blocked = fc.tuple(fc.nat(quarters), fc.integer({ min: 1, max: 4 }));
const minutes = fc.constantFrom(0, 0, 5, 15, 20);
const worlds = fc.record({
  hosts: fc.array(
    fc.record({ hours: fc.array(open, { minLength: 1, maxLength: 2 }), blocked: fc.array(blocked, { maxLength: 2 }) }),
    { minLength: 1, maxLength: 3 },
  ),
  category: fc.constantFrom(Category.ROUND_ROBIN, Category.COLLECTIVE),
  durations: fc.constantFrom([30], [45, 15], [15]),
  step: fc.constantFrom(10, 15, 30),
  bufferBefore: minutes,
  bufferAfter: minutes,
  setUp: minutes,
  cleanUp: minutes,
});
type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

async function makeHost(organizationId: string, host: World["hosts"][number]) {
  const calendars = sky.client(CalendarService, organizationId);
  const draft = { name: "Ada", kind: CalendarKind.PERSON, timeZone: "UTC" };
  const made = await calendars.createCalendar({ requestId: randomUUID(), ...draft });
  const calendarId = must(made.calendar, "calendar").id;
  const minuteOf = (quarter: number) => 8 * 60 + 15 * quarter;
  // Ranges of one day must not overlap: each begins so long after the end of the one before.
  let end = 0;
  const parts = host.hours.map(([gap, length]) => {
    const start = end + gap;
    end = start + length;
    return [start, end] as const;
  });
  const own = parts.map(([from, to]) => ({ startMinute: minuteOf(from), endMinute: minuteOf(to) }));
  const schedule = {
    timeZone: "UTC",
    dateOverrides: [{ date: new Date(dayMs).toISOString().slice(0, 10), hours: own }],
  };
  await calendars.setProfile({ requestId: randomUUID(), profile: { calendarId, schedule } });
  const startOf = (quarter: number) => timestampFromMs(dayMs + quarter * quarterMs);
  for (const [start, length] of host.blocked) {
    const blockedTime = { calendarId, startTime: startOf(start), endTime: startOf(start + length) };
    await sky.client(BlockedTimeService, organizationId).createBlockedTime({ requestId: randomUUID(), blockedTime });
  }
  return must(typeFields(calendarId).hosts[0], "host");
}

async function makeType(organizationId: string, world: World): Promise<string> {
  const hosts = [];
  for (const [index, host] of world.hosts.entries()) {
    hosts.push({ ...(await makeHost(organizationId, host)), email: `host${index}@host.example` });
  }
  const length = (count: number) => durationFromMs(count * minuteMs);
  const fields = {
    ...typeFields(must(hosts[0], "host").calendarId),
    hosts,
    category: hosts.length === 1 ? Category.ONE_ON_ONE : world.category,
    durations: world.durations.map(length),
    step: length(world.step),
    bufferBefore: length(world.bufferBefore),
    bufferAfter: length(world.bufferAfter),
    setUp: length(world.setUp),
    cleanUp: length(world.cleanUp),
  };
  const types = sky.client(AppointmentTypeService, organizationId);
  return must((await types.createAppointmentType({ requestId: randomUUID(), fields })).appointmentType, "type").id;
}

/** Starts that were listed and have been booked. */
let booked = 0;

/** Books what is listed, and tries all that is not; tells what went otherwise than it should. */
async function wrongIn(world: World): Promise<string[]> {
  const organizationId = randomUUID();
  const appointmentTypeId = await makeType(organizationId, world);
  const bookings = sky.client(BookingService, organizationId);
  const day = { startTime: timestampFromMs(dayMs), endTime: timestampFromMs(dayMs + quarters * quarterMs) };
  const list = async () => (await bookings.listSlots({ appointmentTypeId, range: day })).slots;
  const startOf = ({ startTime }: Slot) => timestampMs(must(startTime, "start"));
  const book = (startMs: number, slotToken = "") => {
    const details = { startTime: timestampFromMs(startMs), booker: { name: "G", email: "g@guest.example" }, slotToken };
    return bookings.createBooking({ requestId: randomUUID(), appointmentTypeId, details });
  };
  const slots = await list();
  const listed = slots.map(startOf);
  const unlisted = range((quarters * 15) / 5)
    .map((index) => dayMs + index * 5 * minuteMs)
    .filter((startMs) => !listed.includes(startMs));
  const wrong = (await Promise.all(unlisted.map((startMs) => outcomeOf(book(startMs)))))
    .filter((outcome) => !outcome.startsWith("FailedPrecondition/"))
    .map((outcome) => `unlisted: ${outcome}`);
  for (const slot of [slots[0], slots[Math.floor(slots.length / 2)], slots.at(-1)]) {
    if (slot !== undefined) {
      const call = book(startOf(slot), slot.token);
      const outcome = await outcomeOf(call);
      if (outcome !== "ok") {
        return [...wrong, `listed: ${outcome}`];
      }
      booked += 1;
      const bookingId = must((await call).booking, "booking").id;
      await bookings.cancelBooking({ requestId: randomUUID(), bookingId });
      await until(
        "the day is as it was",
        async () => (await list()).map(startOf).join(),
        (now) => now === listed.join(),
      );
    }
  }
  return wrong;
}

test("in any world every listed slot can be booked, and no start that is not listed", async () => {
  const holds = async (world: World) => {
    expect(await wrongIn(world)).toEqual([]);
  };
  await fc.assert(fc.asyncProperty(worlds, holds), { numRuns: 4, endOnFailure: true });
  expect(booked).toBeGreaterThan(4);
});
