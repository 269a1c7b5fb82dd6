import { randomUUID } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import { BookingChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { sqlOf } from "@calends/kit/database";
import { createLogger } from "@calends/kit/logger";
import { createMetrics } from "@calends/kit/metrics";
import type { NatsServer } from "@calends/local/nats";
import { createPrivateNats } from "@calends/testkit/nats";
import { createDatabase } from "@calends/testkit/postgres";
import { until } from "@calends/testkit/until";
import { headers as natsHeaders } from "@nats-io/transport-node";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectBroker, type Broker } from "../src/connection.ts";
import { startConsumer } from "../src/consumer.ts";
import { causeHeader } from "../src/headers.ts";
import { startOutboxGauges } from "../src/outbox-gauges.ts";
import { enqueue } from "../src/outbox.ts";
import { startRelay } from "../src/relay.ts";
import { ensureStream, startKeepingStream } from "../src/streams.ts";
import { durableOf, streamOf, subjectOf } from "../src/subjects.ts";
import { logger, openOutbox, organizationId } from "./_util.ts";

const stream = streamOf("booking");
let nats: NatsServer;
let broker: Broker;

beforeEach(async () => {
  nats = await createPrivateNats();
  broker = await connectBroker("test", nats.url, logger, new AbortController().signal);
});
afterEach(async () => {
  await broker[Symbol.asyncDispose]();
  await nats[Symbol.asyncDispose]();
});

async function publish(...bookingIds: readonly string[]): Promise<void> {
  for (const id of bookingIds) {
    const headers = natsHeaders();
    headers.set(causeHeader, randomUUID());
    const body = toBinary(BookingChangedSchema, create(BookingChangedSchema, { booking: { id } }));
    await broker.js.publish(subjectOf(BookingChangedSchema, organizationId), body, { headers });
  }
}

/** A consumer that notes what it handles, what it logs and how its metric stands. */
async function consume() {
  const handled: string[] = [];
  const lines: string[] = [];
  const metrics = createMetrics("test");
  const consumer = await startConsumer({
    service: "alpha",
    event: BookingChangedSchema,
    broker,
    logger: createLogger("alpha", "info", (line) => lines.push(line)),
    metrics,
    async handle({ message }) {
      handled.push(message.booking?.id ?? "");
    },
  });
  return {
    handled,
    lines,
    stopped: () => valueOf(metrics.consumerStopped),
    [Symbol.asyncDispose]: () => consumer[Symbol.asyncDispose](),
  };
}

async function valueOf(gauge: { get(): Promise<{ values: { value: number }[] }> }): Promise<number | undefined> {
  return (await gauge.get()).values[0]?.value;
}

const has = (count: number) => (handled: readonly string[]) => handled.length >= count;

test("a consumer that is deleted is made anew and begins with the first event of the stream", async () => {
  await ensureStream(broker, "booking");
  await using alpha = await consume();
  await publish("one", "two");
  await until("both are handled", () => alpha.handled, has(2));
  await broker.manager.consumers.delete(stream, durableOf("alpha", BookingChangedSchema));
  await publish("three");
  await until("all come again", () => alpha.handled, has(5));
  expect(alpha.handled).toEqual(["one", "two", "one", "two", "three"]);
  expect(alpha.lines.join("")).toContain("the consumer gets no events");
  expect(alpha.lines.join("")).toContain("it begins with the first event that the stream has");
  expect(await alpha.stopped()).toBe(0);
});

test("a consumer waits for its stream without making it, and says so meanwhile", async () => {
  await using alpha = await consume();
  expect(await alpha.stopped()).toBe(1);
  await until("it says so", () => alpha.lines.join("").includes("stream not found"));
  await expect(broker.manager.streams.info(stream)).rejects.toThrow("stream not found");
  await ensureStream(broker, "booking");
  await publish("one");
  await until("it is handled", () => alpha.handled, has(1));
  expect(await alpha.stopped()).toBe(0);
});

test("a stream that is deleted is made anew by its owner, and events flow again", async () => {
  await ensureStream(broker, "booking");
  const lines: string[] = [];
  await using alpha = await consume();
  await publish("one");
  await until("it is handled", () => alpha.handled, has(1));
  await broker.manager.streams.delete(stream);
  await until("the metric says so", alpha.stopped, (value) => value === 1);
  await using _owner = startKeepingStream(
    broker,
    "booking",
    createLogger("booking", "info", (line) => lines.push(line)),
  );
  await until("the stream is there", () => broker.manager.streams.info(stream).catch(() => undefined));
  await publish("two");
  await until("it is handled", () => alpha.handled, has(2));
  expect(alpha.handled).toEqual(["one", "two"]);
  expect(lines.join("")).toContain(stream);
});

test("a relay whose stream is missing names it", async () => {
  await using database = await createDatabase("relay");
  await using stack = new AsyncDisposableStack();
  const pool = stack.adopt(await openOutbox(database.url), (open) => open.end());
  const lines: string[] = [];
  const log = createLogger("booking", "info", (line) => lines.push(line));
  const metrics = createMetrics("test");
  stack.use(startRelay({ service: "booking", databaseUrl: database.url, pool, broker, logger: log, metrics }));
  await enqueue(sqlOf(pool), BookingChangedSchema, {}, { organizationId, at: new Date(), trace: null });
  await until("it says so", () => lines.some((line) => line.includes(stream)));
  await ensureStream(broker, "booking");
  const messages = async () => (await broker.manager.streams.info(stream)).state.messages;
  expect(await until("it is published", messages)).toBe(1);
});

test("every replica shows how many events wait, how old the oldest is, and whether somebody publishes them", async () => {
  await using database = await createDatabase("gauges");
  await using stack = new AsyncDisposableStack();
  const pool = stack.adopt(await openOutbox(database.url), (open) => open.end());
  const metrics = createMetrics("test");
  const at = new Date(Date.now() - 3_600_000);
  for (const _ of [1, 2, 3]) {
    await enqueue(sqlOf(pool), BookingChangedSchema, {}, { organizationId, at, trace: null });
  }
  await pool.query("UPDATE outbox SET set_aside_at = now() WHERE id = (SELECT max(id) FROM outbox)");
  stack.use(startOutboxGauges(pool, { logger, metrics }, 20));
  await until("they are counted", async () => (await valueOf(metrics.outboxPending)) === 2);
  expect(await valueOf(metrics.outboxOldestSeconds)).toBeGreaterThan(3_590);
  expect(await valueOf(metrics.outboxSetAside)).toBe(1);
  expect(await valueOf(metrics.outboxLed)).toBe(0);
  // Another process leads; this one, which does not publish, shows it.
  const other = createMetrics("other");
  stack.use(startRelay({ service: "booking", databaseUrl: database.url, pool, broker, logger, metrics: other }));
  await until("it is led", async () => (await valueOf(metrics.outboxLed)) === 1);
  expect(await valueOf(metrics.outboxPending)).toBe(2);
  await ensureStream(broker, "booking");
  await until("nothing waits", async () => (await valueOf(metrics.outboxPending)) === 0);
  expect(await valueOf(metrics.outboxOldestSeconds)).toBe(0);
});
