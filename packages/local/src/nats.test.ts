import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { LineClient, pidIn, processesWith, untilNoProcessWith } from "./_util.ts";
import { startNats } from "./nats.ts";
import { findNatsServer } from "./nats-binary.ts";
import { cacheDir as defaultCacheDir } from "./paths.ts";
import { freePort, LOOPBACK } from "./ports.ts";

const cacheDir = defaultCacheDir(process.env);

afterEach(() => {
  vi.unstubAllEnvs();
});

async function temporary(prefix: string): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Asks the server's JetStream API and returns its answer. */
async function jetstream(port: number, subject: string, body: object): Promise<unknown> {
  using client = await LineClient.connect(port);
  await client.line(/^INFO /);
  const payload = JSON.stringify(body);
  client.send(
    `CONNECT {"verbose":false}\r\nSUB reply 1\r\nPUB $JS.API.${subject} reply ${payload.length}\r\n${payload}\r\n`,
  );
  return JSON.parse(await client.line(/^\{/));
}

test("it answers on the loopback address with JetStream and room for messages of 1 MB", async () => {
  await using nats = await startNats({ cacheDir });
  using client = await LineClient.connect(nats.port);
  const info: unknown = JSON.parse((await client.line(/^INFO /)).slice("INFO ".length));
  expect(info).toMatchObject({ host: LOOPBACK, jetstream: true, max_payload: 1024 * 1024 });
});

test.each(["stop", "kill"] as const)("after %s it starts again on the same port with its streams", async (how) => {
  await using nats = await startNats({ cacheDir });
  const created = await jetstream(nats.port, "STREAM.CREATE.kept", { name: "kept", subjects: ["kept.>"] });
  expect(created).not.toHaveProperty("error");
  await nats[how]();
  await expect(LineClient.connect(nats.port)).rejects.toThrow("ECONNREFUSED");
  await nats.start();
  const info = await jetstream(nats.port, "STREAM.INFO.kept", {});
  expect(info).toMatchObject({ config: { name: "kept" } });
});

test("disposing of it leaves no process and no temporary directory", async () => {
  await using parent = await temporary("calends-tmp-");
  vi.stubEnv("TMPDIR", parent.path);
  const nats = await startNats({ cacheDir });
  expect(await processesWith(parent.path)).toHaveLength(1);
  await nats[Symbol.asyncDispose]();
  expect(await processesWith(parent.path)).toEqual([]);
  expect(await readdir(parent.path)).toEqual([]);
});

test("a taken port gives way to a free one, and it says so", async () => {
  await using taken = createServer();
  const port = await freePort();
  taken.listen(port, LOOPBACK);
  const said: string[] = [];
  await using nats = await startNats({ cacheDir, port, onProgress: (message) => said.push(message) });
  expect(nats.port).not.toBe(port);
  expect(said).toContain(`port ${port} is taken, so NATS listens on ${nats.port}`);
});

test("when its parent is killed it stops too, and its store opens again", async () => {
  await using store = await temporary("calends-orphan-");
  const script = `
    import { startNats } from ${JSON.stringify(join(import.meta.dirname, "nats.ts"))};
    await startNats(${JSON.stringify({ cacheDir, storeDir: store.path })});
    console.log("up");
  `;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const chunk of parent.stdout) if (String(chunk).includes("up")) break;
  expect(pidIn(join(store.path, "nats-server.pid"))).toBeGreaterThan(0);
  parent.kill("SIGKILL");
  await untilNoProcessWith(store.path);
  await using nats = await startNats({ cacheDir, storeDir: store.path });
  expect(nats.port).toBeGreaterThan(0);
});

test("a server that runs already is used as it is and never stopped", async () => {
  await using own = await startNats({ cacheDir });
  const other = await startNats({ cacheDir: "/nonexistent", externalUrl: own.url });
  expect(other.url).toBe(own.url);
  expect(other.urlOf("anybody")).toBe(own.url);
  await expect(other.stop()).rejects.toThrow("not ours");
  await other[Symbol.asyncDispose]();
  using client = await LineClient.connect(own.port);
  expect(await client.line(/^INFO /)).toContain("jetstream");
});

test("with users it lets in those alone, and keeps their passwords to itself", async () => {
  await using store = await temporary("calends-users-");
  const storeDir = store.path;
  await writeFile(join(storeDir, "nats-server.conf"), "", { mode: 0o644 });
  const conf = 'authorization { users: [{ user: "ann", password: "secret", permissions: { publish: "a.>" } }] }';
  const access = { conf, passwords: { ann: "secret" }, operator: "ann" };
  await using nats = await startNats({ cacheDir, storeDir, access });
  expect(nats.urlOf("ann")).toBe(`nats://ann:secret@${LOOPBACK}:${nats.port}`);
  expect(nats.url).toBe(nats.urlOf("ann"));
  expect(() => nats.urlOf("bob")).toThrow('no user "bob"');
  expect((await stat(join(storeDir, "nats-server.conf"))).mode & 0o077).toBe(0);
  using nobody = await LineClient.connect(nats.port);
  nobody.send('CONNECT {"verbose":false}\r\nPING\r\n');
  expect(await nobody.line(/^-ERR/)).toContain("Authorization Violation");
  using ann = await LineClient.connect(nats.port);
  ann.send('CONNECT {"verbose":false,"user":"ann","pass":"secret"}\r\nPUB b 1\r\nx\r\n');
  expect(await ann.line(/^-ERR/)).toContain("Permissions Violation");
});

test("a binary that cannot be had is one line that says how to install it", async () => {
  await using cache = await temporary("calends-cache-");
  vi.stubEnv("PATH", cache.path); // No apt-get here.
  await expect(findNatsServer({ cacheDir: cache.path, systemDirs: [] })).rejects.toThrow(
    /^nats-server was not found.*install it.*NATS_URL/,
  );
  expect(existsSync(join(cache.path, "nats-server", process.arch, "nats-server"))).toBe(false);
});
