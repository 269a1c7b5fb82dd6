import { randomUUID } from "node:crypto";
import { durationFromMs, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import type { Slot } from "@calends/contracts/calends/availability/v1/slots_pb";
import { AppointmentTypeStatus } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { RecurringBookingService } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { ReasonSchema } from "@calends/contracts/calends/errors/v1/reason_pb";
import { ErrorInfoSchema } from "@calends/contracts/google/rpc/error_details_pb";
import { must } from "@calends/kit/must";
import { ConnectError } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBookable, typeFields, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { termsOf } from "./_recurring.ts";
import { dayAhead, daysFrom, outcomeOf } from "./_util.ts";

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
const hourMs = 60 * minuteMs;
const half = durationFromMs(30 * minuteMs);
const hour = durationFromMs(hourMs);
/** A Monday far enough away that its week and the first of its month's days after it lie ahead. */
const monday = dayAhead(7) + ((8 - new Date(dayAhead(7)).getUTCDay()) % 7) * dayMs;
const nine = monday + 9 * hourMs;
/** Room for a meeting of half an hour and for none of an hour. */
const minutes = { maxMinutes: 45 };

let sky: TestConstellation;
beforeAll(async () => {
  sky = await startTestConstellation();
});
afterAll(() => sky[Symbol.asyncDispose]());

const limits = [
  ["day", { maxMinutesPerDay: 45 }, "DAILY_LIMIT"],
  ["week", { weeklyLimit: minutes }, "WEEKLY_LIMIT"],
  ["month", { monthlyLimit: minutes }, "MONTHLY_LIMIT"],
] as const;

/** What every way to a booking says of a start: whether it is offered, and what becomes of it. */
async function askEverywhere(bookable: Bookable, startMs: number, lengthMs: number) {
  const { organizationId, typeId: appointmentTypeId, slug } = bookable;
  const bookings = sky.client(BookingService, organizationId);
  const visitors = sky.client(PublicBookingService, organizationId);
  const duration = durationFromMs(lengthMs);
  const startTime = timestampFromMs(startMs);
  const asked = { range: daysFrom(monday, 7), duration };
  const isListed = ({ slots }: { slots: readonly Slot[] }) =>
    slots.some((slot) => timestampMs(must(slot.startTime, "start")) === startMs);
  const explained = await bookings.explainSlot({ appointmentTypeId, startTime, duration });
  const localStart = new Date(startMs).toISOString().slice(0, 19);
  const plan = await sky.client(RecurringBookingService, organizationId).planSeries({
    terms: termsOf(bookable, { duration, localStart, rruleString: "FREQ=DAILY;COUNT=1" }),
  });
  const listed = isListed(await bookings.listSlots({ appointmentTypeId, ...asked }));
  const listedForVisitors = isListed(await visitors.listPublicSlots({ slug, ...asked }));
  const held = bookings.holdSlot({ requestId: randomUUID(), appointmentTypeId, startTime, duration });
  const outcome = await outcomeOf(held);
  if (outcome === "ok") {
    const holdId = must((await held).hold, "hold").id;
    await bookings.releaseHold({ requestId: randomUUID(), holdId });
  }
  return {
    listed,
    listedForVisitors,
    explained: explained.available
      ? "ok"
      : explained.refusals.map(({ reason }) => ReasonSchema.value[reason]?.localName).join(),
    planned: plan.dates.map(({ reason }) => reason || "ok").join(),
    held: outcome,
  };
}

function book({ organizationId, typeId: appointmentTypeId }: Bookable, startMs: number, lengthMs: number) {
  const booker = { name: "Guest", email: "guest@guest.example" };
  const details = { startTime: timestampFromMs(startMs), duration: durationFromMs(lengthMs), booker };
  return sky
    .client(BookingService, organizationId)
    .createBooking({ requestId: randomUUID(), appointmentTypeId, details });
}

const offered = { listed: true, listedForVisitors: true, explained: "ok", planned: "ok", held: "ok" };
const refused = (reason: string) => ({
  listed: false,
  listedForVisitors: false,
  explained: reason,
  planned: reason,
  held: `FailedPrecondition/${reason}`,
});

describe.each(limits)("with 45 minutes a %s", (_span, limit, reason) => {
  test("a meeting of an hour is offered nowhere from the start, and one of half an hour until one is booked", async () => {
    const bookable = await createBookable(sky, { type: { durations: [half, hour], ...limit } });
    expect(await askEverywhere(bookable, nine, hourMs)).toEqual(refused(reason));
    expect(await outcomeOf(book(bookable, nine, hourMs))).toBe(`FailedPrecondition/${reason}`);
    expect(await askEverywhere(bookable, nine, hourMs / 2)).toEqual(offered);
    expect(await outcomeOf(book(bookable, nine, hourMs / 2))).toBe("ok");
    expect(await askEverywhere(bookable, nine + 2 * hourMs, hourMs / 2)).toEqual(refused(reason));
    expect(await outcomeOf(book(bookable, nine + 2 * hourMs, hourMs / 2))).toBe(`FailedPrecondition/${reason}`);
  });

  test("whoever is refused is told the same figures, wherever the limit is found to be reached", async () => {
    const bookable = await createBookable(sky, { type: { durations: [half, hour], ...limit } });
    const { organizationId, typeId: appointmentTypeId } = bookable;
    const startTime = timestampFromMs(nine);
    const explained = await sky
      .client(BookingService, organizationId)
      .explainSlot({ appointmentTypeId, startTime, duration: hour });
    const lost = await racingRefusals(bookable);
    const figures = explained.refusals.map(({ metadata }) => metadata);
    expect(figures).toEqual([
      { zone: "UTC", span: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), limit: "45", count: "45" },
    ]);
    expect(lost).toEqual(lost.map(() => figures[0]));
  });
});

/** The figures that are given to those who lose a race for the last of the minutes, most of them by booking's counters. */
async function racingRefusals(bookable: Bookable): Promise<(Record<string, string> | undefined)[]> {
  const starts = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => nine + index * hourMs);
  const results = await Promise.allSettled(starts.map((startMs) => book(bookable, startMs, hourMs / 2)));
  const refusals = results.flatMap((result) =>
    result.status === "rejected" ? [ConnectError.from(result.reason)] : [],
  );
  expect(refusals).toHaveLength(starts.length - 1);
  return refusals.map((refusal) => refusal.findDetails(ErrorInfoSchema)[0]?.metadata);
}

test("a limit that is set below the length of the meetings stops what was offered", async () => {
  const bookable = await createBookable(sky, { type: { durations: [hour], maxMinutesPerDay: 60 } });
  expect(await askEverywhere(bookable, nine, hourMs)).toEqual(offered);
  const types = sky.client(AppointmentTypeService, bookable.organizationId);
  const fields = { ...typeFields(bookable.calendarId), durations: [hour], maxMinutesPerDay: 59 };
  const status = AppointmentTypeStatus.ACTIVE;
  await types.updateAppointmentType({ requestId: randomUUID(), appointmentTypeId: bookable.typeId, fields, status });
  expect(await askEverywhere(bookable, nine, hourMs)).toEqual(refused("DAILY_LIMIT"));
});
