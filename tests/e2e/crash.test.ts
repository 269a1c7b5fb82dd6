import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { must } from "@calends/kit/must";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookingRequest, createBookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { spawnService } from "./_processes.ts";
import { expectNoMailTwice, mailsTo, readModel, untilTrue } from "./_truth.ts";
import { countRows, dayAhead, range } from "./_util.ts";

let sky: TestConstellation;

beforeAll(async () => {
  sky = await startTestConstellation();
});
afterAll(() => sky[Symbol.asyncDispose]());

test("events of a replica that is killed between commit and publish are published by the next one", async () => {
  const bookable = await createBookable(sky);
  // From here on the process that is killed is the only one that could publish.
  await must(
    sky.services.find(({ name }) => name === "booking"),
    "booking",
  )[Symbol.asyncDispose]();
  await using doomed = spawnService("booking", sky.environments.booking);
  const target = `ipv4:127.0.0.1:${await doomed.serving()}`;
  const bookings = sky.client(BookingService, bookable.organizationId, target);
  await sky.nats.stop();
  await Promise.all(
    range(5).map((i) => bookings.createBooking(bookingRequest(bookable, dayAhead(2) + i * 3_600_000, `crash${i}`))),
  );
  doomed.signal("SIGKILL");
  expect(await doomed.exited).toMatchObject({ signal: "SIGKILL" });
  const unpublished = () => countRows(sky.databaseUrl("booking"), "outbox WHERE published_at IS NULL");
  // Of each booking, what it is and what it takes.
  expect(await unpublished()).toBe(10);
  await sky.nats.start();
  expect(await readModel(sky)).toEqual([]);
  // At its address: notification asks there for the links in the guests' mails.
  const PORT = sky.targets.booking.slice(sky.targets.booking.lastIndexOf(":") + 1);
  await using next = spawnService("booking", { ...sky.environments.booking, PORT });
  await next.serving();
  expect(await untilTrue(sky)).toHaveLength(5);
  expect(await until("the outbox is empty", unpublished, (n) => n === 0)).toBe(0);
  await until(
    "each guest has mail",
    () => range(5).map((i) => mailsTo(sky, `crash${i}`)),
    (all) => all.every((n) => n === 1),
  );
  expectNoMailTwice(sky);
}, 120_000);
