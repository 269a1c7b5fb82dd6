import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { create, toBinary } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import {
  AvailabilityService,
  type WatchSlotsResponse,
} from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { AllocationsChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { createLogger } from "@calends/kit/logger";
import { must } from "@calends/kit/must";
import { connectBroker } from "@calends/messaging/connection";
import { subjectOf } from "@calends/messaging/subjects";
import { createClient, type Client } from "@connectrpc/connect";
import { startServiceProcesses } from "./service-processes.ts";

/**
 * `npm run bench:watch`: 1,000 watchers of 100 calendars at two replicas of availability, 50 bookings a second for 20 seconds,
 * and a replica that is killed half way, whose watchers go on at the other. Each booking comes as the event that booking
 * publishes; what is measured begins before it is published and ends when a watcher has the message. Fails where a watcher
 * misses a change or hears it twice, or where p99 is over a second.
 */
const watchers = Number(process.env["WATCHERS"] ?? 1_000);
const calendars = Number(process.env["CALENDARS"] ?? 100);
const rate = Number(process.env["RATE"] ?? 50);
const seconds = Number(process.env["BENCH_SECONDS"] ?? 20);
const hourMs = 3_600_000;
const slotsEach = 30 * 24;
const fromMs = (Math.floor(Date.now() / hourMs) + 48) * hourMs;
const range = { startTime: timestampFromMs(fromMs), endTime: timestampFromMs(fromMs + slotsEach * hourMs) };
const organizationId = randomUUID();

await using processes = await startServiceProcesses();
const ports = [await processes.start("availability")];
const [victim, victimPort] = await startVictim();
ports.push(victimPort);
const clients = ports.map((port) => createClient(AvailabilityService, processes.connect(port, organizationId)));
using admin = processes.connect(must(ports[0], "port"), organizationId);
const silent = createLogger("bench", "silent");
await using broker = await connectBroker("bench", processes.nats.url, silent, AbortSignal.timeout(20_000));

/** The replica that will be killed. */
async function startVictim(): Promise<[ChildProcess, number]> {
  const { keyring, nats, postgres } = processes;
  const child = spawn(process.execPath, ["services/availability/src/main.ts"], {
    env: {
      PATH: process.env["PATH"],
      HOST: "127.0.0.1",
      PORT: "0",
      TRUSTED_ISSUERS: JSON.stringify(keyring.trustedIssuers),
      SIGNING_KEY: JSON.stringify(keyring.signingKeys["availability"]),
      DATABASE_URL: await postgres.ensureDatabase("availability"),
      NATS_URL: nats.urlOf("availability"),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.on("exit", () => child.kill("SIGKILL"));
  for await (const line of createInterface({ input: child.stdout })) {
    const entry: { msg?: string; port?: number } = line.startsWith("{") ? JSON.parse(line) : {};
    if (entry.msg === "serving") {
      child.stdout.resume();
      return [child, must(entry.port, "port")];
    }
  }
  throw new Error("the second replica did not start");
}

async function createCalendar(): Promise<string> {
  const client = createClient(CalendarService, admin);
  const draft = { name: "Ada", kind: CalendarKind.PERSON, timeZone: "UTC" };
  const { calendar } = await client.createCalendar({ requestId: randomUUID(), ...draft });
  const calendarId = must(calendar, "calendar").id;
  const hours = { startMinute: 0, endMinute: 1440 };
  const weeklyHours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, hours }));
  const profile = { calendarId, schedule: { timeZone: "UTC", weeklyHours } };
  await client.setProfile({ requestId: randomUUID(), profile });
  return calendarId;
}

/** Somebody who watches a calendar, at the replica that is there. */
interface Watcher {
  readonly calendar: number;
  readonly known: Set<number>;
  cursor: string;
  replica: number;
}

const ids: string[] = [];
for (let index = 0; index < calendars; index += 1) {
  ids.push(await createCalendar());
}
/** When each booking was published, by calendar and start. */
const published = ids.map(() => new Map<number, number>());
const latencies: number[] = [];
const faults = { gaps: 0, repeats: 0, resumed: 0 };
const leaving = new AbortController();
let heard = 0;

function note(watcher: Watcher, { slotsAdded, slotsRemoved, snapshot, cursor }: WatchSlotsResponse): void {
  const now = performance.now();
  for (const { startTime } of slotsRemoved) {
    const startMs = timestampMs(must(startTime, "start"));
    faults.repeats += watcher.known.delete(startMs) ? 0 : 1;
    latencies.push(now - must(published[watcher.calendar]?.get(startMs), "a booking"));
    heard += 1;
  }
  for (const { startTime } of slotsAdded) {
    const startMs = timestampMs(must(startTime, "start"));
    faults.repeats += watcher.known.has(startMs) || !snapshot ? 1 : 0;
    watcher.known.add(startMs);
  }
  watcher.cursor = cursor;
}

async function watch(watcher: Watcher): Promise<void> {
  const query = {
    groups: [{ calendarIds: [must(ids[watcher.calendar], "calendar")] }],
    rules: { duration: durationFromMs(hourMs) },
  };
  while (!leaving.signal.aborted) {
    const client: Client<typeof AvailabilityService> = must(clients[watcher.replica], "replica");
    try {
      for await (const message of client.watchSlots(
        { query, range, cursor: watcher.cursor },
        { signal: leaving.signal },
      )) {
        note(watcher, message);
      }
    } catch {
      watcher.replica = 0; // Killed, or the end of the benchmark.
      faults.resumed += leaving.signal.aborted ? 0 : 1;
    }
  }
}

const all = Array.from({ length: watchers }, (_, index): Watcher => ({
  calendar: index % calendars,
  known: new Set(),
  cursor: "",
  replica: Math.floor(index / calendars) % 2,
}));
const watching = all.map(watch);
while (all.some(({ known }) => known.size < slotsEach)) {
  await delay(50);
}

const began = performance.now();
const bookings = rate * seconds;
let expected = 0;
for (let index = 0; index < bookings; index += 1) {
  await delay(began + (index * 1000) / rate - performance.now());
  if (index === Math.floor(bookings / 2)) {
    victim.kill("SIGKILL");
  }
  const calendar = index % calendars;
  const startMs = fromMs + Math.floor(index / calendars) * hourMs;
  const [startTime, endTime] = [timestampFromMs(startMs), timestampFromMs(startMs + hourMs)];
  const allocations = [{ calendarId: must(ids[calendar], "calendar"), startTime, endTime, active: true }];
  const event = create(AllocationsChangedSchema, { taken: { bookingId: randomUUID(), version: 1n, allocations } });
  published[calendar]?.set(startMs, performance.now());
  expected += all.filter((watcher) => watcher.calendar === calendar).length;
  await broker.js.publish(
    subjectOf(AllocationsChangedSchema, organizationId),
    toBinary(AllocationsChangedSchema, event),
  );
}
for (const deadline = performance.now() + 20_000; heard < expected && performance.now() < deadline;) {
  await delay(50);
}
leaving.abort();
await Promise.all(watching);
faults.gaps = all.reduce((sum, { calendar, known }) => {
  return sum + [...must(published[calendar], "bookings").keys()].filter((startMs) => known.has(startMs)).length;
}, 0);

const sorted = latencies.toSorted((a, b) => a - b);
const quantile = (part: number) => Math.round(sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN);
process.stdout.write(
  [
    `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${watchers} watchers of ${calendars} calendars, ` +
      `${rate} bookings a second for ${seconds} s, one of two replicas killed half way`,
    "| messages | p50 | p99 | longest | gaps | repeats | resumed |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    `| ${heard} | ${quantile(0.5)} ms | ${quantile(0.99)} ms | ${quantile(1)} ms | ${faults.gaps} | ${faults.repeats} | ${faults.resumed} |`,
    "",
  ].join("\n"),
);
process.exitCode = faults.gaps + faults.repeats === 0 && quantile(0.99) <= 1_000 && heard === expected ? 0 : 1;
