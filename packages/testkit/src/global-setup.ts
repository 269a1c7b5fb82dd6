import { cacheDir } from "@calends/local/paths";
import { startNats } from "@calends/local/nats";
import { startPostgres } from "@calends/local/postgres";
import type { TestProject } from "vitest/node";
import type { Provided } from "./provided.ts";

/** Starts the Postgres and the NATS server that all tests of a run share, and returns what stops them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using stack = new AsyncDisposableStack();
  const { DATABASE_URL, NATS_URL } = process.env;
  const postgres = stack.use(await startPostgres({ durable: false, externalUrl: DATABASE_URL, onProgress }));
  const nats = stack.use(await startNats({ cacheDir: cacheDir(process.env), externalUrl: NATS_URL, onProgress }));
  const urls: Provided = { postgresUrl: postgres.url, natsUrl: nats.url };
  project.provide("postgresUrl", urls.postgresUrl);
  project.provide("natsUrl", urls.natsUrl);
  const servers = stack.move();
  return () => servers.disposeAsync();
}

function onProgress(message: string): void {
  process.stdout.write(`test kit: ${message}\n`);
}
