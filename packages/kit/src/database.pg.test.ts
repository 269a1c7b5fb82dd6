import { createDatabase } from "@calends/testkit/postgres";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { createPool, inTransaction, openDatabase, send, sendAndSee, sqlOf } from "./database.ts";
import { createLogger } from "./logger.ts";

test("a connection that is lost between two queries of a transaction fails the next query, and not the process", async () => {
  await using database = await createDatabase("lost");
  const config = { databaseUrl: database.url, databasePool: 2, natsUrl: "" };
  const empty = await mkdtemp(join(tmpdir(), "calends-no-migrations-"));
  const logger = createLogger("test", "silent");
  const pool = await openDatabase("test", config, empty, logger, new AbortController().signal);
  const client = await pool.connect();
  const lost = vi.fn<() => void>();
  client.on("end", lost);
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  expect(client.listenerCount("error")).toBeGreaterThan(0);
  await pool.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
  await vi.waitFor(() => expect(lost).toHaveBeenCalled(), { timeout: 10_000 });
  await expect(client.query("SELECT 1")).rejects.toThrow(/terminat|not queryable|ended/i);
  client.release(true);
  await pool.end();
});

test("a transaction keeps all of its statements or none, also of those that nobody waited for", async () => {
  await using database = await createDatabase("sent");
  await using stack = new AsyncDisposableStack();
  const pool = stack.adopt(createPool(database.url, 2, "test"), (open) => open.end());
  await pool.query("CREATE TABLE kept (n integer PRIMARY KEY)");
  const insert = "INSERT INTO kept VALUES ($1::integer)";
  const count = async () => (await pool.query("SELECT FROM kept")).rowCount;

  const rows = await inTransaction(pool, async (tx) => {
    await send(tx, insert, 1);
    await send(tx, insert, 2);
    return tx.$queryRawUnsafe<{ n: number }[]>("SELECT n FROM kept ORDER BY n");
  });
  expect(rows).toEqual([{ n: 1 }, { n: 2 }]);
  expect(await count()).toBe(2);

  const repeated = inTransaction(pool, async (tx) => {
    await send(tx, insert, 3);
    await send(tx, insert, 1);
    await send(tx, insert, 4);
  });
  await expect(repeated).rejects.toMatchObject({ code: "23505" });
  const thrown = inTransaction(pool, async (tx) => {
    await send(tx, insert, 3);
    throw new Error("changed its mind");
  });
  await expect(thrown).rejects.toThrow("changed its mind");
  const swallowed = inTransaction(pool, async (tx) => {
    await send(tx, insert, 3);
    await tx.$queryRawUnsafe(insert, 1).catch(() => undefined);
  });
  await expect(swallowed).rejects.toThrow("swallowed");
  await expect(send(sqlOf(pool), insert, 1)).rejects.toMatchObject({ code: "23505" });
  expect(await count()).toBe(2);
});

test("rows of a statement that nobody waits for are seen by the end of the transaction, and the first failure is told", async () => {
  await using database = await createDatabase("seen");
  await using stack = new AsyncDisposableStack();
  const pool = stack.adopt(createPool(database.url, 2, "test"), (open) => open.end());
  const seen: unknown[] = [];
  const see = (rows: unknown) => seen.push(rows);
  const before = await inTransaction(pool, async (tx) => {
    await sendAndSee(tx, see, "SELECT 1 AS n");
    return seen.length;
  });
  expect([before, seen]).toEqual([0, [[{ n: 1 }]]]);
  await sendAndSee(sqlOf(pool), see, "SELECT 2 AS n");
  expect(seen[1]).toEqual([{ n: 2 }]);
  const failing = inTransaction(pool, async (tx) => {
    await send(tx, "SELECT 1 / 0");
    await tx.$queryRawUnsafe("SELECT 1"); // Refused, because the transaction has failed: that is not what went wrong.
  });
  await expect(failing).rejects.toMatchObject({ code: "22012" });
});

test("a transaction whose connection is lost fails, and the pool goes on", async () => {
  await using database = await createDatabase("cut");
  await using stack = new AsyncDisposableStack();
  const pool = stack.adopt(createPool(database.url, 1, "test"), (open) => open.end());
  pool.on("connect", (client) => client.on("error", () => undefined));
  const cut = inTransaction(pool, async (tx) => {
    await send(tx, "SELECT pg_terminate_backend(pg_backend_pid())");
    await send(tx, "SELECT 1");
  });
  await expect(cut).rejects.toThrow(/terminat|connection/i);
  const { rows } = await pool.query<{ one: number }>("SELECT 1 AS one");
  expect(rows).toEqual([{ one: 1 }]);
});
