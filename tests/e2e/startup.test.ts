import { randomUUID } from "node:crypto";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { Health, HealthCheckResponse_ServingStatus as Status } from "@calends/contracts/grpc/health/v1/health_pb";
import { createGrpcTransport } from "@calends/kit/grpc-transport";
import { must } from "@calends/kit/must";
import { RetryInfoSchema } from "@calends/contracts/google/rpc/error_details_pb";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { freePort } from "@calends/local/ports";
import { createPrivateNats } from "@calends/testkit/nats";
import { createDatabase, createServiceDatabase } from "@calends/testkit/postgres";
import { until } from "@calends/testkit/until";
import { ConnectError, createClient } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bookingRequest, createBookable, typeFields } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { spawnService, type ServiceProcess } from "./_processes.ts";
import { createProxy } from "@calends/testkit/proxy";
import { dayAhead, outcomeOf, outcomeOfError, query } from "./_util.ts";

let sky: TestConstellation;

/** Ends every other session of a database, as a server that restarts does. */
async function endSessions(url: string): Promise<void> {
  await query(
    url,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
  );
}

beforeAll(async () => {
  sky = await startTestConstellation();
});
afterAll(() => sky[Symbol.asyncDispose]());

async function healthOf(service: ServiceProcess): Promise<Status> {
  using transport = createGrpcTransport({ target: `ipv4:127.0.0.1:${await service.port()}` });
  return (await createClient(Health, transport).check({})).status;
}

