import { randomUUID } from "node:crypto";
import { migrate } from "@calends/kit/migrate";
import { createDatabase } from "@calends/testkit/postgres";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { permutationsOf } from "../../test/_read-model.ts";
import { migrations } from "../migrations.ts";
import { applyFreshness } from "./freshness.ts";
import { openStore, type Store } from "./index.ts";

const stack = new AsyncDisposableStack();
const organizationId = randomUUID();
let pool: Pool;
let store: Store;

beforeAll(async () => {
  const database = stack.use(await createDatabase("freshness"));
  await migrate({ connectionString: database.url, directory: migrations });
  pool = stack.adopt(new Pool({ connectionString: database.url, max: 2 }), (open) => open.end());
  store = stack.use(openStore(pool, () => undefined));
});
afterAll(() => stack.disposeAsync());

interface Word {
  readonly toldAt: number;
  readonly lastGoodAt: number;
  readonly healthy?: boolean;
  readonly gone?: boolean;
}

/** What is known after words in an order, and how many of them were kept. */
async function knownAfter(words: readonly Word[]) {
  const calendarId = randomUUID();
  const ids = { organizationId, calendarId, source: "google", connectionId: randomUUID() };
  let kept = 0;
  for (const { toldAt, lastGoodAt, healthy = false, gone = false } of words) {
    const times = { toldAt: new Date(toldAt), lastGoodAt: new Date(lastGoodAt) };
    kept += (await store.transaction((tx) => applyFreshness(tx, { ...ids, ...times, healthy, gone }))) ? 1 : 0;
  }
  const { rows } = await pool.query<{ good: Date; healthy: boolean; gone: boolean }>(
    "SELECT last_good_at AS good, healthy, gone FROM calendar_freshness WHERE calendar_id = $1",
    [calendarId],
  );
  return { rows: rows.map(({ good, ...row }) => ({ good: good.getTime(), ...row })), kept };
}

test("of words in each of their orders the newest counts, and of two at one instant the worse", async () => {
  const words: Word[] = [
    { toldAt: 1_000, lastGoodAt: 9_000, healthy: true },
    { toldAt: 2_000, lastGoodAt: 2_000, healthy: true },
    { toldAt: 3_000, lastGoodAt: 2_000, healthy: true },
    { toldAt: 3_000, lastGoodAt: 2_000, healthy: false },
  ];
  for (const order of permutationsOf(words)) {
    expect((await knownAfter([...order, ...order])).rows).toEqual([{ good: 2_000, healthy: false, gone: false }]);
  }
});

test("a recovery counts although the last good time is the same as at the failure", async () => {
  const failure = { toldAt: 1_000, lastGoodAt: 500, healthy: false };
  const recovery = { toldAt: 2_000, lastGoodAt: 500, healthy: true };
  for (const order of permutationsOf([failure, recovery])) {
    expect((await knownAfter(order)).rows).toEqual([{ good: 500, healthy: true, gone: false }]);
  }
});

test("a connection that is gone stays so against older words, and comes back with a newer one", async () => {
  const [before, gone] = [
    { toldAt: 1_000, lastGoodAt: 1_000, healthy: true },
    { toldAt: 2_000, lastGoodAt: 0, gone: true },
  ];
  for (const order of permutationsOf([before, gone])) {
    expect((await knownAfter(order)).rows).toMatchObject([{ gone: true }]);
  }
  const back = { toldAt: 3_000, lastGoodAt: 3_000, healthy: true };
  expect((await knownAfter([gone, back, before])).rows).toEqual([{ good: 3_000, healthy: true, gone: false }]);
});

test("a word that says nothing new is not kept, so that nobody is told of it", async () => {
  const word = { toldAt: 1_000, lastGoodAt: 1_000, healthy: true };
  expect((await knownAfter([word, word, { ...word, toldAt: 900 }])).kept).toBe(1);
});
