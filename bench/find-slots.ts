import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { Health } from "@calends/contracts/grpc/health/v1/health_pb";
import { must } from "@calends/kit/must";
import { createClient } from "@connectrpc/connect";
import { Client } from "pg";
import { startServiceProcesses } from "./service-processes.ts";

/**
 * `npm run bench:find-slots`: FindSlots of one host over 30 days through the RPC, database included, beside an empty RPC of
 * the same server at the same rate; and how it grows with past bookings and with other calendars' recurring times.
 */
const rate = 200;
const seconds = Number(process.env["BENCH_SECONDS"] ?? 8);
const dayMs = 86_400_000;
const organizationId = randomUUID();

await using processes = await startServiceProcesses();
const port = await processes.start("availability");
const databaseUrl = await processes.postgres.ensureDatabase("availability");
using transport = processes.connect(port, organizationId);
const calendars = createClient(CalendarService, transport);
const availability = createClient(AvailabilityService, transport);
const health = createClient(Health, transport);
const db = new Client({ connectionString: databaseUrl });
await db.connect();

async function createCalendar(): Promise<string> {
  const request = { requestId: randomUUID(), name: "Ada", kind: CalendarKind.PERSON, timeZone: "Europe/Berlin" };
  const calendarId = must((await calendars.createCalendar(request)).calendar, "calendar").id;
  const hours = { startMinute: 540, endMinute: 1020 };
  const weeklyHours = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, hours }));
  const schedule = { timeZone: "Europe/Berlin", weeklyHours };
  await calendars.setProfile({ requestId: randomUUID(), profile: { calendarId, schedule } });
  return calendarId;
}

/** Bookings of half an hour: so many to come within 30 days, so many in the past. */
async function book(calendarId: string, coming: number, past: number): Promise<void> {
  await db.query(
    `INSERT INTO busy_times (organization_id, calendar_id, ends_at, starts_at, source, source_id)
     SELECT $1, $2, t + interval '30 minutes', t, 'booking', gen_random_uuid()
     FROM (SELECT date_trunc('hour', now()) + n * interval '3 hours 30 minutes' AS t FROM generate_series(1, $3::int) n
       UNION ALL SELECT date_trunc('hour', now()) - n * interval '31 minutes' FROM generate_series(1, $4::int) n) s`,
    [organizationId, calendarId, coming, past],
  );
}

async function addMasters(calendarId: string, count: number): Promise<void> {
  await db.query(
    `INSERT INTO calendar_times (organization_id, id, calendar_id, kind, starts_at, ends_at, time_zone, local_start, duration_ms,
       rule, extra_lines, reason, cancelled, version, created_at, updated_at)
     SELECT $1, gen_random_uuid(), $2, 'blocked', now(), now() + interval '1 hour', 'UTC',
       to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS'), 3600000, 'FREQ=WEEKLY', '', '', false, 1, now(), now()
     FROM generate_series(1, $3::int)`,
    [organizationId, calendarId, count],
  );
}

const slotsOf = (calendarId: string) => {
  const now = Date.now();
  const range = { startTime: timestampFromMs(now), endTime: timestampFromMs(now + 30 * dayMs) };
  const query = { groups: [{ calendarIds: [calendarId], need: 1 }], rules: { duration: durationFromMs(1_800_000) } };
  return availability.findSlots({ query, range });
};

interface Measured {
  readonly p50: number;
  readonly p99: number;
}

/** Sends at a fixed rate whether or not answers come, and takes the time from when each was due. */
async function measure(call: () => Promise<unknown>): Promise<Measured> {
  const times: number[] = [];
  const calls: Promise<void>[] = [];
  const began = performance.now();
  for (let n = 0; n < rate * seconds; n += 1) {
    const due = began + (n * 1000) / rate;
    if (due > performance.now()) {
      await delay(due - performance.now());
    }
    calls.push(call().then(() => void times.push(performance.now() - due)));
  }
  await Promise.all(calls);
  times.sort((a, b) => a - b);
  const at = (part: number) => times[Math.floor(times.length * part)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

/** The load itself is not what is measured, nor what Postgres does about it afterwards. */
async function settle(): Promise<void> {
  await db.query("VACUUM ANALYZE");
  await db.query("CHECKPOINT");
}

/** Measures two calendars in turns; gives of each the round with the middle p99. */
async function inTurns(first: string, second: string): Promise<[Measured, Measured]> {
  const rounds: [Measured, Measured][] = [];
  for (let round = 0; round < 3; round += 1) {
    rounds.push([await measure(() => slotsOf(first)), await measure(() => slotsOf(second))]);
  }
  const middle = (which: 0 | 1) =>
    must(rounds.map((pair) => pair[which]).toSorted((a, b) => a.p99 - b.p99)[1], "round");
  return [middle(0), middle(1)];
}

const row = (name: string, { p50, p99 }: { p50: number; p99: number }, base: { p99: number }) =>
  `| ${name} | ${p50.toFixed(2)} | ${p99.toFixed(2)} | ${(p99 / base.p99).toFixed(2)} |`;

const ada = await createCalendar();
await book(ada, 200, 100);
const listed = (await slotsOf(ada)).slots.length;
await measure(() => slotsOf(ada)); // Warms up.
const empty = await measure(() => health.check({ service: "" }));
const found = await measure(() => slotsOf(ada));

const busy = await createCalendar();
await book(busy, 200, 1_000_000);
const other = await createCalendar();
await addMasters(other, 10);
await settle();
const [few, many] = await inTurns(ada, busy);
await addMasters(other, 9_990);
await settle();
const [masters] = await inTurns(ada, busy);

process.stdout.write(
  [
    `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${rate} requests a second for ${seconds} s, ${listed} slots an answer`,
    "| call | p50 ms | p99 ms | of the first |",
    "| --- | --- | --- | --- |",
    row("empty RPC (health)", empty, empty),
    row("FindSlots, 1 host, 30 days, 200 busy", found, empty),
    "",
    "| growth | p50 ms | p99 ms | of the first |",
    "| --- | --- | --- | --- |",
    row("100 past bookings", few, few),
    row("1,000,000 past bookings", many, few),
    row("10,000 recurring times of another calendar", masters, few),
    "",
  ].join("\n"),
);
await db.end();
