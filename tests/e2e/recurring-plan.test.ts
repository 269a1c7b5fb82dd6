import { randomUUID } from "node:crypto";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { BlockedTimeService } from "@calends/contracts/calends/availability/v1/blocked_time_service_pb";
import { Category, RoundRobinStrategy } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import {
  ConflictPolicy,
  RecurringBookingService,
  type CreateRecurringBookingResponse,
  type PlanSeriesResponse,
} from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { must } from "@calends/kit/must";
import { createTestClock } from "@calends/testkit/clock";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookingRequest, createBookable, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { createHosts, createType } from "./_hosts.ts";
import { at, bookSeries, minute, termsOf } from "./_recurring.ts";
import { untilTrue } from "./_truth.ts";
import { outcomeOf } from "./_util.ts";

let sky: TestConstellation;
const clock = createTestClock(new Date("2026-11-28T08:00:00Z"));

beforeAll(async () => {
  sky = await startTestConstellation({ clock });
});
afterAll(() => sky[Symbol.asyncDispose]());

type Booked = Pick<Bookable, "organizationId" | "typeId">;

function planOf({ organizationId, typeId }: Booked, pattern: object = {}, terms: object = {}) {
  const client = sky.client(RecurringBookingService, organizationId);
  return client.planSeries({ terms: termsOf({ typeId }, pattern, terms) });
}

const plannedHosts = ({ dates }: PlanSeriesResponse) => dates.map(({ hostCalendarId }) => hostCalendarId);
const bookedHosts = ({ dates }: CreateRecurringBookingResponse) =>
  dates.map(({ booking }) => booking?.hosts[0]?.calendarId);

/** What becomes of each date, as in "10:05 BOOKED 10:30": of a plan or of what was made. */
const planned = ({ dates }: PlanSeriesResponse) =>
  dates.map(({ recurrenceId, outcome, startTime }) => [minute(recurrenceId), outcome, minute(startTime)]);
const made = ({ dates }: CreateRecurringBookingResponse) =>
  dates.map(({ recurrenceId, outcome, booking }) => [minute(recurrenceId), outcome, minute(booking?.startTime)]);

test.each(["WEIGHTED", "LEAST_RECENT", "LOAD"] as const)(
  "the host that a plan names is the one whose turn it is, and the one that the series gets: %s",
  async (strategy) => {
    const organizationId = randomUUID();
    const hosts = (await createHosts(sky, organizationId, 2)).map((calendarId, i) => ({
      calendarId,
      weight: 1 + 4 * i,
    }));
    const fields = { category: Category.ROUND_ROBIN, strategy: RoundRobinStrategy[strategy] };
    const booked = { organizationId, typeId: await createType(sky, organizationId, hosts, fields) };
    const bookings = sky.client(BookingService, organizationId);
    const hours = [0, 1, 2, 3].map((hour) => Date.parse(`2026-12-0${2 + (hour % 2)}T1${hour}:00:00Z`));
    for (const [index, startMs] of hours.entries()) {
      const { booking } = await bookings.createBooking(bookingRequest(booked, startMs));
      if (index % 3 === 1) {
        await bookings.cancelBooking({ requestId: randomUUID(), bookingId: must(booking, "booking").id });
      }
      await untilTrue(sky);
      const policy = index % 2 === 0 ? ConflictPolicy.FAIL : ConflictPolicy.SKIP_WITH_PLACEHOLDER;
      const pattern = { localStart: `2026-12-01T1${index}:00:00`, rruleString: "FREQ=WEEKLY;COUNT=3" };
      const plan = await planOf(booked, pattern, { policy });
      const series = await bookSeries(sky, booked, pattern, { policy });
      expect(plan.wouldBeMade).toBe(true);
      expect(plannedHosts(plan)).toEqual(bookedHosts(series));
      const bookingId = must(series.dates[0]?.booking, "booking").id;
      expect((await bookings.getAssignment({ bookingId })).assignment?.chosenCalendarId).toBe(bookedHosts(series)[0]);
      await untilTrue(sky);
    }
  },
);

test("the nearest free slot is found beyond all that earlier dates of the series take", async () => {
  const policy = { policy: ConflictPolicy.NEAREST };
  const often = await createBookable(sky, { type: { step: durationFromMs(300_000) } });
  const twice = { rruleString: "FREQ=MINUTELY;INTERVAL=5;COUNT=2" };
  const plan = await planOf(often, twice, policy);
  expect(plan.dates.map(({ startTime }) => minute(startTime))).toEqual(["2026-12-01T10:00", "2026-12-01T10:30"]);
  expect(made(await bookSeries(sky, often, twice, policy))).toEqual(planned(plan));
  const type = { step: durationFromMs(900_000), bufferAfter: durationFromMs(1_800_000) };
  const hourly = await createBookable(sky, { type });
  const [startTime, endTime] = [at("2026-12-01T00:00:00Z"), at("2026-12-01T11:00:00Z")];
  const blockedTime = { calendarId: hourly.calendarId, startTime, endTime };
  const blocked = sky.client(BlockedTimeService, hourly.organizationId);
  await blocked.createBlockedTime({ requestId: randomUUID(), blockedTime });
  const sixTimes = { rruleString: "FREQ=HOURLY;COUNT=6" };
  const hours = planned(await planOf(hourly, sixTimes, policy));
  expect(made(await bookSeries(sky, hourly, sixTimes, policy))).toEqual(hours);
});

test("a plan is refused to whom the series would be refused", async () => {
  const bookable = await createBookable(sky, { type: { seriesEntitlement: "sustaining_member" } });
  expect(await outcomeOf(planOf(bookable))).toBe("PermissionDenied/MISSING_ENTITLEMENT");
  const words = "Only sustaining members can create recurring reservations.";
  await expect(planOf(bookable)).rejects.toThrow(words);
});
