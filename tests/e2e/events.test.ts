import { randomUUID } from "node:crypto";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { sqlOf } from "@calends/kit/database";
import { republishSince } from "@calends/messaging/outbox";
import { deadLetterPrefix, deadLetterStream } from "@calends/messaging/subjects";
import { until } from "@calends/testkit/until";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookAt, bookingRequest, createBookable, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import {
  expectNoMailTwice,
  mailsTo,
  openBroker,
  readModel,
  republishShuffled,
  truth,
  untilHandled,
  untilTrue,
} from "./_truth.ts";
import { dayAhead, outcomeOf, query, range } from "./_util.ts";

const hourMs = 3_600_000;
let sky: TestConstellation;

beforeAll(async () => {
  sky = await startTestConstellation({ bookingReplicas: 2, moveMailDelaySeconds: 0 });
});
afterAll(() => sky[Symbol.asyncDispose]());

/** Books, moves and cancels at the same time: a history in which order matters. */
async function makeHistory(bookable: Bookable, name: string): Promise<void> {
  const bookings = sky.client(BookingService, bookable.organizationId);
  await Promise.all(
    range(12).map(async (i) => {
      const { id } = await bookAt(sky, bookable, dayAhead(2) + i * hourMs, `${name}${i}`);
      const move = (hours: number) =>
        bookings.rescheduleBooking({
          requestId: randomUUID(),
          bookingId: id,
          startTime: timestampFromMs(dayAhead(4) + (i * 2 + hours) * hourMs),
        });
      if (i % 3 > 0) {
        await move(0);
        await move(1);
      }
      if (i % 4 === 0) {
        await bookings.cancelBooking({ requestId: randomUUID(), bookingId: id });
      }
    }),
  );
}

test("NATS stopped, killed and restarted under load: bookings go on, and the read model ends up as the truth", async () => {
  const bookable = await createBookable(sky);
  const bookings = sky.client(BookingService, bookable.organizationId);
  let made = 0;
  const load = async (lane: number) => {
    const outcomes: string[] = [];
    for (const i of range(15)) {
      const start = dayAhead(3 + lane) + i * hourMs;
      outcomes.push(await outcomeOf(bookings.createBooking(bookingRequest(bookable, start, `load${lane}x${i}`))));
      made += 1;
    }
    return outcomes;
  };
  const lanes = Promise.all(range(4).map(load));
  await until(
    "the load runs",
    () => made,
    (n) => n >= 10,
  );
  await sky.nats.stop();
  await until(
    "bookings are made without NATS",
    () => made,
    (n) => n >= 25,
  );
  await sky.nats.start();
  await until(
    "the load goes on",
    () => made,
    (n) => n >= 40,
  );
  await sky.nats.kill();
  expect((await lanes).flat()).toEqual(range(60).map(() => "ok"));
  await sky.nats.start();
  expect(await untilTrue(sky)).toHaveLength(60);
  await until(
    "everybody has mail",
    () => range(60).map((i) => mailsTo(sky, `load${i % 4}x${i >> 2}`)),
    (all) => all.every(Boolean),
  );
  await using broker = await openBroker(sky);
  await untilHandled(broker);
  expectNoMailTwice(sky);
}, 120_000);

test("every message twice more and in random order changes nothing and mails nobody again", async () => {
  await makeHistory(await createBookable(sky), "twice");
  await untilTrue(sky);
  await using broker = await openBroker(sky);
  await untilHandled(broker);
  await until(
    "the mail is sent",
    () => range(12).map((i) => mailsTo(sky, `twice${i}`)),
    (all) => all.every(Boolean),
  );
  const before = sky.mailbox.messages().length;
  expect(await republishShuffled(broker, 2)).toBeGreaterThan(100);
  await untilHandled(broker);
  expect(await readModel(sky)).toEqual(await truth(sky));
  expectNoMailTwice(sky);
  expect(sky.mailbox.messages().length).toBeGreaterThanOrEqual(before);
});

test("a read model that was empty is the truth after every message twice, in random order", async () => {
  await makeHistory(await createBookable(sky), "order");
  await untilTrue(sky);
  await using broker = await openBroker(sky);
  await untilHandled(broker);
  await query(sky.databaseUrl("availability"), "TRUNCATE busy_times, busy_sources");
  await republishShuffled(broker, 2);
  await untilHandled(broker);
  expect(await readModel(sky)).toEqual(await truth(sky));
  expectNoMailTwice(sky);
});

test("after JetStream has lost everything, republishing the outbox rebuilds an emptied read model", async () => {
  const before = sky.mailbox.messages().length;
  await using broker = await openBroker(sky);
  await broker.manager.streams.purge("CALENDS_BOOKING");
  await query(sky.databaseUrl("availability"), "TRUNCATE busy_times, busy_sources");
  expect(await readModel(sky)).toEqual([]);
  const pool = new Pool({ connectionString: sky.databaseUrl("booking") });
  expect(await republishSince(sqlOf(pool), new Date(0))).toBeGreaterThan(60);
  await pool.end();
  expect((await untilTrue(sky)).length).toBeGreaterThan(60);
  await untilHandled(broker);
  expectNoMailTwice(sky);
  expect(sky.mailbox.messages()).toHaveLength(before);
});

test("a message that nobody can read becomes a dead letter of each consumer, and the next ones are handled", async () => {
  const bookable = await createBookable(sky);
  await using broker = await openBroker(sky);
  for (const event of ["booking-changed", "allocations-changed"]) {
    const subject = `calends.booking.${event}.v1.${bookable.organizationId}`;
    await broker.js.publish(subject, new Uint8Array([0xff, 0xff, 0xff]));
  }
  await bookAt(sky, bookable, dayAhead(2), "after-poison");
  await untilTrue(sky);
  await until(
    "the mail after it",
    () => mailsTo(sky, "after-poison"),
    (n) => n === 1,
  );
  const letters = await until(
    "dead letters",
    async () =>
      (await broker.manager.streams.info(deadLetterStream, { subjects_filter: `${deadLetterPrefix}.>` })).state
        .subjects,
    (subjects) => Object.keys(subjects ?? {}).length >= 3,
  );
  expect(Object.keys(letters ?? {}).toSorted()).toEqual(
    ["availability-allocations-changed", "notification-booking-changed", "sync-booking-changed"].map(
      (durable) => `${deadLetterPrefix}.${durable}`,
    ),
  );
});
