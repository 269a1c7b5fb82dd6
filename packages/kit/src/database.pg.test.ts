import { createDatabase } from "@calends/testkit/postgres";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openDatabase } from "./database.ts";
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
