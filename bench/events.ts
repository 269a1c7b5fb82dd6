import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { create, toBinary } from "@bufbuild/protobuf";
import { BookingChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { createLogger } from "@calends/kit/logger";
import { createMetrics } from "@calends/kit/metrics";
import { connectBroker } from "@calends/messaging/connection";
import { startConsumer } from "@calends/messaging/consumer";
import { ensureStream } from "@calends/messaging/streams";
import { startRelay } from "@calends/messaging/relay";
import { subjectOf } from "@calends/messaging/subjects";
import { startNats } from "@calends/local/nats";
import { cacheDir } from "@calends/local/paths";
import { startPostgres } from "@calends/local/postgres";
import { Pool } from "pg";
import { measureFollowing } from "./following.ts";

/**
 * `npm run bench:events`: how many events a second the relay carries from the outbox to JetStream, and a consumer takes,
 * beside bare publishing with message ids, 64 in flight; and how long it takes until bookings follow a change of their series.
 */
const count = Number(process.env["BENCH_EVENTS"] ?? 20_000);
const inFlight = 64;
const organizationId = randomUUID();

await using postgres = await startPostgres({ durable: true });
await using nats = await startNats({ cacheDir: cacheDir(process.env) });
const databaseUrl = await postgres.ensureDatabase("booking");
const logger = createLogger("bench", "silent");
const metrics = createMetrics("bench");
const stopping = new AbortController();
await using broker = await connectBroker("booking", nats.url, logger, stopping.signal);
await ensureStream(broker, "booking");
const pool = new Pool({ connectionString: databaseUrl, max: 4 });
await pool.query(await readFile("services/booking/prisma/migrations/20261121000000_first/migration.sql", "utf8"));

const subject = subjectOf(BookingChangedSchema, organizationId);
const payload = Buffer.from(
  toBinary(BookingChangedSchema, create(BookingChangedSchema, { booking: { title: "x".repeat(400) } })),
);

async function fillOutbox(): Promise<void> {
  await pool.query(
    `INSERT INTO outbox (organization_id, event_id, subject, headers, payload, created_at)
     SELECT $1, id, $2, jsonb_build_object('Nats-Msg-Id', id, 'Calends-Event-Id', id, 'Calends-Type', $5::text, 'Calends-Time', now()), $3, now()
     FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $4::int)) ids`,
    [organizationId, subject, payload, count, BookingChangedSchema.typeName],
  );
}

async function left(): Promise<number> {
  const { rows } = await pool.query<{ n: number }>("SELECT count(*)::int AS n FROM outbox WHERE published_at IS NULL");
  return rows[0]?.n ?? 0;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (count * 1000) / (performance.now() - began);
}

const bare = await timed(async () => {
  let next = 0;
  const publish = async () => {
    while (next < count) {
      next += 1;
      await broker.js.publish(subject, payload, { msgID: randomUUID() });
    }
  };
  await Promise.all(Array.from({ length: inFlight }, publish));
});
let taken = 0;
const all = Promise.withResolvers<void>();
await fillOutbox();
const relayed = await timed(async () => {
  await using relay = startRelay({ service: "booking", databaseUrl, pool, broker, logger, metrics });
  relay.nudge();
  while ((await left()) > 0) {
    // Asked again at once: the relay works beside.
  }
});
const consumed = await timed(async () => {
  const handle = async () => {
    taken += 1;
    if (taken === count) {
      all.resolve();
    }
  };
  await using _consumer = await startConsumer({
    service: "bench",
    event: BookingChangedSchema,
    broker,
    logger,
    metrics,
    handle,
  });
  await all.promise;
});
process.stdout.write(
  [
    `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${count} events of ${payload.length} bytes, one machine, fsync on`,
    "| what | events a second | of the first |",
    "| --- | --- | --- |",
    `| JetStream: publish with message id, ${inFlight} in flight | ${Math.round(bare)} | 1.00 |`,
    `| relay: outbox to JetStream, marked as published | ${Math.round(relayed)} | ${(relayed / bare).toFixed(2)} |`,
    `| consumer: decoded, handled, acknowledged | ${Math.round(consumed)} | ${(consumed / bare).toFixed(2)} |`,
    "",
  ].join("\n"),
);
process.stdout.write(
  [
    "| milliseconds until the booking follows a date of its series that is moved (goal 1,000) | p50 | max |",
    "| --- | --- | --- |",
    ...(await measureFollowing()),
    "",
  ].join("\n"),
);
await pool.end();
