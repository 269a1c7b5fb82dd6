import { createDatabase, type TestDatabase } from "@calends/testkit/postgres";
import { createProxy } from "@calends/testkit/proxy";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createPool } from "./database.ts";
import { kindOf } from "./database-errors.ts";
import { clientConfig, openSession } from "./sessions.ts";

let database: TestDatabase;

beforeEach(async () => {
  database = await createDatabase("sessions");
});
afterEach(() => database[Symbol.asyncDispose]());

async function settingsOf(url: string, leads = false): Promise<Record<string, string>> {
  const session = await openSession(url, "test", { leads });
  try {
    const { rows } = await session.query<{ name: string; setting: string }>(
      `SELECT name, setting FROM pg_settings
       WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout')`,
    );
    return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
  } finally {
    await session.end();
  }
}

test("a session's long statements and idle transactions are ended, and a leader's session is ended when it is idle", async () => {
  const usual = { statement_timeout: "15000", idle_in_transaction_session_timeout: "25000", idle_session_timeout: "0" };
  expect(await settingsOf(database.url)).toEqual(usual);
  expect(await settingsOf(database.url, true)).toEqual({ ...usual, idle_session_timeout: "15000" });
});

test("a connection to PgBouncer, which refuses a session's settings, is made without them", async () => {
  const url = `${database.url}?pgbouncer=true`;
  expect(clientConfig(url, "test").options).toBeUndefined();
  expect(await settingsOf(url)).toMatchObject({ statement_timeout: "0" });
});

test("a statement that runs for too long is refused as unavailable", async () => {
  const session = await openSession(database.url, "test", { statementTimeoutMs: 50 });
  const error: unknown = await session.query("SELECT pg_sleep(60)").catch((caught: unknown) => caught);
  expect(kindOf(error)).toMatchObject({ kind: "unavailable", retryAfterMs: 1_000 });
  await session.end();
});

test("a session behind a network partition fails within its time limit and cannot be used again", async () => {
  await using way = await createProxy(database.url);
  await way.open();
  const session = await openSession(way.url, "test", { statementTimeoutMs: 50 });
  way.freeze();
  const error: unknown = await session.query("SELECT 1").catch((caught: unknown) => caught);
  expect(kindOf(error)).toMatchObject({ kind: "unavailable" });
  await expect(session.query("SELECT 1")).rejects.toThrow(/not queryable|closed|terminated|ended/i);
});

test.each(["25006", "53100", "57014", "55P03", "25P03", "57P03"])(
  "a pool's statement that Postgres refuses with %s is unavailable, to be tried again",
  async (code) => {
    const pool = createPool(database.url, 1, "test");
    const refuse = `DO $$ BEGIN RAISE EXCEPTION 'words of the inside' USING ERRCODE = '${code}'; END $$`;
    const error = kindOf(await pool.query(refuse).catch((caught: unknown) => caught));
    expect(error).toMatchObject({ kind: "unavailable", reason: "DEPENDENCY_UNAVAILABLE" });
    expect(String(error)).not.toContain("words of the inside");
    await pool.end();
  },
);
