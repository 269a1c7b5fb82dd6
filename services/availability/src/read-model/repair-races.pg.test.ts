import { randomUUID } from "node:crypto";
import { createLogger } from "@calends/kit/logger";
import { migrate } from "@calends/kit/migrate";
import { createDatabase } from "@calends/testkit/postgres";
import { createPool } from "@calends/kit/database";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { noRepairs, sumRepairs, type BusySpan } from "../domain/drift.ts";
import { migrations } from "../migrations.ts";
import type { OwnedBooking, Owner } from "../owner.ts";
import { applyBusy } from "../store/busy.ts";
import { openStore, type Store } from "../store/index.ts";
import { readKnownBookings } from "../store/read-model.ts";
import { rebuild } from "./rebuild.ts";
import { reconcile } from "./reconcile.ts";

const stack = new AsyncDisposableStack();
const calendarId = randomUUID();
let store: Store;
let organizationId: string;
let id: string;

beforeAll(async () => {
  const { url } = stack.use(await createDatabase("repair"));
  await migrate({ connectionString: url, directory: migrations });
  const pool = stack.adopt(createPool(url, 10, "test"), (open) => open.end());
  store = stack.use(openStore(pool, () => undefined));
});
afterAll(() => stack.disposeAsync());
beforeEach(() => {
  organizationId = randomUUID();
  id = randomUUID();
});

/** The span of a version: its hour is its number. */
function spanOf(version: number): BusySpan {
  const startsAt = new Date(Date.UTC(2027, 2, 1, version));
  return { calendarId, startsAt, endsAt: new Date(startsAt.getTime() + 3_600_000), place: "" };
}

/** The booking as its owner has it in a version. */
function owned(version: number): OwnedBooking {
  return { id, version: BigInt(version), updatedAt: new Date(0), spans: [spanOf(version)] };
}

/** An event of the booking arrives. */
async function arrive(version: number): Promise<void> {
  const source = { organizationId, source: "booking" as const, sourceId: id, version: BigInt(version) };
  await store.quickly((tx) => applyBusy(tx, source, [spanOf(version)]));
}

/** An owner with this answer, which takes so long that something happens before it arrives. */
function ownerOf(answer: readonly OwnedBooking[], meanwhile: () => Promise<void> = async () => undefined): Owner {
  const answered = async () => {
    await meanwhile();
    return [...answer];
  };
  const page = async function* () {
    yield await answered();
  };
  return { get: answered, bookings: page, bookingsOn: page, summaries: async function* () {} };
}

async function known(): Promise<unknown> {
  return (await readKnownBookings(store.db, organizationId, [id])).get(id);
}

function repair(owner: Owner) {
  return reconcile({ store, owner, organizationId, settledBefore: null }, [id]);
}

test("a repair leaves what a newer event has made while the owner was asked", async () => {
  await arrive(1);
  expect(await repair(ownerOf([owned(2)], () => arrive(3)))).toEqual(noRepairs);
  expect(await known()).toEqual({ version: 3n, spans: [spanOf(3)] });
});

test("a repair does not remove a booking of which the owner did not know yet and an event now tells", async () => {
  expect(await repair(ownerOf([], () => arrive(1)))).toEqual(noRepairs);
  expect(await known()).toEqual({ version: 1n, spans: [spanOf(1)] });
});

test("a booking that the owner does not have goes, with its version", async () => {
  await arrive(1);
  expect(await repair(ownerOf([]))).toEqual({ missing: 0, extra: 1, wrong: 0 });
  expect(await known()).toEqual({ version: null, spans: [] });
});

test("what the event that was late makes right before the repair is not counted", async () => {
  await arrive(1);
  expect(await repair(ownerOf([owned(2)], () => arrive(2)))).toEqual(noRepairs);
  expect(await known()).toEqual({ version: 2n, spans: [spanOf(2)] });
});

test("a difference that several checks find at once is counted once", async () => {
  await arrive(1);
  await store.db.busyTime.deleteMany({ where: { organizationId } });
  const all = await Promise.all(Array.from({ length: 8 }, () => repair(ownerOf([owned(1)]))));
  expect(sumRepairs(all)).toEqual({ missing: 1, extra: 0, wrong: 0 });
  expect(await known()).toEqual({ version: 1n, spans: [spanOf(1)] });
});

test("a rebuild applies nothing older than what events have made", async () => {
  const logger = createLogger("test", "silent");
  const owner = { ...ownerOf([owned(2)], () => arrive(3)), get: async () => [owned(3)] };
  const report = await rebuild({ store, logger }, organizationId, owner);
  expect(report).toEqual({ bookings: 1, repairs: noRepairs });
  expect(await known()).toEqual({ version: 3n, spans: [spanOf(3)] });
});

test("versions of one booking that arrive at once leave the spans of the newest", async () => {
  for (let round = 0; round < 10; round += 1) {
    id = randomUUID();
    await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((version) => arrive(version)));
    expect(await known()).toEqual({ version: 8n, spans: [spanOf(8)] });
  }
});
