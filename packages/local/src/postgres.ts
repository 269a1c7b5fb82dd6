import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Client, DatabaseError, escapeIdentifier } from "pg";
import { spawnChild } from "./child.ts";
import type { Child } from "./child.ts";
import { openCluster, removeCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { settlePidFile } from "./lock.ts";
import { freePort, LOOPBACK } from "./ports.ts";

/** How to start, or find, a Postgres server. */
export interface PostgresOptions {
  /** Where the data lives; without it, in a temporary directory that is deleted in the end. */
  dataDir?: string | undefined;
  /** The port to listen on when it is free. */
  port?: number | undefined;
  /** False gives up safety against power loss for speed, as tests want it. */
  durable?: boolean | undefined;
  /** A superuser URL of a server that runs already; it is used as it is and never stopped. */
  externalUrl?: string | undefined;
  /** Hears one short sentence for each thing worth telling a person who waits. */
  onProgress?: ((message: string) => void) | undefined;
}

/** A Postgres server; disposing of it stops it, unless it is somebody else's. */
export interface PostgresServer extends AsyncDisposable {
  /** A superuser's URL of the database `postgres`. */
  url: string;
  port: number;
  /** Creates the database unless it exists, and returns its URL. */
  ensureDatabase(name: string): Promise<string>;
  /** Drops the database, if it exists, along with the connections to it. */
  dropDatabase(name: string): Promise<void>;
  /** Starts it again on the same port with the same data; does nothing when it runs. */
  start(): Promise<void>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
}

const PATIENCE_MS = 10_000;
const RETRY_MS = 100;

/** Starts Postgres from the binaries inside node_modules, or wraps the server at `externalUrl`. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  if (options.externalUrl !== undefined) return external(options.externalUrl);
  const onProgress = options.onProgress ?? (() => {});
  await using cleanup = new AsyncDisposableStack();
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "calends-")));
  if (options.dataDir === undefined) cleanup.defer(() => removeCluster(dataDir));
  const cluster = await openCluster(dataDir, onProgress);
  const { child, port } = await launch(cluster, options, onProgress);
  let running: Child | undefined = child;
  cleanup.defer(() => running?.stop());
  const url = `postgresql://postgres:${cluster.password}@${LOOPBACK}:${port}/postgres`;
  const stack = cleanup.move();
  return {
    url,
    port,
    ...databases(url),
    async start() {
      running ??= await relaunch(cluster, { ...options, port }, onProgress);
    },
    async kill() {
      const doomed = running;
      running = undefined;
      await doomed?.kill();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function relaunch(
  cluster: Cluster,
  options: PostgresOptions & { port: number },
  onProgress: Progress,
): Promise<Child> {
  const { child, port } = await launch(cluster, options, onProgress);
  if (port !== options.port) {
    await child.stop();
    throw new Error(`port ${options.port}, on which Postgres is known, has been taken.`);
  }
  return child;
}

/** Deletes what an earlier `startPostgres` left in this directory; the server must not be running. */
export async function removePostgresData(dataDir: string): Promise<void> {
  await removeCluster(dataDir);
}

async function external(url: string): Promise<PostgresServer> {
  const { hostname, port } = new URL(url);
  const server = databases(url);
  await query(url, "SELECT 1").catch((cause: unknown) => {
    throw new Error(`The Postgres server at ${hostname}:${port || 5432} (DATABASE_URL) cannot be reached.`, { cause });
  });
  const controls = { start: refuse, kill: refuse, [Symbol.asyncDispose]: async () => {} };
  return { url, port: Number(port || 5432), ...server, ...controls };
}

async function refuse(): Promise<void> {
  throw new Error("The server at DATABASE_URL is not ours to start or stop.");
}

type Progress = (message: string) => void;

async function launch(
  cluster: Cluster,
  options: PostgresOptions,
  onProgress: Progress,
): Promise<{ child: Child; port: number }> {
  const deadline = Date.now() + PATIENCE_MS;
  let wanted = options.port;
  for (;;) {
    const pidFile = join(cluster.data, "postmaster.pid");
    await settlePidFile({ path: pidFile, marker: cluster.data, timeoutMs: PATIENCE_MS, onProgress });
    const port = await freePort(wanted);
    if (options.port !== undefined && port !== options.port) {
      onProgress(`port ${options.port} is taken, so Postgres listens on ${port}`);
    }
    const { postgres: command, account } = cluster;
    const args = flags(cluster.data, port, options.durable ?? true);
    const child = await spawnChild({ command, args, account, stopSignal: "SIGINT" });
    try {
      await child.until("database system is ready to accept connections");
      return { child, port };
    } catch (error) {
      await child.exited;
      if (Date.now() > deadline || !isPassing(child.tail())) throw error;
      wanted = undefined;
      await delay(RETRY_MS);
    }
  }
}

/*
 * Two failures pass by themselves: another process took the port since it was found free, and sessions of a server
 * that was killed have not yet noticed that it is gone.
 */
function isPassing(output: string): boolean {
  return /could not bind|pre-existing shared memory|lock file/.test(output);
}

function flags(data: string, port: number, durable: boolean): string[] {
  const settings = [
    `listen_addresses=${LOOPBACK}`,
    `port=${port}`,
    "unix_socket_directories=",
    "max_connections=300",
    "timezone=UTC",
    "log_timezone=UTC",
  ];
  if (!durable)
    settings.push(
      "fsync=off",
      "synchronous_commit=off",
      "full_page_writes=off",
      "wal_level=minimal",
      "max_wal_senders=0",
    );
  return ["-D", data, ...settings.flatMap((setting) => ["-c", setting])];
}

function databases(url: string): Pick<PostgresServer, "ensureDatabase" | "dropDatabase"> {
  const ensureDatabase = async (name: string): Promise<string> => {
    await query(url, `CREATE DATABASE ${escapeIdentifier(name)}`).catch((error: unknown) => {
      if (!isDuplicate(error)) throw error;
    });
    const named = new URL(url);
    named.pathname = `/${encodeURIComponent(name)}`;
    return named.href;
  };
  const dropDatabase = async (name: string): Promise<void> => {
    // A client that is about to close would take the forced end of its session for an error.
    for (let look = 0; look < 50 && !(await isIdle(url, name)); look += 1) {
      await delay(20);
    }
    await query(url, `DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
  };
  return { ensureDatabase, dropDatabase };
}

// Two sessions that create one database at the same moment collide on the catalogue's index (23505) instead.
function isDuplicate(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === "42P04" || error.code === "23505");
}

async function isIdle(url: string, database: string): Promise<boolean> {
  return (await query(url, "SELECT 1 FROM pg_stat_activity WHERE datname = $1 LIMIT 1", [database])) === 0;
}

async function query(connectionString: string, sql: string, values: string[] = []): Promise<number> {
  const client = new Client({ connectionString, application_name: "calends-local" });
  client.on("error", () => {}); // A lost connection also rejects the query; unheard, it would end the process and hide why.
  try {
    await client.connect();
    return (await client.query(sql, values)).rows.length;
  } finally {
    await client.end();
  }
}
