import { randomUUID } from "node:crypto";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { Category, LocationMode } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { Health } from "@calends/contracts/grpc/health/v1/health_pb";
import { must } from "@calends/kit/must";
import { createClient } from "@connectrpc/connect";
import { Pool } from "pg";
import { startServiceProcesses } from "./service-processes.ts";

/**
 * `npm run bench:booking`: CreateBooking through the service (validate, check with availability, write, outbox, answer), and
 * 16 clients that race for one slot, beside what Postgres does with the bare rows; and the lag until availability knows.
 */
const seconds = Number(process.env["BENCH_SECONDS"] ?? 6);
const inFlight = 16;
const halfHourMs = 1_800_000;
const organizationId = randomUUID();
const firstMs = Math.ceil(Date.now() / 86_400_000 + 2) * 86_400_000;

await using processes = await startServiceProcesses();
const availabilityPort = await processes.start("availability");
const bookingPort = await processes.start("booking", {
  AVAILABILITY_TARGET: `ipv4:127.0.0.1:${availabilityPort}`,
  RECURRENCE_TARGET: "ipv4:127.0.0.1:1",
  MANAGE_LINK_SECRET: "x".repeat(32),
});
using toAvailability = processes.connect(availabilityPort, organizationId);
using toBooking = processes.connect(bookingPort, organizationId);
const bookings = createClient(BookingService, toBooking);
const availabilityDb = new Pool({ connectionString: await processes.postgres.ensureDatabase("availability"), max: 2 });
const floorDb = new Pool({ connectionString: await processes.postgres.ensureDatabase("floor"), max: inFlight });

async function createType(): Promise<{ typeId: string; calendarId: string }> {
  const calendars = createClient(CalendarService, toAvailability);
  const request = { requestId: randomUUID(), name: "Ada", kind: CalendarKind.PERSON, timeZone: "UTC" };
  const calendarId = must((await calendars.createCalendar(request)).calendar, "calendar").id;
  const hours = { startMinute: 0, endMinute: 1440 };
  const weeklyHours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, hours }));
  await calendars.setProfile({
    requestId: randomUUID(),
    profile: { calendarId, schedule: { timeZone: "UTC", weeklyHours } },
  });
  const fields = {
    name: "Intro",
    durations: [durationFromMs(halfHourMs)],
    category: Category.ONE_ON_ONE,
    hosts: [{ calendarId, name: "Ada" }],
    locationMode: LocationMode.PHONE,
    timeZone: "UTC",
  };
  const types = createClient(AppointmentTypeService, toBooking);
  const { appointmentType } = await types.createAppointmentType({ requestId: randomUUID(), fields });
  return { typeId: must(appointmentType, "type").id, calendarId };
}

const booker = { name: "Guest", email: "guest@guest.example" };
const book = (appointmentTypeId: string, startMs: number) =>
  bookings.createBooking({
    requestId: randomUUID(),
    appointmentTypeId,
    details: { startTime: timestampFromMs(startMs), booker },
  });

