import { randomUUID } from "node:crypto";
import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";
import { AvailableTimeService } from "@calends/contracts/calends/availability/v1/available_time_service_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { must } from "@calends/kit/must";
import { createTestClock } from "@calends/testkit/clock";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBookable, typeFields, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { at, bookSeries, inShort, untilDates } from "./_recurring.ts";

let sky: TestConstellation;
const clock = createTestClock(new Date("2026-11-28T08:00:00Z"));

beforeAll(async () => {
  sky = await startTestConstellation({ clock });
});
afterAll(() => sky[Symbol.asyncDispose]());

const days = ["01", "08", "15", "22"].map((day) => `2026-12-${day}T10:00`);

/** Opens a calendar around the clock. */
async function setHours({ organizationId, calendarId }: Bookable, vacations: object[]): Promise<void> {
  const hours = { startMinute: 0, endMinute: 1440 };
  const weeklyHours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, hours }));
  const profile = { calendarId, schedule: { timeZone: "UTC", weeklyHours, vacations } };
  await sky.client(CalendarService, organizationId).setProfile({ requestId: randomUUID(), profile });
}

/** Books a series; returns its id and what became of its second date. */
async function bookWeekly(
  bookable: Pick<Bookable, "organizationId" | "typeId">,
): Promise<[id: string, second: string]> {
  const { series, dates } = await bookSeries(sky, bookable);
  return [must(series, "series").id, dates.map(inShort)[1] ?? ""];
}

/** Waits until all dates of a series are booked; no hour passes, after which they would be tried in any case. */
async function untilAllAreBooked(
  { organizationId }: Pick<Bookable, "organizationId">,
  seriesId: string,
): Promise<void> {
  clock.advance(2_000);
  await untilDates(
    sky,
    organizationId,
    seriesId,
    days.map((day) => `${day} BOOKED CONFIRMED ${day}`),
  );
}

test("a date that could not be booked is, once the calendar's hours allow it", async () => {
  const bookable = await createBookable(sky);
  await setHours(bookable, [{ startDate: "2026-12-08", endDate: "2026-12-08", reason: "Closed" }]);
  const [seriesId, date] = await bookWeekly(bookable);
  expect(date).toContain("CONFLICT CANCELLED");
  await setHours(bookable, []);
  await untilAllAreBooked(bookable, seriesId);
});

test("a date that could not be booked is, once the calendar has an available time there", async () => {
  const organizationId = randomUUID();
  const calendars = sky.client(CalendarService, organizationId);
  const draft = { name: "Room", kind: CalendarKind.RESOURCE, timeZone: "UTC", manageAvailableWindows: true };
  const calendarId = must((await calendars.createCalendar({ requestId: randomUUID(), ...draft })).calendar, "room").id;
  const types = sky.client(AppointmentTypeService, organizationId);
  const made = await types.createAppointmentType({ requestId: randomUUID(), fields: typeFields(calendarId) });
  const offer = async (day: string) => {
    const availableTime = { calendarId, startTime: at(`${day}:00Z`), endTime: at(`${day.slice(0, 14)}30:00Z`) };
    const available = sky.client(AvailableTimeService, organizationId);
    await available.createAvailableTime({ requestId: randomUUID(), availableTime });
  };
  const [first = "", second = "", ...others] = days;
  for (const day of [first, ...others]) {
    await offer(day);
  }
  const bookable = { organizationId, typeId: must(made.appointmentType, "type").id };
  const [seriesId, date] = await bookWeekly(bookable);
  expect(date).toContain("CONFLICT CANCELLED");
  await offer(second);
  await untilAllAreBooked(bookable, seriesId);
});
