import { randomUUID } from "node:crypto";
import { globSync } from "node:fs";
import { join } from "node:path";
import { create, hasOption, toBinary, type DescMessage } from "@bufbuild/protobuf";
import { BookingChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { subject } from "@calends/contracts/calends/options/v1/options_pb";
import { createLogger } from "@calends/kit/logger";
import { startNats, type NatsServer } from "@calends/local/nats";
import { cacheDir } from "@calends/local/paths";
import { createPrivateNats } from "@calends/testkit/nats";
import { until } from "@calends/testkit/until";
import { AckPolicy } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectBroker, type Broker } from "../src/connection.ts";
import { startConsumer, type Delivered } from "../src/consumer.ts";
import { replayDeadLetters } from "../src/dead-letters.ts";
import { members } from "../src/members.ts";
import { ensureStream } from "../src/streams.ts";
import { deadLetterPrefix, deadLetterStream, durableOf, publisherOf, streamOf, subjectOf } from "../src/subjects.ts";
import { logger, metrics, organizationId } from "./_util.ts";

let nats: NatsServer;
let operator: Broker;
const stack = new AsyncDisposableStack();
const brokers = new Map<string, Broker>();

beforeAll(async () => {
  nats = stack.use(await createPrivateNats());
  operator = stack.use(await connectAs("operator"));
  for (const { service, publishes } of members) {
    const broker = stack.use(await connectAs(service));
    brokers.set(service, broker);
    for (const publisher of new Set(publishes.map(publisherOf))) {
      await ensureStream(broker, publisher);
    }
  }
});
afterAll(() => stack.disposeAsync());

function connectAs(user: string): Promise<Broker> {
  return connectBroker(user, nats.urlOf(user), logger, AbortSignal.timeout(20_000));
}

function brokerOf(service: string): Broker {
  const broker = brokers.get(service);
  if (broker === undefined) {
    throw new Error(`no broker of ${service}`);
  }
  return broker;
}

const bookingSubject = subjectOf(BookingChangedSchema, organizationId);
const bookingChanged = toBinary(BookingChangedSchema, create(BookingChangedSchema, { booking: { id: "forged" } }));
const stored = async (stream: string) => (await operator.manager.streams.info(stream)).state.messages;
const denied = /permissions violation/i;

/** Asks JetStream as a service would, and returns its answer or why there is none. */
async function ask(service: string, api: string, body: object = {}): Promise<string> {
  const { connection } = brokerOf(service);
  return connection.request(`$JS.API.${api}`, JSON.stringify(body), { timeout: 2_000 }).then(
    (answer) => answer.string(),
    (error: unknown) => String(error),
  );
}

test("who names no user cannot connect", async () => {
  await expect(connect({ servers: `127.0.0.1:${nats.port}`, maxReconnectAttempts: 0 })).rejects.toThrow(
    /authorization violation/i,
  );
  const wrong = { servers: `127.0.0.1:${nats.port}`, user: "booking", pass: "booking", maxReconnectAttempts: 0 };
  await expect(connect(wrong)).rejects.toThrow(/authorization violation/i);
});

test.each(members.map(({ service }) => service).filter((service) => service !== "booking"))(
  "%s cannot publish an event of booking, as a request or without one",
  async (service) => {
    const before = await stored(streamOf("booking"));
    await expect(brokerOf(service).js.publish(bookingSubject, bookingChanged)).rejects.toThrow(denied);
    brokerOf(service).connection.publish(bookingSubject, bookingChanged);
    await brokerOf(service).connection.flush();
    expect(await stored(streamOf("booking"))).toBe(before);
  },
);

test.each(members)("$service publishes each of its events and no other service's", async ({ service, publishes }) => {
  const publish = (event: DescMessage) =>
    brokerOf(service).js.publish(subjectOf(event, organizationId), toBinary(event, create(event)));
  for (const event of publishes) {
    expect((await publish(event)).stream).toBe(streamOf(publisherOf(event)));
  }
  for (const event of members.flatMap((member) => member.publishes).filter((one) => !publishes.includes(one))) {
    await expect(publish(event)).rejects.toThrow(denied);
  }
});

const consumers = members.flatMap(({ service, consumes }) => consumes.map((event) => ({ service, event })));

test.each(consumers)("$service consumes $event.name, buries it and takes the replay", async ({ service, event }) => {
  const publisher = members.find(({ publishes }) => publishes.includes(event))?.service ?? "";
  const state = { broken: true, handled: 0 };
  await using _consumer = await startConsumer({
    service,
    event,
    broker: brokerOf(service),
    logger,
    metrics,
    backoffMs: [],
    async handle({ organizationId: organization }) {
      if (state.broken) {
        throw new Error("broken for now");
      }
      expect(organization).toBe(organizationId);
      state.handled += 1;
    },
  });
  await brokerOf(publisher).js.publish(subjectOf(event, organizationId), toBinary(event, create(event)));
  const durable = durableOf(service, event);
  const letters = async () => {
    const found = await operator.manager.streams.info(deadLetterStream, { subjects_filter: `${deadLetterPrefix}.>` });
    return found.state.subjects?.[`${deadLetterPrefix}.${durable}`] ?? 0;
  };
  await until("a dead letter", letters, (n) => n > 0);
  state.broken = false;
  const replayed = await replayDeadLetters(operator, durable);
  expect(replayed).toBeGreaterThan(0);
  await until("it is handled", () => state.handled >= replayed);
});

