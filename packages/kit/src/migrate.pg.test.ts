import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase } from "@calends/testkit/postgres";
import type { TestDatabase } from "@calends/testkit/postgres";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { migrate, MigrationError } from "./migrate.ts";

let database: TestDatabase;
let db: Client;
let directory = "";

beforeEach(async () => {
  database = await createDatabase("migrate");
  db = new Client({ connectionString: database.url });
  await db.connect();
  directory = await mkdtemp(join(tmpdir(), "calends-migrate-"));
});
afterEach(async () => {
  await db.end();
  await database[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

async function write(name: string, sql: string): Promise<void> {
  await mkdir(join(directory, name), { recursive: true });
  await writeFile(join(directory, name, "migration.sql"), sql);
}

async function run(): Promise<{ applied: string[]; missing: string[] }> {
  return migrate({ connectionString: database.url, directory });
}

async function failure(): Promise<MigrationError> {
  const error = await run().catch((caught: unknown) => caught);
  if (!(error instanceof MigrationError))
    throw new Error("The run did not fail with a MigrationError.", { cause: error });
  return error;
}

async function tables(): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
  );
  return rows.map((row) => row.name).filter((name) => name !== "_prisma_migrations");
}

const DOLLAR_QUOTED = `CREATE TABLE b (n int); CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$;`;

test("an empty directory is a database without migrations", async () => {
  await writeFile(join(directory, "migration_lock.toml"), 'provider = "postgresql"\n');
  expect(await run()).toEqual({ applied: [], missing: [] });
});

test("migrations are applied in the order of their names, and each once", async () => {
  await write("20260102000000_second", `ALTER TABLE a ADD m int; ${DOLLAR_QUOTED}`);
  await write("20260101000000_first", "CREATE TABLE a (n int);");
  const said: string[] = [];
  const first = await migrate({
    connectionString: database.url,
    directory,
    onProgress: (message) => said.push(message),
  });
  expect(first.applied).toEqual(["20260101000000_first", "20260102000000_second"]);
  expect(said).toEqual(["applying 20260101000000_first", "applying 20260102000000_second"]);
  expect(await run()).toEqual({ applied: [], missing: [] });
  expect(await tables()).toEqual(["a", "b"]);
});

test("of two runners that race, one applies and the other finds it done", async () => {
  await write("1_slow", "CREATE TABLE a (n int); SELECT pg_sleep(0.3); INSERT INTO a VALUES (1);");
  const results = await Promise.all([run(), run(), run()]);
  expect(results.flatMap((result) => result.applied)).toEqual(["1_slow"]);
  expect((await db.query("SELECT n FROM a")).rows).toEqual([{ n: 1 }]);
});

test("a runner that waits for the lock in vain says so", async () => {
  await db.query("SELECT pg_advisory_lock(72707369)");
  const waiting = migrate({ connectionString: database.url, directory, lockTimeoutMs: 20 });
  await expect(waiting).rejects.toMatchObject({
    code: "P1002",
    message: expect.stringContaining("held the migration lock"),
  });
});

test("a failing statement leaves nothing of its migration behind, and names it", async () => {
  await write("1_good", "CREATE TABLE a (n int);");
  await write("2_bad", "CREATE TABLE b (n int); INSERT INTO b VALUES (1); SELECT 1 / 0; CREATE TABLE c (n int);");
  await write("3_later", "CREATE TABLE d (n int);");
  const error = await failure();
  expect(error).toMatchObject({ code: "P3018", migration: "2_bad" });
  expect(error.message).toBe("P3018: Migration 2_bad failed and was undone: division by zero (SQLSTATE 22012).");
  expect(await tables()).toEqual(["a"]);
  const { rows } = await db.query<{ logs: string }>(`SELECT logs FROM "_prisma_migrations" WHERE finished_at IS NULL`);
  expect(rows[0]?.logs).toContain("Database error code: 22012");
});

test("after a failure nothing is applied until it is marked as rolled back", async () => {
  await write("1_bad", "SELECT 1 / 0;");
  await failure();
  await write("1_bad", "CREATE TABLE a (n int);");
  expect(await failure()).toMatchObject({ code: "P3009", migration: "1_bad" });
  await db.query(`UPDATE "_prisma_migrations" SET rolled_back_at = now() WHERE migration_name = '1_bad'`);
  expect((await run()).applied).toEqual(["1_bad"]);
});

test("a failure inside a transaction of the script's own is recorded all the same", async () => {
  await write("1_bad", "BEGIN; CREATE TABLE a (n int); SELECT 1 / 0; COMMIT;");
  expect(await failure()).toMatchObject({ code: "P3018" });
  expect(await tables()).toEqual([]);
  expect(await failure()).toMatchObject({ code: "P3009" });
});

test("an applied file that was edited stops the run before anything is applied", async () => {
  await write("1_first", "CREATE TABLE a (n int);");
  await run();
  await write("1_first", "CREATE TABLE a (n bigint);");
  await write("2_second", "CREATE TABLE b (n int);");
  const error = await failure();
  expect(error).toMatchObject({ code: "EDITED", migration: "1_first" });
  expect(error.message).toContain("put the change in a new migration");
  expect(await tables()).toEqual(["a"]);
});

test("a migration that the directory no longer has is reported, and is no error", async () => {
  await write("1_first", "CREATE TABLE a (n int);");
  await run();
  await rm(join(directory, "1_first"), { recursive: true });
  await write("2_second", "CREATE TABLE b (n int);");
  expect(await run()).toEqual({ applied: ["2_second"], missing: ["1_first"] });
});

test("a database with tables but no history is left alone", async () => {
  await db.query("CREATE TABLE somebody_elses (n int)");
  await write("1_first", "CREATE TABLE a (n int);");
  expect(await failure()).toMatchObject({ code: "P3005" });
  expect(await tables()).toEqual(["somebody_elses"]);
});

test("a folder without a script is an error, not a migration that does nothing", async () => {
  await mkdir(join(directory, "1_empty"));
  expect(await failure()).toMatchObject({ code: "P3015", migration: "1_empty" });
});

// The table as Prisma's schema engine creates it, and a row as `prisma migrate deploy` leaves it.
const PRISMA_TABLE = `CREATE TABLE "_prisma_migrations" (
  "id" VARCHAR(36) NOT NULL, "checksum" VARCHAR(64) NOT NULL, "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL, "logs" TEXT, "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(), "applied_steps_count" INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY ("id"))`;

test("it takes over a database from prisma migrate deploy, and goes on where that stopped", async () => {
  const sql = "CREATE TABLE a (n int);\n-- Zürich\n";
  await write("20260101000000_init", sql);
  await write("20260102000000_next", "ALTER TABLE a ADD m int;");
  await db.query(PRISMA_TABLE);
  await db.query("CREATE TABLE a (n int)");
  await db.query(
    `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES ('9d2d9b6c-6f0e-4c0e-8f4e-000000000001', $1, '20260101000000_init', now(), now(), 1)`,
    [createHash("sha256").update(sql).digest("hex")],
  );
  expect(await run()).toEqual({ applied: ["20260102000000_next"], missing: [] });
  const { rows } = await db.query(`
    SELECT migration_name, length(checksum) AS length, applied_steps_count AS steps, logs, rolled_back_at
    FROM "_prisma_migrations" WHERE finished_at >= started_at ORDER BY migration_name`);
  expect(rows[1]).toEqual({
    migration_name: "20260102000000_next",
    length: 64,
    steps: 1,
    logs: null,
    rolled_back_at: null,
  });
  expect(rows).toHaveLength(2);
});

test("a migration whose table is in use is rolled back and tried again, and the history shows no failure", async () => {
  await write("1_first", "CREATE TABLE a (n int);");
  await run();
  await write("2_second", "CREATE TABLE b (n int); ALTER TABLE a ADD m int;");
  await db.query("BEGIN; SELECT * FROM a");
  const tries = { lockTimeoutMs: 50, pauseMs: 10, count: 2 };
  const options = { connectionString: database.url, directory };
  await expect(migrate({ ...options, tries })).rejects.toMatchObject({ code: "P1002", migration: "2_second" });
  expect(await tables()).toEqual(["a"]);
  const patient = migrate({ ...options, tries: { ...tries, count: 1_000 } });
  await db.query("COMMIT");
  expect((await patient).applied).toEqual(["2_second"]);
  expect(await tables()).toEqual(["a", "b"]);
  expect(await run()).toEqual({ applied: [], missing: [] });
});

test("a failed migration that is not in this image does not keep the image from migrating", async () => {
  await write("1_first", "CREATE TABLE a (n int);");
  await write("2_broken", "SELECT nothing();");
  expect((await failure()).code).toBe("P3018");
  await rm(join(directory, "2_broken"), { recursive: true });
  expect(await run()).toEqual({ applied: [], missing: ["2_broken"] });
});