/** Keeps so many calls in flight for a while; gives calls a second and the 99th percentile in milliseconds. */
async function measure(
  call: (n: number) => Promise<unknown>,
  workers = inFlight,
): Promise<{ rate: number; p99: number }> {
  const times: number[] = [];
  const began = performance.now();
  let next = 0;
  const work = async () => {
    while (performance.now() - began < seconds * 1000) {
      const from = performance.now();
      next += 1;
      await call(next);
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  const elapsed = performance.now() - began;
  times.sort((a, b) => a - b);
  return { rate: (times.length * 1000) / elapsed, p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN };
}

/** What the write costs Postgres itself: a booking row under the exclusion constraint and an outbox row, in one transaction. */
async function prepareFloor(): Promise<void> {
  await floorDb.query(`CREATE EXTENSION IF NOT EXISTS btree_gist;
    CREATE TABLE slots (id uuid PRIMARY KEY, calendar uuid NOT NULL, during tstzrange NOT NULL, payload jsonb NOT NULL,
      EXCLUDE USING gist (calendar WITH =, during WITH &&));
    CREATE TABLE outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payload bytea NOT NULL)`);
}

async function floorWrite(calendar: string, startMs: number): Promise<void> {
  const client = await floorDb.connect();
  try {
    await client.query("BEGIN");
    await client.query("INSERT INTO slots VALUES ($1, $2, tstzrange($3, $4, '[)'), $5) ON CONFLICT DO NOTHING", [
      randomUUID(),
      calendar,
      new Date(startMs),
      new Date(startMs + halfHourMs),
      { ...booker, title: "Intro" },
    ]);
    await client.query("INSERT INTO outbox (payload) VALUES ($1)", [Buffer.alloc(400)]);
    await client.query("COMMIT");
  } finally {
    client.release();
  }
}

/** Books one after the other and waits until availability's read model has each. */
async function lag(typeId: string, calendarId: string, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const { booking } = await book(typeId, firstMs + n * halfHourMs);
    const committed = performance.now();
    const known = () =>
      availabilityDb.query(
        "SELECT 1 FROM busy_times WHERE organization_id = $1 AND calendar_id = $2 AND source_id = $3",
        [organizationId, calendarId, must(booking, "booking").id],
      );
    while ((await known()).rowCount === 0) {
      // Asked again at once: what is measured is a few milliseconds.
    }
    times.push(performance.now() - committed);
  }
  return times.toSorted((a, b) => a - b);
}

await prepareFloor();
const warm = await createType();
for (let n = 0; n < 200; n += 1) {
  await book(warm.typeId, firstMs + n * halfHourMs);
}
const calendar = randomUUID();
const floor = await measure((n) => floorWrite(calendar, firstMs + n * halfHourMs));
const health = createClient(Health, toBooking);
const echo = await measure(() => health.check({ service: "" }));
const many = await Promise.all(Array.from({ length: inFlight }, createType));
const placed = await measure((n) => {
  const { typeId } = must(many[n % inFlight], "type");
  return book(typeId, firstMs + Math.floor(n / inFlight) * halfHourMs);
});
const floorRace = await measure((n) => floorWrite(calendar, firstMs - Math.ceil(n / inFlight) * halfHourMs));
const raced = await createType();
const race = await measure((n) =>
  book(raced.typeId, firstMs + Math.floor(n / inFlight) * halfHourMs).catch(() => undefined),
);
const watched = await createType();
const lags = await lag(watched.typeId, watched.calendarId, 200);
const { rows } = await floorDb.query<{ deadlocks: number }>(
  "SELECT sum(deadlocks)::int AS deadlocks FROM pg_stat_database",
);
const line = (name: string, { rate, p99 }: { rate: number; p99: number }, base: { rate: number }) =>
  `| ${name} | ${Math.round(rate)} | ${p99.toFixed(1)} | ${(rate / base.rate).toFixed(2)} |`;
process.stdout.write(
  [
    `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${inFlight} in flight, ${seconds} s each, everything on one machine, fsync on`,
    "| what | a second | p99 ms | of its floor |",
    "| --- | --- | --- | --- |",
    line("Postgres: booking and outbox row, one transaction", floor, floor),
    line("empty RPC of the booking service", echo, floor),
    line("CreateBooking", placed, floor),
    line("Postgres: 16-way race for each slot", floorRace, floorRace),
    line("CreateBooking, 16-way race for each slot, attempts", race, floorRace),
    "",
    `commit to availability: p50 ${(lags[100] ?? 0).toFixed(1)} ms, p99 ${(lags[197] ?? 0).toFixed(1)} ms; deadlocks: ${rows[0]?.deadlocks}`,
    "",
  ].join("\n"),
);
await Promise.all([availabilityDb.end(), floorDb.end()]);