/** What sync, which consumes booking's events, must not do besides. */
const overreach: readonly [string, string, object][] = [
  ["read a message", `STREAM.MSG.GET.${streamOf("booking")}`, { seq: 1 }],
  ["read a message directly", `DIRECT.GET.${streamOf("booking")}`, { seq: 1 }],
  ["read dead letters", `STREAM.MSG.GET.${deadLetterStream}`, { seq: 1 }],
  ["list what a stream has", `STREAM.INFO.${streamOf("booking")}`, { subjects_filter: ">" }],
  ["list streams", "STREAM.NAMES", {}],
  ["delete a stream", `STREAM.DELETE.${streamOf("booking")}`, {}],
  ["delete its own stream", `STREAM.DELETE.${streamOf("sync")}`, {}],
  ["purge a stream", `STREAM.PURGE.${streamOf("booking")}`, {}],
  ["change a stream", `STREAM.UPDATE.${streamOf("booking")}`, { name: streamOf("booking"), subjects: ["x"] }],
  ["make another stream", "STREAM.CREATE.COPY", { name: "COPY", sources: [{ name: streamOf("booking") }] }],
  ["delete another's consumer", `CONSUMER.DELETE.${streamOf("booking")}.notification-booking-changed`, {}],
  ["pull from another's consumer", `CONSUMER.MSG.NEXT.${streamOf("booking")}.notification-booking-changed`, {}],
];

test.each(overreach)("sync cannot %s", async (_what, api, body) => {
  expect(await ask("sync", api, body)).toMatch(denied);
});

/** A consumer of everything in booking's stream. */
const greedy = {
  stream_name: streamOf("booking"),
  config: { durable_name: "sync-booking-changed", ack_policy: AckPolicy.Explicit },
};

test.each([
  ["by the request without a filter", "CONSUMER.CREATE.CALENDS_BOOKING.sync-booking-changed"],
  ["by the older request", "CONSUMER.DURABLE.CREATE.CALENDS_BOOKING.sync-booking-changed"],
  ["by the oldest request", "CONSUMER.CREATE.CALENDS_BOOKING"],
  ["by another filter", "CONSUMER.CREATE.CALENDS_BOOKING.sync-booking-changed.calends.booking.>"],
])("sync cannot make a consumer of other events %s", async (_how, api) => {
  expect(await ask("sync", api, greedy)).toMatch(denied);
});

test("sync cannot make a consumer of other events by another filter in the body", async () => {
  const api = "CONSUMER.CREATE.CALENDS_BOOKING.sync-booking-changed.calends.booking.booking-changed.v1.*";
  const config = { ...greedy.config, name: "sync-booking-changed", filter_subject: "calends.booking.>" };
  expect(await ask("sync", api, { ...greedy, config })).toMatch(/"error"/);
});

test.each(["_INBOX.booking.>", "_INBOX.>", "calends.>", "$JS.>", ">"])("sync cannot listen to %s", async (listened) => {
  const { connection } = brokerOf("sync");
  const seen = Promise.withResolvers<string>();
  connection.subscribe(listened, { callback: (error) => seen.resolve(String(error)) });
  await connection.flush();
  expect(await seen.promise).toMatch(denied);
});

test.each([
  "_INBOX.booking.forged",
  `calends.replay.notification-booking-changed.${randomUUID()}`,
  "calends.dead.booking-x",
])("sync cannot publish to %s", async (published) => {
  await expect(refusalOf(brokerOf("sync").connection, published)).resolves.toMatch(denied);
});

async function refusalOf(connection: NatsConnection, published: string): Promise<string> {
  return connection.request(published, "x", { timeout: 2_000 }).then(() => "answered", String);
}

test("a server without users serves as it did, whether or not a URL names one", async () => {
  await using open = await startNats({ cacheDir: cacheDir(process.env) });
  for (const url of [open.url, open.url.replace("//", "//sync:secret@")]) {
    await using broker = await connectBroker("sync", url, logger, AbortSignal.timeout(20_000));
    await ensureStream(broker, "booking");
    const handled: string[] = [];
    const handle = async ({ message }: Delivered<typeof BookingChangedSchema>) => {
      handled.push(message.booking?.id ?? "");
    };
    const options = { service: "sync", event: BookingChangedSchema, broker, logger, metrics, handle };
    await using _consumer = await startConsumer(options);
    await broker.js.publish(bookingSubject, bookingChanged);
    const seen = await until(
      "it is handled",
      () => handled,
      ({ length }) => length > 0,
    );
    expect(seen).toContain("forged");
  }
});

test("a tls:// URL is never spoken to in the clear", async () => {
  await using open = await startNats({ cacheDir: cacheDir(process.env) });
  const lines: string[] = [];
  const listener = createLogger("sync", "info", (line) => lines.push(line));
  const stopping = new AbortController();
  const connecting = connectBroker("sync", open.url.replace("nats:", "tls:"), listener, stopping.signal);
  await until("it says why it does not connect", () => lines.some((line) => /tls/i.test(line)));
  stopping.abort();
  await expect(connecting).rejects.toThrow("aborted");
});

test("every message with a subject is an event of exactly one service", async () => {
  const generated = join(import.meta.dirname, "../../contracts/src/gen");
  const files = globSync("calends/**/*_pb.ts", { cwd: generated });
  const modules = await Promise.all(files.map((file): Promise<object> => import(join(generated, file))));
  const events = modules.flatMap((module) => Object.values(module).filter(isEvent)).map(({ typeName }) => typeName);
  const published = members.flatMap(({ publishes }) => publishes.map(({ typeName }) => typeName));
  expect(published.toSorted()).toEqual(events.toSorted());
});

function isEvent(value: unknown): value is DescMessage {
  const isMessage = typeof value === "object" && value !== null && "kind" in value && value.kind === "message";
  return isMessage && hasOption(value as DescMessage, subject);
}