describe("a replica whose", () => {
  test("database is not there waits, says so, is NOT_SERVING, and comes up when it is", async () => {
    await using proxy = await createProxy(sky.databaseUrl("booking"));
    await using replica = spawnService("booking", { ...sky.environments.booking, DATABASE_URL: proxy.url });
    await until(
      "it says so",
      () => replica.logged("waiting for the database").length,
      (n) => n >= 2,
    );
    expect(await healthOf(replica)).toBe(Status.NOT_SERVING);
    const client = sky.client(
      BookingService,
      "0190e5a0-0000-7000-8000-000000000001",
      `ipv4:127.0.0.1:${await replica.port()}`,
    );
    expect(await outcomeOf(client.listBookings({}))).toBe("Unavailable");
    await proxy.open();
    await replica.serving();
    expect(await healthOf(replica)).toBe(Status.SERVING);
    expect(await outcomeOf(client.listBookings({}))).toBe("ok");
    expect(replica.output()).not.toContain(new URL(proxy.url).password);
  });

  test("NATS is not there waits, says so, is NOT_SERVING, and comes up when it is", async () => {
    await using proxy = await createProxy(must(sky.environments.booking["NATS_URL"], "NATS_URL"));
    await using replica = spawnService("booking", { ...sky.environments.booking, NATS_URL: proxy.url });
    await until(
      "it says so",
      () => replica.logged("waiting for NATS").length,
      (n) => n >= 2,
    );
    expect(await healthOf(replica)).toBe(Status.NOT_SERVING);
    await proxy.open();
    await replica.serving();
    expect(await healthOf(replica)).toBe(Status.SERVING);
  });

  test("stream of another service is missing: it serves, and says that it hears nothing", async () => {
    await using nats = await createPrivateNats();
    const env = { ...sky.environments.sync, NATS_URL: nats.urlOf("sync"), LOG_LEVEL: "info" };
    await using replica = spawnService("sync", env);
    await replica.serving();
    expect(await healthOf(replica)).toBe(Status.SERVING);
    await until(
      "it says so",
      () => replica.logged("the consumer gets no events; it is looked for until it is there").length > 0,
    );
  });

  test.each(["DATABASE_URL", "NATS_URL"])(
    "%s leads nowhere ends at once on SIGTERM, in good order",
    async (variable) => {
      await using proxy = await createProxy(must(sky.environments.booking[variable], variable));
      await using replica = spawnService("booking", { ...sky.environments.booking, [variable]: proxy.url });
      const message = variable === "NATS_URL" ? "waiting for NATS" : "waiting for the database";
      await until("it waits", () => replica.logged(message).length > 0);
      const since = performance.now();
      replica.signal("SIGTERM");
      expect(await replica.exited).toEqual({ code: 0, signal: null });
      expect(performance.now() - since).toBeLessThan(5_000);
    },
  );

  test("database goes away while it serves: UNAVAILABLE, never INTERNAL, and it goes on when it is back", async () => {
    const bookable = await createBookable(sky);
    await using proxy = await createProxy(sky.databaseUrl("booking"));
    await proxy.open();
    await using replica = spawnService("booking", { ...sky.environments.booking, DATABASE_URL: proxy.url });
    const client = sky.client(BookingService, bookable.organizationId, `ipv4:127.0.0.1:${await replica.serving()}`);
    const request = bookingRequest(bookable, dayAhead(2));
    expect(await outcomeOf(client.listBookings({}))).toBe("ok");
    await proxy.cut();
    const first = await outcomeOf(client.createBooking(request));
    expect(`${first} ${first === "Internal" ? replica.output() : ""}`).toBe("Unavailable/DEPENDENCY_UNAVAILABLE ");
    expect(await outcomeOf(client.listBookings({}))).toBe("Unavailable/DEPENDENCY_UNAVAILABLE");
    expect(await outcomeOf(client.listSlots({ appointmentTypeId: bookable.typeId, range: {} }))).toMatch(
      /^(Unavail|Invalid)/,
    );
    await proxy.open();
    expect(await outcomeOf(client.createBooking(request))).toBe("ok");
  });

  test("database only reads, as while it fails over: UNAVAILABLE with a time to try again, until it writes", async () => {
    const bookable = await createBookable(sky);
    await using database = await createServiceDatabase("booking");
    await using replica = spawnService("booking", { ...sky.environments.booking, DATABASE_URL: database.url });
    const client = sky.client(
      AppointmentTypeService,
      bookable.organizationId,
      `ipv4:127.0.0.1:${await replica.serving()}`,
    );
    const create = () =>
      client.createAppointmentType({ requestId: randomUUID(), fields: typeFields(bookable.calendarId) });
    const name = new URL(database.url).pathname.slice(1);
    await query(database.url, `ALTER DATABASE "${name}" SET default_transaction_read_only = on`);
    await endSessions(database.url);
    const refused: unknown = await create().catch((error: unknown) => error);
    expect(outcomeOfError(refused)).toBe("Unavailable/DEPENDENCY_UNAVAILABLE");
    expect(ConnectError.from(refused).findDetails(RetryInfoSchema)[0]?.retryDelay).toBeDefined();
    expect(String(refused)).not.toMatch(/read-only|INSERT/i);
    await query(database.url, `BEGIN READ WRITE; ALTER DATABASE "${name}" RESET default_transaction_read_only; COMMIT`);
    await endSessions(database.url);
    await until(
      "it writes again",
      () => outcomeOf(create()),
      (outcome) => outcome === "ok",
    );
  });

  test("address nobody answers at is not told to the callers of the gateway, in any protocol", async () => {
    const target = `ipv4:127.0.0.1:${await freePort()}`;
    await using gateway = spawnService("gateway", { ...sky.environments.gateway, BOOKING_TARGET: target });
    const url = `http://127.0.0.1:${await gateway.serving()}`;
    const path = "/calends.booking.v1.PublicBookingService/GetBookingPage";
    const headers = { "content-type": "application/json" };
    const connect = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify({ slug: "a" }) });
    const rest = await fetch(`${url}/book/a`, { headers: { accept: "application/json" } });
    for (const response of [connect, rest]) {
      const text = await response.text();
      expect(response.status).toBe(503);
      expect(text).toContain("cannot be reached; try again");
      expect(text).not.toMatch(/ECONNREFUSED|127\.0\.0\.1/);
    }
  });

  test("availability goes away: bookings are refused as UNAVAILABLE, nothing becomes bookable", async () => {
    const bookable = await createBookable(sky);
    await using proxy = await createProxy(sky.targets.availability.replace("ipv4:", "http://"));
    await proxy.open();
    const target = `ipv4:${new URL(proxy.url).host}`;
    await using replica = spawnService("booking", { ...sky.environments.booking, AVAILABILITY_TARGET: target });
    const client = sky.client(BookingService, bookable.organizationId, `ipv4:127.0.0.1:${await replica.serving()}`);
    const request = bookingRequest(bookable, dayAhead(2));
    await proxy.cut();
    expect(await outcomeOf(client.createBooking(request))).toBe("Unavailable/DEPENDENCY_UNAVAILABLE");
    expect((await client.listBookings({})).bookings).toEqual([]);
    await proxy.open();
    await until(
      "it books again",
      () => outcomeOf(client.createBooking(request)),
      (outcome) => outcome === "ok",
    );
  });
});

test("two replicas that race to migrate an empty database both come up, and each migration is applied once", async () => {
  await using database = await createDatabase("raced");
  const environment = { ...sky.environments.booking, DATABASE_URL: database.url };
  await using first = spawnService("booking", environment);
  await using second = spawnService("booking", environment);
  await Promise.all([first.serving(), second.serving()]);
  const rows = await query<{ migration_name: string; finished_at: Date | null }>(
    database.url,
    "SELECT migration_name, finished_at FROM _prisma_migrations",
  );
  expect(rows.length).toBeGreaterThan(0);
  expect(new Set(rows.map((row) => row.migration_name)).size).toBe(rows.length);
  expect(rows.filter((row) => row.finished_at === null)).toEqual([]);
});
