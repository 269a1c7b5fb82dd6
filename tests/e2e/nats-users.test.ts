import { randomUUID } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { BookingChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { BookingChange, BookingStatus } from "@calends/contracts/calends/booking/v1/booking_pb";
import { createLogger } from "@calends/kit/logger";
import { connectBroker } from "@calends/messaging/connection";
import { causeHeader } from "@calends/messaging/headers";
import { members } from "@calends/messaging/members";
import { durableOf, publisherOf, streamOf, subjectOf } from "@calends/messaging/subjects";
import { until } from "@calends/testkit/until";
import { connect, headers as natsHeaders } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookAt, createBookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { mailsTo, openBroker } from "./_truth.ts";
import { dayAhead } from "./_util.ts";

let sky: TestConstellation;

beforeAll(async () => {
  sky = await startTestConstellation();
});
afterAll(() => sky[Symbol.asyncDispose]());

test("who is not booking cannot make notification mail anybody about a booking", async () => {
  const bookable = await createBookable(sky);
  const subject = subjectOf(BookingChangedSchema, bookable.organizationId);
  const forged = toBinary(
    BookingChangedSchema,
    create(BookingChangedSchema, {
      change: BookingChange.CREATED,
      booking: {
        id: "0190e5a0-0000-7000-8000-00000000f0f0",
        title: "Forged",
        status: BookingStatus.CONFIRMED,
        startTime: timestampFromMs(dayAhead(2)),
        endTime: timestampFromMs(dayAhead(2) + 1_800_000),
        updateTime: timestampFromMs(dayAhead(0)),
        booker: { name: "Victim", email: "victim@guest.example" },
        version: 1n,
      },
    }),
  );
  await expect(connect({ servers: `127.0.0.1:${sky.nats.port}`, maxReconnectAttempts: 0 })).rejects.toThrow(
    /authorization violation/i,
  );
  const silent = createLogger("forger", "silent");
  for (const service of ["sync", "notification", "availability", "recurrence-engine"]) {
    await using forger = await connectBroker(service, sky.nats.urlOf(service), silent, AbortSignal.timeout(20_000));
    await expect(forger.js.publish(subject, forged)).rejects.toThrow(/permissions violation/i);
  }
  await bookAt(sky, bookable, dayAhead(2), "honest");
  await until("the mail of a true booking", () => mailsTo(sky, "honest") > 0);
  expect(mailsTo(sky, "victim")).toBe(0);

  // The same event by booking's own user is believed: it is the user alone that the forgeries lacked.
  await using owner = await connectBroker("booking", sky.nats.urlOf("booking"), silent, AbortSignal.timeout(20_000));
  const headers = natsHeaders();
  headers.set(causeHeader, randomUUID());
  await owner.js.publish(subject, forged, { headers });
  await until("the mail of an event by its owner", () => mailsTo(sky, "victim") > 0);
});

test("the services have the consumers that their permissions are made from, and no others", async () => {
  await using broker = await openBroker(sky);
  const publishers = [...new Set(members.flatMap(({ publishes }) => publishes.map(publisherOf)))];
  const lists = publishers.map(async (publisher) => broker.manager.consumers.list(streamOf(publisher)).next());
  const running = (await Promise.all(lists)).flat().map(({ stream_name, name }) => `${stream_name} ${name}`);
  const known = members.flatMap(({ service, consumes }) =>
    consumes.map((event) => `${streamOf(publisherOf(event))} ${durableOf(service, event)}`),
  );
  expect(running.toSorted()).toEqual(known.toSorted());
});
