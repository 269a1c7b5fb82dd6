import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { spawnChild } from "./child.ts";
import type { Child } from "./child.ts";
import { settlePidFile } from "./lock.ts";
import { findNatsServer } from "./nats-binary.ts";
import { freePort, LOOPBACK } from "./ports.ts";

/** How to start, or find, a NATS server with JetStream. */
export interface NatsOptions {
  /** Where a fetched binary is kept. */
  cacheDir: string;
  /** Where the streams live; without it, in a temporary directory that is deleted in the end. */
  storeDir?: string | undefined;
  /** The port to listen on when it is free. */
  port?: number | undefined;
  /** Who may connect and what each may do; without it, everybody may do everything. */
  access?: NatsAccess | undefined;
  /** The URL of a server that runs already; it is used as it is and never stopped. */
  externalUrl?: string | undefined;
  /** Hears one short sentence for each thing worth telling a person who waits. */
  onProgress?: ((message: string) => void) | undefined;
}

/** The users of a server. */
export interface NatsAccess {
  /** The `authorization` block of the server's configuration. */
  conf: string;
  /** Passwords by user. */
  passwords: Readonly<Record<string, string>>;
  /** The user who may do everything. */
  operator: string;
}

/** A NATS server; disposing of it stops it, unless it is somebody else's. */
export interface NatsServer extends AsyncDisposable {
  /** The URL of the user who may do everything, or the one that was given for a server that ran already. */
  url: string;
  port: number;
  /** The URL of a user; the server's own where it has no users, or where they are somebody else's. */
  urlOf: (user: string) => string;
  /** Starts it again on the same port with the same store; does nothing when it runs. */
  start(): Promise<void>;
  /** Stops it in good order; the store stays. */
  stop(): Promise<void>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
}

const PATIENCE_MS = 10_000;

/** The largest message the server takes, in bytes: the same as in production (deploy/nats.production.conf). */
export const MAX_PAYLOAD_BYTES = 1024 * 1024;

/** Starts a NATS server with JetStream on the loopback address, or wraps the server at `externalUrl`. */
export async function startNats(options: NatsOptions): Promise<NatsServer> {
  if (options.externalUrl !== undefined) return external(options.externalUrl);
  const onProgress = options.onProgress ?? (() => {});
  await using cleanup = new AsyncDisposableStack();
  const storeDir = resolve(options.storeDir ?? (await mkdtemp(join(tmpdir(), "calends-nats-"))));
  if (options.storeDir === undefined) cleanup.defer(() => rm(storeDir, { recursive: true, force: true }));
  await mkdir(storeDir, { recursive: true });
  const command = await findNatsServer({ cacheDir: options.cacheDir, onProgress });
  const pidFile = join(storeDir, "nats-server.pid");
  await settlePidFile({ path: pidFile, marker: storeDir, timeoutMs: PATIENCE_MS, onProgress });
  const port = await freePort(options.port);
  if (options.port !== undefined && port !== options.port) {
    onProgress(`port ${options.port} is taken, so NATS listens on ${port}`);
  }
  const server = controls(command, await writeConfig(storeDir, port, options.access), pidFile);
  cleanup.defer(() => server.stop());
  await server.start();
  const stack = cleanup.move();
  const urlOf = (user: string) => urlAs(options.access, port, user);
  const url = urlOf(options.access?.operator ?? "");
  return { url, port, urlOf, ...server, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function urlAs(access: NatsAccess | undefined, port: number, user: string): string {
  const password = access?.passwords[user];
  if (access !== undefined && password === undefined) throw new Error(`The NATS server has no user "${user}".`);
  return `nats://${password === undefined ? "" : `${user}:${password}@`}${LOOPBACK}:${port}`;
}

async function writeConfig(storeDir: string, port: number, access: NatsAccess | undefined): Promise<string> {
  const path = join(storeDir, "nats-server.conf");
  const store = JSON.stringify(storeDir);
  const lines = [
    `listen: "${LOOPBACK}:${port}"`,
    `max_payload: ${MAX_PAYLOAD_BYTES}`,
    `jetstream { store_dir: ${store} }`,
    access?.conf ?? "",
  ];
  // Passwords are in it. What an earlier start has left is replaced, not opened: its mode may be another.
  await rm(path, { force: true });
  await writeFile(path, lines.join("\n"), { mode: 0o600 });
  return path;
}

function controls(command: string, config: string, pidFile: string): Pick<NatsServer, "start" | "stop" | "kill"> {
  let running: Child | undefined;
  const end = async (how: "stop" | "kill"): Promise<void> => {
    const child = running;
    running = undefined;
    await child?.[how]();
  };
  const forget = async (child: Child): Promise<void> => {
    await child.exited;
    if (running === child) running = undefined;
  };
  const start = async (): Promise<void> => {
    if (running) return;
    const child = await spawnChild({ command, args: ["-c", config, "-P", pidFile], stopSignal: "SIGTERM" });
    running = child;
    void forget(child);
    try {
      await child.until("Server is ready");
    } catch (error) {
      await child.stop();
      throw error;
    }
  };
  return { start, stop: () => end("stop"), kill: () => end("kill") };
}

function external(url: string): NatsServer {
  const port = Number(new URL(url).port || 4222);
  return {
    url,
    port,
    urlOf: () => url,
    start: refuse,
    stop: refuse,
    kill: refuse,
    [Symbol.asyncDispose]: async () => {},
  };
}

async function refuse(): Promise<void> {
  throw new Error("The server at NATS_URL is not ours to start or stop.");
}
