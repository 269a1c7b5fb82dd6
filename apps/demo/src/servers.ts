import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { settlePidFile } from "@calends/local/lock";
import { startMailbox, type Mailbox } from "@calends/local/mailbox";
import { startNats, type NatsServer } from "@calends/local/nats";
import { cacheDir } from "@calends/local/paths";
import { removePostgresData, startPostgres, type PostgresServer } from "@calends/local/postgres";
import { createNatsAccess } from "@calends/messaging/permissions";
import type { Ports } from "./ports.ts";
import { say } from "./say.ts";

/** What the services run on. */
export interface Servers {
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
  readonly mailbox: Mailbox;
}

/** Part of the command line by which a running demo is known. */
const marker = "apps/demo/src/start.ts";
const patienceMs = 10_000;

/** Waits until no other demo uses the directory, and says that this one does. */
export async function claim(directory: string): Promise<AsyncDisposable> {
  const path = join(directory, "demo.pid");
  await settlePidFile({ path, marker, timeoutMs: patienceMs, onProgress: say }).catch((cause: unknown) => {
    const advice = "Stop it, or name another directory with --data.";
    throw new Error(`A demo runs already with the data in ${directory}. ${advice}`, { cause });
  });
  await writeFile(path, `${process.pid}\n`);
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

/** Deletes what earlier starts left; what is on servers of somebody else's stays. */
export async function startOver(directory: string): Promise<void> {
  say(`--fresh: deleting the data in ${directory}`);
  await removePostgresData(join(directory, "postgres"));
  for (const name of ["nats", "mails", "secrets.json", "feeds.json", "ports.json", "token"]) {
    await rm(join(directory, name), { recursive: true, force: true });
  }
}

/** Starts Postgres, NATS and the mailbox, each on the port chosen for it. */
export async function openServers(
  stack: AsyncDisposableStack,
  directory: string,
  ports: Ports,
  env: NodeJS.ProcessEnv,
  check: () => void,
): Promise<Servers> {
  const { DATABASE_URL, NATS_URL } = env;
  say(DATABASE_URL === undefined ? "starting Postgres" : "using the Postgres at DATABASE_URL");
  const dataDir = join(directory, "postgres");
  const postgres = stack.use(
    await startPostgres({ dataDir, port: ports.postgres, externalUrl: DATABASE_URL, onProgress: say }),
  );
  check();
  say(NATS_URL === undefined ? "starting NATS" : "using the NATS at NATS_URL");
  const storeDir = join(directory, "nats");
  const options = { cacheDir: cacheDir(env), storeDir, port: ports.nats, access: createNatsAccess() };
  const nats = stack.use(await startNats({ ...options, externalUrl: NATS_URL, onProgress: say }));
  check();
  const mailbox = stack.use(
    await startMailbox({ port: ports.smtp, httpPort: ports.mailbox, directory: join(directory, "mails") }),
  );
  return { postgres, nats, mailbox };
}
