import { Health, HealthCheckResponse_ServingStatus as Status } from "@calends/contracts/grpc/health/v1/health_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { createGrpcTransport } from "@calends/kit/grpc-transport";
import { until } from "@calends/testkit/until";
import { createClient } from "@connectrpc/connect";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookingRequest, createBookable, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { isAlive, spawnService } from "./_processes.ts";
import { countOf, countRows, dayAhead, outcomeOf, outcomeOfError, query, range } from "./_util.ts";

const hourMs = 3_600_000;
let sky: TestConstellation;

beforeAll(async () => {
  sky = await startTestConstellation();
});
afterAll(() => sky[Symbol.asyncDispose]());

/** How many rows of each kind an organization's bookings have left. */
async function traces({ organizationId }: Bookable) {
  const url = sky.databaseUrl("booking");
  const ofOrganization = `organization_id = '${organizationId}'`;
  const tables = ["bookings", "allocations", "booking_history"].map((table) => `${table} WHERE ${ofOrganization}`);
  const events = ["booking-changed", "allocations-changed"].map(
    (event) => `outbox WHERE ${ofOrganization} AND subject LIKE 'calends.booking.${event}.%'`,
  );
  return Promise.all([...tables, ...events].map((rows) => countRows(url, rows)));
}

async function bookedIds({ organizationId }: Bookable): Promise<string[]> {
  const sql = "SELECT id FROM bookings WHERE organization_id = $1::uuid";
  return (await query<{ id: string }>(sky.databaseUrl("booking"), sql, [organizationId])).map(({ id }) => id);
}

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s during 100 bookings: each is answered or cleanly refused, none is half-written",
  async (signal) => {
    const bookable = await createBookable(sky);
    await using replica = spawnService("booking", { ...sky.environments.booking, DRAIN_TIMEOUT_MS: "10000" });
    const target = `ipv4:127.0.0.1:${await replica.serving()}`;
    const bookings = sky.client(BookingService, bookable.organizationId, target);
    const requests = range(100).map((i) => bookingRequest(bookable, dayAhead(2) + i * hourMs, `guest${i}`));
    const acknowledged: string[] = [];
    const calls = requests.map((request) =>
      bookings.createBooking(request).then(
        ({ booking }) => {
          acknowledged.push(booking?.id ?? "");
          return "ok";
        },
        (error: unknown) => outcomeOfError(error),
      ),
    );
    await until(
      "some are answered",
      () => acknowledged.length,
      (n) => n >= 3,
    );
    const since = performance.now();
    replica.signal(signal);
    const outcomes = await Promise.all(calls);
    expect(await replica.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - since).toBeLessThan(15_000);
    expect(isAlive(replica.pid)).toBe(false);
    expect(replica.logged("stopped")).toHaveLength(1);
    expect(Object.keys(countOf(outcomes)).filter((outcome) => !/^(ok|Unavailable\b.*)$/.test(outcome))).toEqual([]);
    const ids = await bookedIds(bookable);
    expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
    expect(await traces(bookable)).toEqual(range(5).map(() => ids.length));

    const elsewhere = sky.client(BookingService, bookable.organizationId);
    const again = await Promise.all(requests.map((request) => elsewhere.createBooking(request)));
    expect(new Set(again.map(({ booking }) => booking?.id)).size).toBe(100);
    expect(acknowledged.filter((id) => !again.some(({ booking }) => booking?.id === id))).toEqual([]);
    expect(await traces(bookable)).toEqual(range(5).map(() => 100));
  },
  90_000,
);

test("who watches a replica's health hears NOT_SERVING before it goes", async () => {
  await using replica = spawnService("booking", sky.environments.booking);
  using transport = createGrpcTransport({ target: `ipv4:127.0.0.1:${await replica.serving()}` });
  const seen: Status[] = [];
  const watch = (async () => {
    for await (const { status } of createClient(Health, transport).watch({})) {
      seen.push(status);
    }
  })();
  await until(
    "it serves",
    () => seen,
    (statuses) => statuses.length === 1,
  );
  replica.signal("SIGTERM");
  await outcomeOf(watch);
  expect(seen).toEqual([Status.SERVING, Status.NOT_SERVING]);
  expect(await replica.exited).toEqual({ code: 0, signal: null });
});
