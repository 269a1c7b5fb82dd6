import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const script = fileURLToPath(new URL("./start.ts", import.meta.url));
let directory: string;
let started: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "calends-demo-"));
  // As root, Postgres runs as another account, which has to reach its data.
  await chmod(directory, 0o755);
});

afterEach(async () => {
  for (const child of started.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  started = [];
  await vi.waitUntil(() => processes().length === 0, { timeout: 15_000 });
  await rm(directory, { recursive: true, force: true });
});

/** A demo of the test's own, with Postgres and NATS of its own. */
function startDemo(...args: string[]) {
  const { DATABASE_URL: _database, NATS_URL: _nats, ...env } = process.env;
  const child = spawn(process.execPath, [script, "--data", directory, ...args], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(child);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    waiting.forEach((look) => look());
  });
  const exited = once(child, "exit");
  const until = async (text: string): Promise<void> => {
    const seen = Promise.withResolvers<void>();
    const look = (): void => {
      if (lines.some((line) => line.includes(text))) seen.resolve();
    };
    waiting.add(look);
    look();
    const early = exited.then(() => Promise.reject(new Error(`it ended:\n${lines.join("\n")}`)));
    await Promise.race([seen.promise, early]).finally(() => waiting.delete(look));
  };
  return { child, lines, exited, until };
}

/** The processes that have the demo's directory in their command line, this test's own aside. */
function processes(): string[] {
  const { stdout } = spawnSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" });
  return stdout.split("\n").filter((line) => line.includes(directory));
}

test("it starts, serves, ends on Ctrl-C with everything it started, and finds its data again", async () => {
  const first = startDemo();
  await first.until("Ctrl-C stops everything");
  const feed = first.lines.find((line) => line.includes("/feeds/")) ?? "";
  const readFeed = async () => (await fetch(/http:\S+/.exec(feed)?.[0] ?? "")).text();
  await expect.poll(readFeed, { timeout: 15_000 }).toContain("BEGIN:VEVENT");
  for (const file of ["secrets.json", "feeds.json", "token"]) {
    expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600);
  }
  const token = await readFile(join(directory, "token"), "utf8");
  expect(processes().length).toBeGreaterThan(2);
  // A terminal and npm each deliver the same press.
  first.child.kill("SIGINT");
  first.child.kill("SIGINT");
  expect(await first.exited).toEqual([0, null]);
  expect(processes()).toEqual([]);

  const second = startDemo();
  await second.until("Ctrl-C stops everything");
  expect(second.lines.join("\n")).toMatch(/demo: 0 bookings made, [1-9]\d* there already/);
  const path = /\/feeds\/\S+/.exec(feed)?.[0] ?? "no feed";
  expect(second.lines.some((line) => line.includes(path))).toBe(true);
  expect(await readFile(join(directory, "token"), "utf8")).not.toBe(token);
  second.child.kill("SIGTERM");
  expect(await second.exited).toEqual([0, null]);
  expect(processes()).toEqual([]);
}, 120_000);

test("a demo that is killed leaves nothing running, --fresh starts over, and a stop during the start ends it", async () => {
  const killed = startDemo();
  await killed.until("demo: calendars");
  killed.child.kill("SIGKILL");
  await killed.exited;
  await expect.poll(processes, { timeout: 15_000 }).toEqual([]);

  const fresh = startDemo("--fresh");
  await fresh.until("creating a Postgres cluster");
  fresh.child.kill("SIGINT");
  expect(await fresh.exited).toEqual([0, null]);
  expect(processes()).toEqual([]);
}, 120_000);

test("an unknown argument is named and nothing is started", async () => {
  const { child } = startDemo("--frsh");
  expect(await once(child, "exit")).toEqual([64, null]);
});
