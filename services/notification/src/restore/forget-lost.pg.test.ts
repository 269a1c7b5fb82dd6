import { randomUUID } from "node:crypto";
import { migrate } from "@calends/kit/migrate";
import { createDatabase } from "@calends/testkit/postgres";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DeliveryStatus } from "../domain/delivery.ts";
import { migrations } from "../migrations.ts";
import { openStore, type Store } from "../store/index.ts";
import { forgetLost, type Lost } from "./forget-lost.ts";

const organizationId = randomUUID();
const now = new Date("2026-12-01T00:00:00Z");
const stack = new AsyncDisposableStack();
let store: Store;

beforeAll(async () => {
  const database = stack.use(await createDatabase("forget_lost"));
  await migrate({ connectionString: database.url, directory: migrations });
  const pool = stack.adopt(new Pool({ connectionString: database.url, max: 2 }), (open) => open.end());
  store = stack.use(openStore(pool));
});

afterAll(() => stack.disposeAsync());

/** Stores the notice of a version, and one delivery of it for each status. */
async function notify(bookingId: string, bookingVersion: bigint, statuses: readonly DeliveryStatus[]): Promise<void> {
  const version = { organizationId, bookingId, bookingVersion };
  await store.db.notice.create({ data: { ...version, facts: {} } });
  const common = { ...version, kind: "confirmation", maxAttempts: 3, dueAt: now, createdAt: now };
  const data = statuses.map((status, index) => ({
    ...common,
    id: randomUUID(),
    recipient: `${index}@example.com`,
    status,
    ...(status === "sent" ? { sentAt: now } : {}),
  }));
  await store.db.delivery.createMany({ data });
  const key = { organizationId_bookingId: { organizationId, bookingId } };
  const create = { organizationId, bookingId, version: bookingVersion };
  await store.db.notifiedBooking.upsert({ where: key, create, update: { version: bookingVersion } });
}

async function statusesOf(bookingId: string): Promise<string[]> {
  const orderBy = [{ bookingVersion: "asc" }, { recipient: "asc" }] as const;
  const rows = await store.db.delivery.findMany({ where: { bookingId }, orderBy: [...orderBy] });
  return rows.map(({ bookingVersion, status }) => `${bookingVersion} ${status}`);
}

async function newestOf(bookingId: string): Promise<bigint | undefined> {
  const rows = await store.db.notifiedBooking.findMany({ where: { bookingId } });
  return rows[0]?.version;
}

test("the mails of versions that booking does not know are stopped, and known ones are left as they are", async () => {
  const [kept, changed, gone] = [randomUUID(), randomUUID(), randomUUID()];
  await notify(kept, 1n, ["sent", "queued", "failed"]);
  await notify(changed, 1n, ["sent", "superseded"]);
  await notify(changed, 2n, ["sent", "sent", "queued", "failed", "superseded"]);
  await notify(gone, 1n, ["sent"]);
  await notify(gone, 3n, ["queued"]);
  const known = [
    { bookingId: kept, version: 1n },
    { bookingId: changed, version: 1n },
  ];
  const run = async () => {
    const found: Lost[] = [];
    for await (const one of forgetLost({ store, findKnown: () => Promise.resolve(known) })) {
      found.push(one);
    }
    return found;
  };

  const lost = await run();
  const lostOf = (bookingId: string) => lost.filter((one) => one.bookingId === bookingId);
  expect(lost).toHaveLength(3);
  expect(lostOf(changed)).toEqual([{ organizationId, bookingId: changed, version: 2n, told: 2, stopped: 2 }]);
  expect(lostOf(gone)).toEqual([
    { organizationId, bookingId: gone, version: 1n, told: 1, stopped: 0 },
    { organizationId, bookingId: gone, version: 3n, told: 0, stopped: 1 },
  ]);
  const stopped = "2 superseded";
  expect(await statusesOf(kept)).toEqual(["1 sent", "1 queued", "1 failed"]);
  expect(await statusesOf(changed)).toEqual(["1 sent", "1 superseded", "2 sent", "2 sent", stopped, stopped, stopped]);
  expect(await statusesOf(gone)).toEqual(["1 sent", "3 superseded"]);
  expect([await newestOf(kept), await newestOf(changed), await newestOf(gone)]).toEqual([1n, 1n, 0n]);

  const again = await run();
  expect(again.map(({ told, stopped: more }) => [told, more])).toEqual(lost.map(({ told }) => [told, 0]));
});
