import { randomUUID } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import { BookingChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import type { NatsServer } from "@calends/local/nats";
import { createPrivateNats } from "@calends/testkit/nats";
import { until } from "@calends/testkit/until";
import { AckPolicy } from "@nats-io/jetstream";
import { headers as natsHeaders, nanos } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Broker } from "../src/connection.ts";
import { startConsumer } from "../src/consumer.ts";
import { replayDeadLetters } from "../src/dead-letters.ts";
import { causeHeader } from "../src/headers.ts";
import { ackWaitMs } from "../src/pulling.ts";
import { deadLetterPrefix, deadLetterStream, durableOf, filterOf, streamOf, subjectOf } from "../src/subjects.ts";
import { logger, metrics, openBroker, organizationId } from "./_util.ts";

let nats: NatsServer;
let broker: Broker;

beforeAll(async () => {
  nats = await createPrivateNats();
  broker = await openBroker(nats.url);
});
afterAll(async () => {
  await broker[Symbol.asyncDispose]();
  await nats[Symbol.asyncDispose]();
});

async function publish(bookingId: string): Promise<void> {
  const headers = natsHeaders();
  headers.set(causeHeader, randomUUID());
  const body = toBinary(BookingChangedSchema, create(BookingChangedSchema, { booking: { id: bookingId } }));
  await broker.js.publish(subjectOf(BookingChangedSchema, organizationId), body, { headers });
}

/** A consumer that notes the bookings it has handled; it throws while it is told to. */
async function consume(service: string, backoffMs = [5, 5]) {
  const state = { broken: false, tries: 0, handled: [] as string[] };
  const consumer = await startConsumer({
    service,
    event: BookingChangedSchema,
    broker,
    logger,
    metrics,
    backoffMs,
    async handle({ message }) {
      state.tries += 1;
      if (state.broken) {
        throw new Error("broken for now");
      }
      state.handled.push(message.booking?.id ?? "");
    },
  });
  return Object.assign(state, { [Symbol.asyncDispose]: () => consumer[Symbol.asyncDispose]() });
}

/** Publishes bytes that are no event. */
async function publishUndecodable(): Promise<void> {
  const headers = natsHeaders();
  headers.set(causeHeader, randomUUID());
  const body = new Uint8Array([0xff, 0xff, 0xff]);
  await broker.js.publish(subjectOf(BookingChangedSchema, organizationId), body, { headers });
}

/** How many events the consumer has not finished, of those that it was given and those that wait. */
async function unfinished(service: string): Promise<number> {
  const durable = durableOf(service, BookingChangedSchema);
  const { num_ack_pending, num_pending } = await broker.manager.consumers.info(streamOf("booking"), durable);
  return num_ack_pending + num_pending;
}

async function deadLetters(service: string): Promise<number> {
  const subject = `${deadLetterPrefix}.${durableOf(service, BookingChangedSchema)}`;
  const { state } = await broker.manager.streams.info(deadLetterStream, { subjects_filter: subject });
  return state.subjects?.[subject] ?? 0;
}

/** Keeps a second copy of each letter, as a server that ignores the end of a message makes them. */
async function copyDeadLetters(service: string): Promise<void> {
  const { state } = await broker.manager.streams.info(deadLetterStream);
  const subject = `${deadLetterPrefix}.${durableOf(service, BookingChangedSchema)}`;
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
    const letter = await broker.manager.streams.getMessage(deadLetterStream, { seq });
    if (letter?.subject === subject) {
      const headers = natsHeaders();
      letter.header.keys().forEach((key) => headers.set(key, letter.header.get(key)));
      headers.delete("Nats-Msg-Id");
      await broker.js.publish(subject, letter.data, { headers });
    }
  }
}

