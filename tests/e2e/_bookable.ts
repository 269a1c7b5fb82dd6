import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import {
  Category,
  LocationMode,
  type AppointmentTypeFieldsSchema,
  type BookingLinkFieldsSchema,
} from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import {
  BookingService,
  type CreateBookingRequestSchema,
} from "@calends/contracts/calends/booking/v1/booking_service_pb";
import type { Allocation, Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import { must } from "@calends/kit/must";
import type { TestConstellation } from "./_constellation.ts";

/** What of the bookable differs from the usual: half-hour meetings, around the clock, in UTC. */
export interface BookableOptions {
  readonly organizationId?: string;
  readonly type?: MessageInitShape<typeof AppointmentTypeFieldsSchema>;
  readonly link?: MessageInitShape<typeof BookingLinkFieldsSchema>;
}

/** A calendar with hours, a type on it, and a link to that. */
export interface Bookable {
  readonly organizationId: string;
  readonly calendarId: string;
  readonly typeId: string;
  readonly linkId: string;
  readonly slug: string;
}

/** Makes a calendar that is open around the clock, a type and a link through the API. */
export async function createBookable(sky: TestConstellation, options: BookableOptions = {}): Promise<Bookable> {
  const organizationId = options.organizationId ?? randomUUID();
  const calendars = sky.client(CalendarService, organizationId);
  const types = sky.client(AppointmentTypeService, organizationId);
  const made = await calendars.createCalendar({
    requestId: randomUUID(),
    name: "Ada",
    kind: CalendarKind.PERSON,
    timeZone: "UTC",
  });
  const calendarId = must(made.calendar, "calendar").id;
  const hours = { startMinute: 0, endMinute: 1440 };
  const weeklyHours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, hours }));
  const profile = { calendarId, schedule: { timeZone: "UTC", weeklyHours } };
  await calendars.setProfile({ requestId: randomUUID(), profile });
  const fields = { ...typeFields(calendarId), ...options.type };
  const { appointmentType } = await types.createAppointmentType({ requestId: randomUUID(), fields });
  const typeId = must(appointmentType, "type").id;
  const slug = `s-${randomUUID()}`;
  const { bookingLink } = await types.createBookingLink({
    requestId: randomUUID(),
    fields: { slug, appointmentTypeId: typeId, active: true, ...options.link },
  });
  return { organizationId, calendarId, typeId, slug, linkId: must(bookingLink, "link").id };
}

/** The fields of a usual type. */
export function typeFields(calendarId: string) {
  return {
    name: "Intro",
    durations: [durationFromMs(30 * 60_000)],
    category: Category.ONE_ON_ONE,
    hosts: [{ calendarId, name: "Ada", email: "ada@host.example", timeZone: "UTC" }],
    locationMode: LocationMode.PHONE,
    timeZone: "UTC",
  };
}

/** A booking request for a start, by a guest of this name. */
export function bookingRequest(
  { typeId }: Pick<Bookable, "typeId">,
  startMs: number,
  guest = "guest",
  requestId: string = randomUUID(),
): MessageInitShape<typeof CreateBookingRequestSchema> {
  const booker = { name: guest, email: `${guest}@guest.example`, timeZone: "UTC" };
  return { requestId, appointmentTypeId: typeId, details: { startTime: timestampFromMs(startMs), booker } };
}

/** Books a start as staff and returns the booking. */
export async function bookAt(
  sky: TestConstellation,
  bookable: Bookable,
  startMs: number,
  guest = "guest",
): Promise<Booking> {
  const bookings = sky.client(BookingService, bookable.organizationId);
  const { booking } = await bookings.createBooking(bookingRequest(bookable, startMs, guest));
  return must(booking, "booking");
}

/** An allocation or busy time as [start, end] in epoch milliseconds. */
export function spanOf({ startTime, endTime }: Pick<Allocation, "startTime" | "endTime">): [number, number] {
  return [timestampMs(must(startTime, "start_time")), timestampMs(must(endTime, "end_time"))];
}
