import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { BookingChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { sqlOf } from "@calends/kit/database";
import { createLogger } from "@calends/kit/logger";
import { createMetrics } from "@calends/kit/metrics";
import { migrate } from "@calends/kit/migrate";
import { repositoryRoot } from "@calends/local/paths";
import { connectBroker } from "@calends/messaging/connection";
import { startConsumer } from "@calends/messaging/consumer";
import { enqueue } from "@calends/messaging/outbox";
import { ensureStream } from "@calends/messaging/streams";
import { subjectOf } from "@calends/messaging/subjects";
import { createPrivateNats } from "@calends/testkit/nats";
import { createDatabase } from "@calends/testkit/postgres";
import { Pool } from "pg";
import { expect, test, vi } from "vitest";
import { operate } from "../deploy/operate.ts";

const organizationId = "5e7b1c3a-4f0e-4d69-9c58-0e5f7a1b2c3d";
const logger = createLogger("test", "silent");

test("dead letters are counted, and replayed to their consumer once it is mended", async () => {
  await using nats = await createPrivateNats();
  const env = { NATS_URL: nats.url };
  await using broker = await connectBroker("test", nats.url, logger, AbortSignal.timeout(20_000));
  await ensureStream(broker, "booking");
  expect(await operate(["dead-letters"], env)).toBe("no dead letters");

  let mended = false;
  const handled: string[] = [];
  const handle = async ({ id }: { readonly id: string }) => {
    if (!mended) {
      throw new Error("not mended yet");
    }
    handled.push(id);
  };
  const options = { service: "checker", event: BookingChangedSchema, broker, logger, metrics: createMetrics("test") };
  await using _consumer = await startConsumer({ ...options, handle, backoffMs: [] });
  const body = toBinary(BookingChangedSchema, create(BookingChangedSchema));
  await broker.js.publish(subjectOf(BookingChangedSchema, organizationId), body);
  await vi.waitFor(async () => {
    expect(await operate(["dead-letters"], env)).toBe("checker-booking-changed: 1");
  }, 20_000);

  mended = true;
  expect(await operate(["replay", "checker-booking-changed"], env)).toBe("1 replayed to checker-booking-changed");
  await vi.waitFor(() => expect(handled).toHaveLength(1), 20_000);
  expect(await operate(["dead-letters"], env)).toBe("no dead letters");
});

test("published events since an instant wait to be published again, older ones do not", async () => {
  await using database = await createDatabase("operate");
  await migrate({
    connectionString: database.url,
    directory: join(repositoryRoot(), "services/booking/prisma/migrations"),
  });
  const pool = new Pool({ connectionString: database.url, max: 1 });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => pool.end());
  for (const at of ["2026-11-01T00:00:00Z", "2026-11-03T00:00:00Z"]) {
    await enqueue(sqlOf(pool), BookingChangedSchema, {}, { organizationId, at: new Date(at), trace: null });
  }
  await pool.query("UPDATE outbox SET published_at = now()");
  const told = await operate(["republish", "2026-11-02T00:00:00Z"], { DATABASE_URL: database.url });
  expect(told).toBe("1 events wait to be published again");
  const { rows } = await pool.query("SELECT created_at FROM outbox WHERE published_at IS NULL");
  expect(rows).toEqual([{ created_at: new Date("2026-11-03T00:00:00Z") }]);
});

test("events that are set aside are listed, and wait to be published again when they are to be tried", async () => {
  await using database = await createDatabase("operate");
  await migrate({
    connectionString: database.url,
    directory: join(repositoryRoot(), "services/booking/prisma/migrations"),
  });
  const pool = new Pool({ connectionString: database.url, max: 1 });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => pool.end());
  const env = { DATABASE_URL: database.url };
  expect(await operate(["set-aside"], env)).toBe("no event is set aside");
  const fact = { organizationId, at: new Date("2026-11-01T00:00:00Z"), trace: null };
  const eventId = await enqueue(sqlOf(pool), BookingChangedSchema, {}, fact);
  await pool.query("UPDATE outbox SET refusals = 5, refusal = 'too large', set_aside_at = '2026-11-02T00:00:00Z'");
  expect(await operate(["set-aside"], env)).toBe(
    `${eventId} calends.booking.v1.BookingChanged of ${organizationId}, 0 bytes, ` +
      "since 2026-11-02T00:00:00.000Z: too large",
  );
  expect(await operate(["retry-set-aside", organizationId], env)).toBe("0 events are tried again");
  expect(await operate(["retry-set-aside", eventId], env)).toBe("1 events are tried again");
  expect(await operate(["set-aside"], env)).toBe("no event is set aside");
});

test.each([
  [["republish", "yesterday"], {}, /^usage: /],
  [["replay"], {}, /^usage: /],
  [["retry-set-aside", "this"], {}, /^usage: /],
  [["set-aside"], {}, /^DATABASE_URL is not set$/],
  [[], {}, /^usage: /],
  [["dead-letters"], {}, /^NATS_URL is not set$/],
  [["republish", "2026-11-02T00:00:00Z"], {}, /^DATABASE_URL is not set$/],
])("%j without what it needs is refused with a sentence", async (args, env, sentence) => {
  await expect(operate(args, env)).rejects.toThrow(sentence);
});
