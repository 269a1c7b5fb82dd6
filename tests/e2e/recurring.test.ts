import { randomUUID } from "node:crypto";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { RecurringBookingService } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { must } from "@calends/kit/must";
import { createTestClock } from "@calends/testkit/clock";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookAt, createBookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { at, bookSeries, inShort, untilDates } from "./_recurring.ts";

let sky: TestConstellation;
const clock = createTestClock(new Date("2026-11-28T08:00:00Z"));

beforeAll(async () => {
  sky = await startTestConstellation({ clock });
});
afterAll(() => sky[Symbol.asyncDispose]());

test("a recurring booking books each date of its first horizon, and the series knows", async () => {
  const bookable = await createBookable(sky);
  const { series, dates } = await bookSeries(sky, bookable);
  const expected = ["2026-12-01", "2026-12-08", "2026-12-15", "2026-12-22"].map(
    (day) => `${day}T10:00 BOOKED CONFIRMED ${day}T10:00`,
  );
  expect(dates.map(inShort)).toEqual(expected);
  await untilDates(sky, bookable.organizationId, must(series, "series").id, expected);
});

test("a date that is taken becomes a placeholder, and is booked once what blocked it is cancelled", async () => {
  const bookable = await createBookable(sky);
  const { organizationId } = bookable;
  const blocker = await bookAt(sky, bookable, Date.parse("2026-12-08T10:00:00Z"));
  const { series, dates } = await bookSeries(sky, bookable);
  const { id } = must(series, "series");
  expect(dates.map(inShort)[1]).toBe("2026-12-08T10:00 CONFLICT CANCELLED 2026-12-08T10:00");
  expect(dates[1]?.booking).toMatchObject({ cancellationReason: "Scheduling conflict", version: 1n });
  const bookings = sky.client(BookingService, organizationId);
  await bookings.cancelBooking({ requestId: randomUUID(), bookingId: blocker.id, reason: "" });
  clock.advance(2_000);
  await untilDates(sky, organizationId, id, [
    "2026-12-01T10:00 BOOKED CONFIRMED 2026-12-01T10:00",
    "2026-12-08T10:00 BOOKED CONFIRMED 2026-12-08T10:00",
    "2026-12-15T10:00 BOOKED CONFIRMED 2026-12-15T10:00",
    "2026-12-22T10:00 BOOKED CONFIRMED 2026-12-22T10:00",
  ]);
  const { booking } = await bookings.getBooking({ bookingId: must(dates[1]?.booking, "booking").id });
  expect(booking).toMatchObject({ version: 2n, sequence: 1, cancellationReason: "" });
});

test("skipping and cancelling settle bookings by events, each with its reason", async () => {
  const bookable = await createBookable(sky);
  const { organizationId } = bookable;
  const { series } = await bookSeries(sky, bookable);
  const seriesId = must(series, "series").id;
  const recurring = sky.client(RecurringBookingService, organizationId);
  const skip = (recurrenceId: string, reason = "") =>
    recurring.skipOccurrence({ requestId: randomUUID(), seriesId, recurrenceId: at(recurrenceId), reason });
  await skip("2026-12-08T10:00:00Z");
  await skip("2027-01-05T10:00:00Z", "Away");
  const expected = [
    "2026-12-01T10:00 BOOKED CONFIRMED 2026-12-01T10:00",
    "2026-12-08T10:00 SKIPPED CANCELLED 2026-12-08T10:00",
    "2026-12-15T10:00 BOOKED CONFIRMED 2026-12-15T10:00",
    "2026-12-22T10:00 BOOKED CONFIRMED 2026-12-22T10:00",
    "2027-01-05T10:00 SKIPPED",
  ];
  await untilDates(sky, organizationId, seriesId, expected);
  await recurring.cancelRecurringBooking({ requestId: randomUUID(), seriesId, reason: "" });
  const cancelled = expected.map((line) => line.replace("BOOKED CONFIRMED", "CANCELLED CANCELLED"));
  await untilDates(sky, organizationId, seriesId, cancelled);
  const { dates } = await recurring.listSeriesBookings({ seriesId });
  expect(dates.map(({ reason }) => reason)).toEqual([
    "Recurring series cancelled",
    "Manually skipped",
    "Recurring series cancelled",
    "Recurring series cancelled",
    "Away",
  ]);
  const { occurrences } = await sky.client(SeriesService, organizationId).listOutcomes({ seriesId });
  expect(occurrences.map(({ reason }) => reason)).toEqual(dates.map(({ reason }) => reason));
});
