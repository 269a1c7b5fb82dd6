import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { durationFromMs, timestampDate, timestampFromMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { Category, LocationMode } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { RecurringBookingService } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { must } from "@calends/kit/must";
import { createClient, type Client } from "@connectrpc/connect";
import { startServiceProcesses } from "./service-processes.ts";

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
const organizationId = randomUUID();
const firstMs = Math.ceil(Date.now() / dayMs + 2) * dayMs;
const booker = { name: "Guest", email: "guest@guest.example" };

/** What the measurement calls. */
interface Clients {
  readonly calendars: Client<typeof CalendarService>;
  readonly types: Client<typeof AppointmentTypeService>;
  readonly recurring: Client<typeof RecurringBookingService>;
  readonly series: Client<typeof SeriesService>;
}

/** A series with its dates. */
interface Booked {
  readonly seriesId: string;
  readonly recurrenceIds: readonly Timestamp[];
}

/**
 * How long it takes from the answer to a change of one date of a series until its booking has followed: while nothing else
 * happens, while another series of 74 dates is moved, and while four clients change a date each. Rows of a table.
 */
export async function measureFollowing(times = 20): Promise<string[]> {
  await using processes = await startServiceProcesses();
  const recurrencePort = await processes.start("recurrence-engine");
  const availabilityPort = await processes.start("availability");
  const bookingPort = await processes.start("booking", {
    AVAILABILITY_TARGET: `ipv4:127.0.0.1:${availabilityPort}`,
    RECURRENCE_TARGET: `ipv4:127.0.0.1:${recurrencePort}`,
    MANAGE_LINK_SECRET: "x".repeat(32),
  });
  using toAvailability = processes.connect(availabilityPort, organizationId);
  using toBooking = processes.connect(bookingPort, organizationId);
  using toRecurrence = processes.connect(recurrencePort, organizationId);
  const clients: Clients = {
    calendars: createClient(CalendarService, toAvailability),
    types: createClient(AppointmentTypeService, toBooking),
    recurring: createClient(RecurringBookingService, toBooking),
    series: createClient(SeriesService, toRecurrence),
  };
  const [one, two, three, four, long] = await Promise.all([10, 10, 10, 10, 74].map((days) => bookDaily(clients, days)));
  const all = [one, two, three, four].map((booked) => must(booked, "series"));
  const idle = await repeat(times, (turn) => follow(clients, must(all[0], "series"), turn));
  const behind = await repeat(Math.ceil(times / 4), async (turn) => {
    await moveAll(clients, must(long, "long series"), turn);
    return follow(clients, must(all[1], "series"), turn);
  });
  const busy = await Promise.all(all.map((booked) => repeat(times, (turn) => follow(clients, booked, turn + 32))));
  return [
    rowOf("alone", idle),
    rowOf("behind another series of 74 dates that is moved", behind),
    rowOf("four clients, a series each", busy.flat()),
  ];
}

async function bookDaily(clients: Clients, days: number): Promise<Booked> {
  const appointmentTypeId = await createType(clients);
  const pattern = patternAt(firstMs + 10 * hourMs);
  const made = await clients.recurring.createRecurringBooking({
    requestId: randomUUID(),
    booker,
    terms: { appointmentTypeId, pattern, maxAdvanceDays: days + 2 },
  });
  const recurrenceIds = made.dates.map(({ recurrenceId }) => must(recurrenceId, "date"));
  return { seriesId: must(made.series, "series").id, recurrenceIds };
}

async function createType({ calendars, types }: Clients): Promise<string> {
  const request = { requestId: randomUUID(), name: "Ada", kind: CalendarKind.PERSON, timeZone: "UTC" };
  const calendarId = must((await calendars.createCalendar(request)).calendar, "calendar").id;
  const hours = { startMinute: 0, endMinute: 1440 };
  const weeklyHours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, hours }));
  const profile = { calendarId, schedule: { timeZone: "UTC", weeklyHours } };
  await calendars.setProfile({ requestId: randomUUID(), profile });
  const fields = {
    name: "Intro",
    durations: [durationFromMs(30 * minuteMs)],
    category: Category.ONE_ON_ONE,
    hosts: [{ calendarId, name: "Ada" }],
    locationMode: LocationMode.PHONE,
    timeZone: "UTC",
  };
  const { appointmentType } = await types.createAppointmentType({ requestId: randomUUID(), fields });
  return must(appointmentType, "type").id;
}

function patternAt(startMs: number) {
  const localStart = new Date(startMs).toISOString().slice(0, 19);
  return { localStart, timeZone: "UTC", duration: durationFromMs(30 * minuteMs), rruleString: "FREQ=DAILY" };
}

/** Moves every date of a series by an hour, and back the next time; its bookings go with it. */
async function moveAll({ series }: Clients, { seriesId }: Booked, turn: number): Promise<void> {
  const pattern = patternAt(firstMs + (turn % 2 === 0 ? 14 : 10) * hourMs);
  await series.updateSeries({ requestId: randomUUID(), seriesId, title: "Intro", pattern, replaceConfirmed: true });
}

/** Moves a date of a series to an hour where it was not the turn before; returns after how many milliseconds its booking is there. */
async function follow({ series, recurring }: Clients, { seriesId, recurrenceIds }: Booked, turn: number) {
  const recurrenceId = must(recurrenceIds[turn % 8], "date");
  const startMs = timestampDate(recurrenceId).getTime() + (1 + (Math.floor(turn / 8) % 3)) * hourMs;
  const startTime = timestampFromMs(startMs);
  await series.changeOccurrence({ requestId: randomUUID(), seriesId, recurrenceId, startTime });
  const began = performance.now();
  for (;;) {
    const { dates } = await recurring.listSeriesBookings({ seriesId });
    const found = dates.find((date) => date.recurrenceId?.seconds === recurrenceId.seconds);
    if (found?.booking?.startTime?.seconds === startTime.seconds) {
      return performance.now() - began;
    }
    await delay(20);
  }
}

async function repeat(times: number, work: (turn: number) => Promise<number>): Promise<number[]> {
  const taken: number[] = [];
  for (let turn = 0; turn < times; turn += 1) {
    taken.push(await work(turn));
  }
  return taken;
}

function rowOf(what: string, taken: readonly number[]): string {
  const sorted = taken.toSorted((a, b) => a - b);
  const [p50, most] = [sorted[Math.floor(sorted.length / 2)] ?? 0, sorted.at(-1) ?? 0];
  return `| ${what} | ${Math.round(p50)} | ${Math.round(most)} |`;
}
