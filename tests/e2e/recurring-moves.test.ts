import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import { BlockedTimeService } from "@calends/contracts/calends/availability/v1/blocked_time_service_pb";
import {
  AppointmentTypeStatus,
  Category,
  type AppointmentTypeFieldsSchema,
} from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { BookingChange, type Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import {
  ConflictPolicy,
  RecurringBookingService,
} from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { must } from "@calends/kit/must";
import { createTestClock } from "@calends/testkit/clock";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bookAt, createBookable, typeFields, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { createHosts, createType } from "./_hosts.ts";
import { at, bookSeries, untilDates } from "./_recurring.ts";
import { on } from "./_series-edits.ts";
import { untilTrue } from "./_truth.ts";

let sky: TestConstellation;
const clock = createTestClock(new Date("2026-11-28T08:00:00Z"));

beforeAll(async () => {
  sky = await startTestConstellation({ clock });
});
afterAll(() => sky[Symbol.asyncDispose]());

/** The second of four dates. */
const recurrenceId = at("2026-12-08T10:00:00Z");

interface Standing extends Bookable {
  readonly seriesId: string;
  readonly bookingIds: readonly string[];
}

/** A series of four dates that are booked, and that availability has heard of. */
async function standing(type: MessageInitShape<typeof AppointmentTypeFieldsSchema> = {}): Promise<Standing> {
  const bookable = await createBookable(sky, { type });
  const { series, dates } = await bookSeries(sky, bookable);
  await untilTrue(sky);
  const bookingIds = dates.map(({ booking }) => must(booking, "booking").id);
  return { ...bookable, seriesId: must(series, "series").id, bookingIds };
}

/** Staff move the second date. */
async function moveSecond({ organizationId, seriesId }: Standing, startTime: Timestamp): Promise<void> {
  await sky.client(SeriesService, organizationId).changeOccurrence({ ...on(seriesId), recurrenceId, startTime });
}

/** Waits until the second date is this, and the other three are as they were. */
async function untilSecond({ organizationId, seriesId }: Standing, line: string, usual = "BOOKED CONFIRMED") {
  const [first = "", , ...later] = ["01", "08", "15", "22"].map(
    (day) => `2026-12-${day}T10:00 ${usual} 2026-12-${day}T10:00`,
  );
  await untilDates(sky, organizationId, seriesId, [first, `2026-12-08T10:00 ${line}`, ...later]);
}

/** Waits until this is why the second date is not where its series has it; empty where it is. */
async function untilReason({ organizationId, seriesId }: Standing, expected: string): Promise<void> {
  const client = sky.client(RecurringBookingService, organizationId);
  const look = async () => (await client.listSeriesBookings({ seriesId })).dates[1]?.reason;
  await until("why the date is elsewhere", look, (reason) => reason === expected);
}

/** All that has happened to the booking of the second date. */
async function changesOf({ organizationId, bookingIds }: Standing): Promise<BookingChange[]> {
  const bookings = sky.client(BookingService, organizationId);
  const { history } = await bookings.getBooking({ bookingId: must(bookingIds[1], "booking") });
  return history.map(({ change }) => change).toSorted((a, b) => a - b);
}

const moved = [BookingChange.CREATED, BookingChange.RESCHEDULED];

describe("a date that staff move keeps its booking", () => {
  test("on shorter notice than new bookings need", async () => {
    const series = await standing({ minNotice: durationFromMs(48 * 3_600_000) });
    await moveSecond(series, at("2026-11-28T14:00:00Z"));
    await untilSecond(series, "BOOKED CONFIRMED 2026-11-28T14:00");
    expect(await changesOf(series)).toEqual(moved);
  });

  test("though its type takes no new bookings any more", async () => {
    const series = await standing();
    const { organizationId, typeId: appointmentTypeId, calendarId } = series;
    const fields = typeFields(calendarId);
    const update = { requestId: randomUUID(), appointmentTypeId, fields, status: AppointmentTypeStatus.INACTIVE };
    await sky.client(AppointmentTypeService, organizationId).updateAppointmentType(update);
    await moveSecond(series, at("2026-12-08T14:00:00Z"));
    await untilSecond(series, "BOOKED CONFIRMED 2026-12-08T14:00");
    expect(await changesOf(series)).toEqual(moved);
  });

  test("within its own day, though that takes no more than one booking", async () => {
    const series = await standing({ maxBookingsPerDay: 1 });
    await moveSecond(series, at("2026-12-08T14:00:00Z"));
    await untilSecond(series, "BOOKED CONFIRMED 2026-12-08T14:00");
    expect(await changesOf(series)).toEqual(moved);
  });

  test("and its confirmation with it", async () => {
    const series = await standing({ maxBookingsPerDay: 1, requiresConfirmation: true });
    const bookings = sky.client(BookingService, series.organizationId);
    await bookings.confirmBooking({ requestId: randomUUID(), bookingId: must(series.bookingIds[1], "booking") });
    await moveSecond(series, at("2026-12-08T14:00:00Z"));
    await untilSecond(series, "BOOKED CONFIRMED 2026-12-08T14:00", "BOOKED PENDING");
    expect(await changesOf(series)).toEqual([...moved, BookingChange.CONFIRMED].toSorted((a, b) => a - b));
  });

  test("beyond the horizon of its series, and back", async () => {
    const series = await standing();
    await moveSecond(series, at("2027-01-20T14:00:00Z"));
    await untilSecond(series, "BOOKED CONFIRMED 2027-01-20T14:00");
    await sky.client(SeriesService, series.organizationId).restoreOccurrence({ ...on(series.seriesId), recurrenceId });
    await untilSecond(series, "BOOKED CONFIRMED 2026-12-08T10:00");
    expect(await changesOf(series)).toEqual([...moved, BookingChange.RESCHEDULED]);
  });

  test("while its series is paused", async () => {
    const series = await standing();
    await sky.client(SeriesService, series.organizationId).pauseSeries(on(series.seriesId));
    await moveSecond(series, at("2026-12-09T14:00:00Z"));
    await untilSecond(series, "BOOKED CONFIRMED 2026-12-09T14:00");
    expect(await changesOf(series)).toEqual(moved);
  });

  test("at its old time, where the new one cannot be had but nobody has it; and goes once it can be had", async () => {
    const series = await standing();
    await moveSecond(series, at("2026-12-08T14:07:00Z"));
    await untilReason(series, "OFF_GRID");
    await untilSecond(series, "BOOKED CONFIRMED 2026-12-08T10:00");
    await sky.client(SeriesService, series.organizationId).restoreOccurrence({ ...on(series.seriesId), recurrenceId });
    await untilReason(series, "");
    await moveSecond(series, at("2026-12-08T15:00:00Z"));
    await untilSecond(series, "BOOKED CONFIRMED 2026-12-08T15:00");
    expect(await changesOf(series)).toEqual(moved);
  });
});

test("a date that is moved to where somebody else is gives way: a placeholder tells the booker", async () => {
  const series = await standing();
  const rival = await bookAt(sky, series, Date.parse("2026-12-08T14:00:00Z"));
  await moveSecond(series, at("2026-12-08T14:00:00Z"));
  await untilSecond(series, "CONFLICT CANCELLED 2026-12-08T14:00");
  const bookings = sky.client(BookingService, series.organizationId);
  await bookings.cancelBooking({ requestId: randomUUID(), bookingId: rival.id });
  clock.advance(2_000);
  await expect(untilSecond(series, "BOOKED CONFIRMED 2026-12-08T14:00")).resolves.toBeUndefined();
});

test("a date that is moved to where its host is away goes to another host, where its policy says so", async () => {
  const organizationId = randomUUID();
  const [own = "", other = ""] = await createHosts(sky, organizationId, 2);
  const hosts = [own, other].map((calendarId) => ({ calendarId }));
  const typeId = await createType(sky, organizationId, hosts, { category: Category.ROUND_ROBIN });
  const terms = { policy: ConflictPolicy.OTHER_HOST, hostCalendarId: own };
  const { series, dates } = await bookSeries(sky, { organizationId, typeId }, {}, terms);
  await untilTrue(sky);
  const [startTime, endTime] = [at("2026-12-08T14:00:00Z"), at("2026-12-08T15:00:00Z")];
  const blockedTime = { calendarId: own, startTime, endTime };
  await sky.client(BlockedTimeService, organizationId).createBlockedTime({ requestId: randomUUID(), blockedTime });
  const seriesId = must(series, "series").id;
  await sky.client(SeriesService, organizationId).changeOccurrence({ ...on(seriesId), recurrenceId, startTime });
  const bookings = sky.client(BookingService, organizationId);
  const bookingId = must(dates[1]?.booking, "booking").id;
  const look = async () => must((await bookings.getBooking({ bookingId })).booking, "booking");
  const isThere = ({ startTime: start }: Booking) => start?.seconds === startTime.seconds;
  const { hosts: now, allocations } = await until("it is moved", look, isThere);
  expect(now.map(({ calendarId }) => calendarId)).toEqual([other]);
  expect(allocations.filter(({ active }) => active).map(({ calendarId }) => calendarId)).toEqual([other]);
});

describe("a date whose booking was cancelled by itself", () => {
  test("is booked again when staff restore it, in the same row, and stays cancelled when it is cancelled after that", async () => {
    const series = await standing();
    const bookings = sky.client(BookingService, series.organizationId);
    const bookingId = must(series.bookingIds[1], "booking");
    const cancel = () => bookings.cancelBooking({ requestId: randomUUID(), bookingId, reason: "Ill" });
    const restore = async () => {
      await sky
        .client(SeriesService, series.organizationId)
        .restoreOccurrence({ ...on(series.seriesId), recurrenceId });
    };
    await cancel();
    await restore();
    await untilSecond(series, "BOOKED CONFIRMED 2026-12-08T10:00");
    clock.advance(1_000);
    await cancel();
    await moveSecond(series, at("2026-12-08T16:00:00Z"));
    await untilSecond(series, "CANCELLED CANCELLED 2026-12-08T10:00");
    await restore();
    await untilSecond(series, "BOOKED CONFIRMED 2026-12-08T10:00");
    expect((await bookings.listBookings({})).bookings).toHaveLength(4);
  });

  test("is a placeholder when it is restored and somebody else has its time", async () => {
    const series = await standing();
    const bookings = sky.client(BookingService, series.organizationId);
    await bookings.cancelBooking({ requestId: randomUUID(), bookingId: must(series.bookingIds[1], "booking") });
    await untilTrue(sky);
    await bookAt(sky, series, Date.parse("2026-12-08T10:00:00Z"));
    await sky.client(SeriesService, series.organizationId).restoreOccurrence({ ...on(series.seriesId), recurrenceId });
    await untilSecond(series, "CONFLICT CANCELLED 2026-12-08T10:00");
    await expect(untilReason(series, "Scheduling conflict")).resolves.toBeUndefined();
  });
});
