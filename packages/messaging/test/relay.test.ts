import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BookingChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { sqlOf } from "@calends/kit/database";
import { continueTrace } from "@calends/kit/trace";
import { MAX_PAYLOAD_BYTES, type NatsServer } from "@calends/local/nats";
import { createPrivateNats } from "@calends/testkit/nats";
import { createDatabase, type TestDatabase } from "@calends/testkit/postgres";
import { createProxy } from "@calends/testkit/proxy";
import { until } from "@calends/testkit/until";
import type { Pool } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Broker } from "../src/connection.ts";
import { enqueue, republishSince } from "../src/outbox.ts";
import { startRelay } from "../src/relay.ts";
import { listSetAside, retrySetAside } from "../src/set-aside.ts";
import { streamOf } from "../src/subjects.ts";
import { logger, metrics, openBroker, openOutbox, organizationId } from "./_util.ts";

let nats: NatsServer;
let database: TestDatabase;
let broker: Broker;
let pool: Pool;

beforeEach(async () => {
  nats = await createPrivateNats();
  database = await createDatabase("relay");
  broker = await openBroker(nats.url);
  pool = await openOutbox(database.url);
});
afterEach(async () => {
  await pool.end();
  await broker[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await nats[Symbol.asyncDispose]();
});

const relay = () => startRelay({ service: "booking", databaseUrl: database.url, pool, broker, logger, metrics });
const trace = continueTrace("00-0123456789abcdef0123456789abcdef-0123456789abcdef-01");
const fact = { organizationId, at: new Date(), trace };

/** Writes events in one transaction, which is kept or undone. */
async function write(ids: readonly string[], end: "COMMIT" | "ROLLBACK" = "COMMIT"): Promise<void> {
  const connection = await pool.connect();
  await connection.query("BEGIN");
  for (const id of ids) {
    await enqueue(sqlOf(connection), BookingChangedSchema, create(BookingChangedSchema, { booking: { id } }), fact);
  }
  await connection.query(end);
  connection.release();
}

/** What the stream has, in its order. */
async function published() {
  const { state } = await broker.manager.streams.info(streamOf("booking"));
  const all = Array.from({ length: state.messages }, (_, i) => state.first_seq + i).map(async (seq) => {
    const message = await broker.manager.streams.getMessage(streamOf("booking"), { seq });
    const body = fromBinary(BookingChangedSchema, message?.data ?? new Uint8Array());
    return { id: body.booking?.id ?? "", header: (name: string) => message?.header.get(name) ?? "" };
  });
  return Promise.all(all);
}

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

test("events are published after the commit, once, in the order in which they were written; undone ones never", async () => {
  await using running = relay();
  await write(["undone"], "ROLLBACK");
  const ids = names("e", 600);
  await write(ids.slice(0, 300));
  running.nudge();
  await write(ids.slice(300));
  running.nudge();
  const seen = await until("all are there", published, (messages) => messages.length >= 600);
  expect(seen.map(({ id }) => id)).toEqual(ids);
  expect(seen[0]?.header("traceparent")).toContain("0123456789abcdef0123456789abcdef");
  expect(seen[0]?.header("Calends-Type")).toBe("calends.booking.v1.BookingChanged");
});

test("an event that nobody was told of is found by looking", async () => {
  await using running = relay();
  await write(["quiet"]);
  const seen = await until("it is there", published, (messages) => messages.length === 1);
  expect(seen[0]?.id).toBe("quiet");
  expect(running).toBeDefined();
});

test("of two relays one publishes; when it ends the other takes over and nothing is lost or doubled", async () => {
  const first = relay();
  await using second = relay();
  await write(names("a", 20));
  second.nudge();
  await until("the first batch", published, (messages) => messages.length === 20);
  await first[Symbol.asyncDispose]();
  await write(names("b", 20));
  second.nudge();
  const seen = await until("the second batch", published, (messages) => messages.length >= 40);
  expect(seen.map(({ id }) => id)).toEqual([...names("a", 20), ...names("b", 20)]);
});

test("a relay that is stopped publishes what has been committed before it goes", async () => {
  const running = relay();
  await write(["first"]);
  running.nudge();
  await until("it leads", published, (messages) => messages.length === 1);
  await write(["last"]);
  await running[Symbol.asyncDispose]();
  expect((await published()).map(({ id }) => id)).toEqual(["first", "last"]);
});

test("what is republished gets past JetStream's memory of message ids and keeps its event id", async () => {
  await using running = relay();
  await write(["again"]);
  running.nudge();
  await until("it is there", published, (messages) => messages.length === 1);
  await until(
    "it is marked",
    () => pool.query("SELECT 1 FROM outbox WHERE published_at IS NOT NULL"),
    ({ rowCount }) => rowCount === 1,
  );
  expect(await republishSince(sqlOf(pool), new Date(0))).toBe(1);
  running.nudge();
  const [one, two] = await until("it is there twice", published, (messages) => messages.length === 2);
  expect(two?.header("Calends-Event-Id")).toBe(one?.header("Calends-Event-Id"));
  expect(two?.header("Nats-Msg-Id")).not.toBe(one?.header("Nats-Msg-Id"));
});

test("an event that is too large for the broker is set aside after some tries, the others go on, and it can be tried again", async () => {
  await using running = relay();
  const title = "x".repeat(MAX_PAYLOAD_BYTES);
  const event = create(BookingChangedSchema, { booking: { id: "huge", title } });
  const eventId = await enqueue(sqlOf(pool), BookingChangedSchema, event, fact);
  await write(names("n", 3));
  running.nudge();
  await until("the others are published", published, (messages) => messages.length === 3);
  const [aside] = await until(
    "it is set aside",
    () => listSetAside(sqlOf(pool)),
    (events) => events.length === 1,
  );
  expect(aside).toMatchObject({
    eventId,
    organizationId,
    type: "calends.booking.v1.BookingChanged",
    refusal: expect.stringContaining("max_payload"),
  });
  expect(aside?.bytes).toBeGreaterThan(MAX_PAYLOAD_BYTES);
  await write(["later"]);
  running.nudge();
  const seen = await until("the next one", published, (messages) => messages.length === 4);
  expect(seen.map(({ id }) => id)).toEqual(["n0", "n1", "n2", "later"]);
  const small = toBinary(BookingChangedSchema, create(BookingChangedSchema, { booking: { id: "mended" } }));
  await pool.query("UPDATE outbox SET payload = $1 WHERE event_id = $2", [Buffer.from(small), eventId]);
  expect(await retrySetAside(sqlOf(pool), eventId)).toBe(1);
  running.nudge();
  const all = await until("it is published", published, (messages) => messages.length === 5);
  expect(all[4]?.id).toBe("mended");
  expect(await listSetAside(sqlOf(pool))).toEqual([]);
});

test("a relay behind a partition is followed by another within 20 seconds, which publishes what waits", async () => {
  await using way = await createProxy(database.url);
  await way.open();
  const cutOff = startRelay({ service: "booking", databaseUrl: way.url, pool, broker, logger, metrics });
  try {
    await write(["before"]);
    await until("the first publishes", published, (messages) => messages.some(({ id }) => id === "before"));
    await using _next = relay();
    way.freeze();
    await write(["after"]);
    const seen = await until("the second publishes", published, (messages) => messages.length >= 2, 20_000);
    expect(seen.map(({ id }) => id)).toEqual(["before", "after"]);
  } finally {
    await way.cut();
    await cutOff[Symbol.asyncDispose]();
  }
});
