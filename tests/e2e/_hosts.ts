import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import type { AppointmentTypeFieldsSchema } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import type { Client } from "@connectrpc/connect";
import { must } from "@calends/kit/must";
import { expect } from "vitest";
import { typeFields } from "./_bookable.ts";
import type { TestConstellation } from "./_constellation.ts";
import { query, range } from "./_util.ts";

/** Makes a calendar of an organization that is open around the clock. */
export async function createHostCalendar(sky: TestConstellation, organizationId: string): Promise<string> {
  const calendars = sky.client(CalendarService, organizationId);
  const asked = { requestId: randomUUID(), name: "Host", kind: CalendarKind.PERSON, timeZone: "UTC" };
  const { calendar } = await calendars.createCalendar(asked);
  const calendarId = must(calendar, "calendar").id;
  const hours = { startMinute: 0, endMinute: 1440 };
  const weeklyHours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, hours }));
  await calendars.setProfile({
    requestId: randomUUID(),
    profile: { calendarId, schedule: { timeZone: "UTC", weeklyHours } },
  });
  return calendarId;
}

/** Makes a bundle of calendars. */
export async function createBundle(
  sky: TestConstellation,
  organizationId: string,
  memberIds: readonly string[],
): Promise<string> {
  const calendars = sky.client(CalendarService, organizationId);
  const { calendar } = await calendars.createCalendar({
    requestId: randomUUID(),
    name: "Bundle",
    kind: CalendarKind.BUNDLE,
    timeZone: "UTC",
    memberIds: [...memberIds],
    primaryMemberId: memberIds[0] ?? "",
  });
  return must(calendar, "bundle").id;
}

/** Makes a type of an organization; what is not given is as usual. */
export async function createType(
  sky: TestConstellation,
  organizationId: string,
  hosts: readonly { readonly calendarId: string; readonly weight?: number; readonly priority?: number }[],
  fields: MessageInitShape<typeof AppointmentTypeFieldsSchema>,
): Promise<string> {
  const types = sky.client(AppointmentTypeService, organizationId);
  const { appointmentType } = await types.createAppointmentType({
    requestId: randomUUID(),
    fields: { ...typeFields(""), hosts: hosts.map((host) => ({ name: "Host", ...host })), ...fields },
  });
  return must(appointmentType, "type").id;
}

/** A client of each booking replica, so that calls are spread over all by the test and not by chance. */
export function bookingReplicas(
  sky: TestConstellation,
  organizationId: string,
): (i: number) => Client<typeof BookingService> {
  const ports = sky.services.filter(({ name }) => name === "booking").map(({ port }) => port);
  const clients = ports.map((port) => sky.client(BookingService, organizationId, `ipv4:127.0.0.1:${port}`));
  return (i) => must(clients[i % clients.length], "replica");
}

/** Fails where Postgres had to end a transaction of booking's because of a deadlock. */
export async function expectNoDeadlocks(sky: TestConstellation): Promise<void> {
  const [stats] = await query<{ deadlocks: string }>(
    sky.databaseUrl("booking"),
    "SELECT pg_stat_force_next_flush(), deadlocks FROM pg_stat_database WHERE datname = current_database()",
  );
  expect(stats?.deadlocks).toBe("0");
}

/** So many calendars, made one after the other. */
export async function createHosts(sky: TestConstellation, organizationId: string, count: number): Promise<string[]> {
  return Promise.all(range(count).map(() => createHostCalendar(sky, organizationId)));
}
