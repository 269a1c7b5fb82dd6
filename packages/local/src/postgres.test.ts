import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readlink, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pidIn, processesWith, untilNoProcessWith } from "./_util.ts";
import { freePort, LOOPBACK } from "./ports.ts";
import { removePostgresData, startPostgres } from "./postgres.ts";

const isRoot = process.getuid?.() === 0;
let root = "";

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "calends-pg-test-"));
  await chmod(root, 0o755);
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

test("databases come, are found again, and go even while in use", async () => {
  await using server = await startPostgres({ durable: false });
  const urls = await Promise.all([server.ensureDatabase('odd "name'), server.ensureDatabase('odd "name')]);
  expect(urls[0]).toBe(urls[1]);
  const held = new Client({ connectionString: urls[0] });
  held.on("error", () => {}); // The drop below ends this session.
  await held.connect();
  await server.dropDatabase('odd "name');
  await server.dropDatabase('odd "name');
  await expect(ask(urls[0], "SELECT 1")).rejects.toThrow("does not exist");
});

test("it takes 300 sessions, speaks UTF-8, and has the extensions the services use", async () => {
  await using server = await startPostgres({ durable: false });
  const settings =
    "SELECT current_setting('max_connections') AS n, current_setting('server_encoding') AS e, current_setting('fsync') AS f";
  expect(await ask(server.url, settings)).toEqual([{ n: "300", e: "UTF8", f: "off" }]);
  for (const name of ["btree_gist", "pg_trgm", "pgcrypto", "citext"]) await ask(server.url, `CREATE EXTENSION ${name}`);
  const wrong = new URL(server.url);
  wrong.password = "guess";
  await expect(ask(wrong.href, "SELECT 1")).rejects.toThrow("password authentication failed");
});

test("a second start finds the data, durable, and a stop leaves no process", async () => {
  const dataDir = join(root, "again");
  {
    await using first = await startPostgres({ dataDir });
    await ask(await first.ensureDatabase("kept"), "CREATE TABLE t AS SELECT 42 AS n");
    expect(await ask(first.url, "SHOW fsync")).toEqual([{ fsync: "on" }]);
  }
  expect(await processesWith(dataDir)).toEqual([]);
  await using second = await startPostgres({ dataDir });
  expect(await ask(await second.ensureDatabase("kept"), "SELECT n FROM t")).toEqual([{ n: 42 }]);
});

test("a taken port gives way to a free one, and it says so", async () => {
  await using taken = createServer();
  const port = await freePort();
  taken.listen(port, LOOPBACK);
  const said: string[] = [];
  await using server = await startPostgres({ port, durable: false, onProgress: (message) => said.push(message) });
  expect(server.port).not.toBe(port);
  expect(said).toContain(`port ${port} is taken, so Postgres listens on ${server.port}`);
});

test("it recovers after SIGKILL, though the pid file is still there", async () => {
  const dataDir = join(root, "crash");
  const pidFile = join(dataDir, "data/postmaster.pid");
  {
    await using first = await startPostgres({ dataDir });
    await ask(await first.ensureDatabase("kept"), "CREATE TABLE t AS SELECT 42 AS n");
    process.kill(pidIn(pidFile), "SIGKILL");
  }
  expect(existsSync(pidFile)).toBe(true);
  await using second = await startPostgres({ dataDir });
  expect(await ask(await second.ensureDatabase("kept"), "SELECT n FROM t")).toEqual([{ n: 42 }]);
});

test("killed and started again, it has the same address and all that was committed", async () => {
  await using server = await startPostgres({ durable: true });
  const url = await server.ensureDatabase("kept");
  await ask(url, "CREATE TABLE t AS SELECT 42 AS n");
  await server.kill();
  await expect(ask(url, "SELECT n FROM t")).rejects.toThrow(/ECONNREFUSED/);
  await server.start();
  await server.start();
  expect(await ask(url, "SELECT n FROM t")).toEqual([{ n: 42 }]);
});

test("when its parent is killed it stops too, and the data opens again", async () => {
  const dataDir = join(root, "orphan");
  const script = `
    import { startPostgres } from ${JSON.stringify(join(import.meta.dirname, "postgres.ts"))};
    await startPostgres(${JSON.stringify({ dataDir })});
    console.log("up");
  `;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const chunk of parent.stdout) if (String(chunk).includes("up")) break;
  expect(await processesWith(join(dataDir, "data"))).not.toEqual([]);
  parent.kill("SIGKILL");
  await untilNoProcessWith(join(dataDir, "data"));
  await using server = await startPostgres({ dataDir });
  expect(server.port).toBeGreaterThan(0);
});

test("a creation that was cut short is done again", async () => {
  const dataDir = join(root, "partial");
  await mkdir(join(dataDir, "data"), { recursive: true });
  await using server = await startPostgres({ dataDir, durable: false });
  expect(await ask(server.url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
});

test("a server that runs already is used as it is and never stopped", async () => {
  await using own = await startPostgres({ durable: false });
  const other = await startPostgres({ externalUrl: own.url });
  const url = await other.ensureDatabase("borrowed");
  await other[Symbol.asyncDispose]();
  expect(await ask(url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  const nowhere = `postgresql://me:secret@${LOOPBACK}:${await freePort()}/postgres`;
  const refusal = startPostgres({ externalUrl: nowhere });
  await expect(refusal).rejects.toThrow(/DATABASE_URL\) cannot be reached/);
  await expect(refusal).rejects.not.toThrow(/secret/);
});

test("below a directory that the server's account cannot enter, the data moves where it can, and it says so", async () => {
  const closed = join(root, "closed");
  await mkdir(closed, { mode: 0o700 });
  const dataDir = join(closed, "postgres");
  const said: string[] = [];
  {
    await using server = await startPostgres({ dataDir, durable: false, onProgress: (message) => said.push(message) });
    await ask(await server.ensureDatabase("kept"), "CREATE TABLE t AS SELECT 42 AS n");
  }
  {
    await using server = await startPostgres({ dataDir, durable: false });
    expect(await ask(await server.ensureDatabase("kept"), "SELECT n FROM t")).toEqual([{ n: 42 }]);
  }
  // An ordinary account owns the directory and enters it; only root's Postgres, which runs as another, must move.
  const moved = isRoot ? await readlink(dataDir) : dataDir;
  const sentence = `the account that Postgres runs as cannot reach ${dataDir}, so the data is in ${moved}`;
  expect(said.includes(sentence)).toBe(isRoot);
  expect((await stat(moved)).mode & 0o777).toBe(0o700);
  await removePostgresData(dataDir);
  expect([existsSync(moved), existsSync(dataDir)]).toEqual([false, false]);
});
