import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, timestampDate, timestampFromDate, timestampMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import { BookingStatusSchema } from "@calends/contracts/calends/booking/v1/booking_pb";
import {
  RecurringBookingService,
  type CreateRecurringBookingResponse,
  type SeriesBooking,
  type SeriesTermsSchema,
} from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { OccurrenceOutcomeSchema, type OccurrenceOutcome } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { must } from "@calends/kit/must";
import { until } from "@calends/testkit/until";
import type { Bookable } from "./_bookable.ts";
import type { TestConstellation } from "./_constellation.ts";

type TermsInit = Exclude<MessageInitShape<typeof SeriesTermsSchema>, { $typeName: string }>;

/** Terms of a weekly series of half hours, Tuesdays at ten in UTC from the first of December 2026 on. */
export function termsOf({ typeId }: Pick<Bookable, "typeId">, pattern: object = {}, terms: TermsInit = {}): TermsInit {
  const weekly = { localStart: "2026-12-01T10:00:00", timeZone: "UTC", rruleString: "FREQ=WEEKLY" };
  const duration = durationFromMs(30 * 60_000);
  return { maxAdvanceDays: 30, ...terms, appointmentTypeId: typeId, pattern: { duration, ...weekly, ...pattern } };
}

/** Who books series in tests. */
export const regular = { name: "Regular", email: "regular@guest.example", timeZone: "UTC" };

/** Makes a recurring booking. */
export function bookSeries(
  sky: TestConstellation,
  bookable: Pick<Bookable, "organizationId" | "typeId">,
  pattern: object = {},
  terms: TermsInit = {},
): Promise<CreateRecurringBookingResponse> {
  const client = sky.client(RecurringBookingService, bookable.organizationId);
  return client.createRecurringBooking({
    requestId: randomUUID(),
    terms: termsOf(bookable, pattern, terms),
    booker: regular,
  });
}

/** A date of a series in short, as in "2026-12-01T10:00 BOOKED CONFIRMED 2026-12-01T10:00". */
export function inShort({ recurrenceId, outcome, booking }: SeriesBooking): string {
  const place =
    booking === undefined
      ? ""
      : ` ${BookingStatusSchema.value[booking.status]?.localName ?? ""} ${minute(booking.startTime)}`;
  return `${minute(recurrenceId)} ${nameOf(outcome)}${place}`;
}

/** An instant as "2026-12-01T10:00". */
export function minute(time: Timestamp | undefined): string {
  return timestampDate(must(time, "time")).toISOString().slice(0, 16);
}

function nameOf(outcome: OccurrenceOutcome): string {
  return OccurrenceOutcomeSchema.value[outcome]?.localName ?? "";
}

/** All dates of a series with their bookings, in short. */
export async function datesOf(sky: TestConstellation, organizationId: string, seriesId: string): Promise<string[]> {
  const client = sky.client(RecurringBookingService, organizationId);
  const { dates } = await client.listSeriesBookings({ seriesId, pageSize: 1000 });
  return dates.map(inShort);
}

/** What the series says of its dates, as in "2026-12-01T10:00 BOOKED". */
export async function outcomesOf(sky: TestConstellation, organizationId: string, seriesId: string): Promise<string[]> {
  const { occurrences } = await sky.client(SeriesService, organizationId).listOutcomes({ seriesId, pageSize: 1000 });
  return occurrences.map(({ recurrenceId, outcome }) => `${minute(recurrenceId)} ${nameOf(outcome)}`);
}

/** Waits until booking and the series say the same of these dates. */
export async function untilDates(
  sky: TestConstellation,
  organizationId: string,
  seriesId: string,
  expected: readonly string[],
): Promise<void> {
  const look = async () => ({
    dates: await datesOf(sky, organizationId, seriesId),
    outcomes: await outcomesOf(sky, organizationId, seriesId),
  });
  await until("dates and outcomes of the series", look, ({ dates, outcomes }) => {
    const told = expected.map((line) => line.split(" ").slice(0, 2).join(" "));
    return same(dates, expected) && same(outcomes, told);
  });
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index]);
}

/** An instant as a message. */
export function at(text: string): Timestamp {
  return timestampFromDate(new Date(text));
}

/** Epoch milliseconds of a message. */
export function ms(time: Timestamp | undefined): number {
  return timestampMs(must(time, "time"));
}
