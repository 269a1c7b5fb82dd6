import { randomUUID } from "node:crypto";
import { BlockedTimeService } from "@calends/contracts/calends/availability/v1/blocked_time_service_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { RecurringBookingService } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { must } from "@calends/kit/must";
import { createTestClock } from "@calends/testkit/clock";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookAt, createBookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { at, bookSeries, datesOf, inShort, untilDates } from "./_recurring.ts";
import { openBroker, untilHandled } from "./_truth.ts";
import { countRows, query } from "./_util.ts";

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

test("a placeholder is looked at again when a blocked time near it goes, and not when others come and go", async () => {
  const bookable = await createBookable(sky);
  const { organizationId, calendarId } = bookable;
  const blockedTimes = sky.client(BlockedTimeService, organizationId);
  const block = async (startTime: string, endTime: string) => {
    const blockedTime = { calendarId, startTime: at(startTime), endTime: at(endTime) };
    const made = await blockedTimes.createBlockedTime({ requestId: randomUUID(), blockedTime });
    return must(made.blockedTime, "blocked time").id;
  };
  const free = (blockedTimeId: string) => blockedTimes.deleteBlockedTime({ requestId: randomUUID(), blockedTimeId });
  const near = await block("2026-12-08T09:00:00Z", "2026-12-08T12:00:00Z");
  const { series } = await bookSeries(sky, bookable);
  const { id } = must(series, "series");
  const url = sky.databaseUrl("booking");
  await using broker = await openBroker(sky);
  const heard = async () => {
    const unpublished = () => countRows(sky.databaseUrl("availability"), "outbox WHERE published_at IS NULL");
    await until("all is told", unpublished, (n) => n === 0);
    await untilHandled(broker, "availability", 2);
  };
  await heard();
  // A date that is not due for anything is made due by what offers it again, and by nothing else here.
  await query(url, "UPDATE series_occurrences SET settle_at = NULL WHERE series_id = $1", [id]);
  await free(await block("2026-12-18T09:00:00Z", "2026-12-18T12:00:00Z"));
  await block("2026-12-08T13:00:00Z", "2026-12-08T14:00:00Z");
  await heard();
  expect(await countRows(url, `series_occurrences WHERE series_id = '${id}' AND settle_at IS NOT NULL`)).toBe(0);
  await free(near);
  clock.advance(2_000);
  const dates = () => datesOf(sky, organizationId, id);
  await until("the date is booked", dates, (lines) => lines.every((line) => line.includes("BOOKED")));
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
