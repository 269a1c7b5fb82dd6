import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { choosePorts } from "./ports.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "calends-ports-"));
});
afterEach(() => rm(directory, { recursive: true }));

async function listenOn(port: number) {
  const server = createServer();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

test("when a port is taken, a higher free port is used, and later starts use that one even if the first is free again", async () => {
  const before = await choosePorts(directory, () => {});
  const said: string[] = [];
  await using taken = await listenOn(before.gateway);
  const moved = await choosePorts(directory, (message) => said.push(message));
  expect(moved.gateway).toBeGreaterThan(before.gateway);
  expect(said).toEqual([
    `port ${before.gateway} is taken, so gateway listens on ${moved.gateway}; links that were given out before lead to the old one`,
  ]);
  taken.close();
  await once(taken, "close");
  expect(await choosePorts(directory, () => {})).toEqual(moved);
});

test("no two parts of the demo get the same port", async () => {
  const chosen = Object.values(await choosePorts(directory, () => {}));
  expect(new Set(chosen).size).toBe(chosen.length);
});