test("an event that fails every try is kept, and once the fault is mended a replay brings it to that consumer alone", async () => {
  await using alpha = await consume("alpha");
  await using beta = await consume("beta");
  alpha.broken = true;
  await publish("poisoned");
  await until(
    "a dead letter",
    () => deadLetters("alpha"),
    (n) => n === 1,
  );
  expect(alpha.tries).toBe(3);
  await until(
    "beta has it",
    () => beta.handled.length,
    (n) => n === 1,
  );
  alpha.broken = false;
  await publish("next");
  await until(
    "alpha goes on",
    () => alpha.handled,
    (handled) => handled.includes("next"),
  );
  expect(alpha.handled).toEqual(["next"]);

  expect(await replayDeadLetters(broker, durableOf("alpha", BookingChangedSchema))).toBe(1);
  await until(
    "alpha has it",
    () => alpha.handled,
    (handled) => handled.length === 2,
  );
  expect(alpha.handled).toEqual(["next", "poisoned"]);
  expect(await deadLetters("alpha")).toBe(0);
  expect(await replayDeadLetters(broker, durableOf("alpha", BookingChangedSchema))).toBe(0);
  await publish("last");
  await until(
    "beta has the last",
    () => beta.handled,
    (handled) => handled.includes("last"),
  );
  expect(beta.handled).toEqual(["poisoned", "next", "last"]);
});

test("an event that fails once comes again and is handled", async () => {
  await using gamma = await consume("gamma");
  gamma.broken = true;
  await publish("shaky");
  await until(
    "the first try",
    () => gamma.tries,
    (n) => n > 0,
  );
  gamma.broken = false;
  await until(
    "it is handled",
    () => gamma.handled,
    (handled) => handled.includes("shaky"),
  );
  expect(await deadLetters("gamma")).toBe(0);
});

test("two processes of a service share its events: each event goes to one of them", async () => {
  await using first = await consume("delta");
  await using second = await consume("delta");
  const ids = Array.from({ length: 50 }, (_, i) => `shared${i}`);
  await Promise.all(ids.map(publish));
  const shared = () => [...first.handled, ...second.handled].filter((id) => id.startsWith("shared"));
  await until("all are handled", shared, (handled) => handled.length >= 50);
  expect(shared().toSorted()).toEqual(ids.toSorted());
});

test("a consumer that an earlier version has made takes the settings of this one", async () => {
  const durable = durableOf("older", BookingChangedSchema);
  const stream = streamOf("booking");
  const filter = { filter_subject: filterOf(BookingChangedSchema), ack_policy: AckPolicy.Explicit };
  await broker.manager.consumers.add(stream, { durable_name: durable, ...filter, ack_wait: nanos(60_000) });
  await using older = await consume("older");
  const { config } = await broker.manager.consumers.info(stream, durable);
  expect(config.ack_wait).toBeLessThanOrEqual(nanos(5_000));
  await publish("after the change");
  await until(
    "it is consumed",
    () => older.handled,
    (handled) => handled.includes("after the change"),
  );
});

test("a replay ends while letters still fail, and brings an event once though it has several letters", async () => {
  await using eta = await consume("eta", []);
  await until(
    "earlier events are handled",
    () => unfinished("eta"),
    (n) => n === 0,
  );
  eta.tries = 0;
  eta.broken = true;
  const ids = Array.from({ length: 20 }, (_, i) => `failing${i}`);
  await Promise.all(ids.map(publish));
  const durable = durableOf("eta", BookingChangedSchema);
  const letters = (count: number) =>
    until(
      `${count} letters`,
      () => deadLetters("eta"),
      (n) => n >= count,
    );
  await letters(20);
  await copyDeadLetters("eta");
  await letters(40);
  expect(await replayDeadLetters(broker, durable)).toBe(20);
  await until(
    "each has failed again",
    () => eta.tries,
    (n) => n === 40,
  );
  await letters(20);
  eta.broken = false;
  expect(await replayDeadLetters(broker, durable)).toBe(20);
  const failing = () => eta.handled.filter((id) => id.startsWith("failing"));
  await until("all are handled", failing, (handled) => handled.length >= 20);
  expect(failing().toSorted()).toEqual(ids.toSorted());
  expect(eta.tries).toBe(60);
  expect(await deadLetters("eta")).toBe(0);
});

test("an event that nobody can decode is one dead letter and is finished, also after the wait for its acknowledgement", async () => {
  await using _zeta = await consume("zeta");
  await publishUndecodable();
  const one = (n: number) => n === 1;
  await until("a dead letter", () => deadLetters("zeta"), one);
  const since = performance.now();
  await until("it would have come again", () => performance.now() - since > 2 * ackWaitMs);
  expect(await unfinished("zeta")).toBe(0);
  expect(await deadLetters("zeta")).toBe(1);
});
