import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { migrate } from "@calends/kit/migrate";
import { startPostgres } from "@calends/local/postgres";
import { Client } from "pg";
import { inject } from "vitest";
import type { Provided } from "./provided.ts";

/** A database of one test file's own; disposing of it drops it. */
export interface TestDatabase extends AsyncDisposable {
  url: string;
}

/** Makes an empty database on the run's Postgres server; the name is only for people who look at the server. */
export async function createDatabase(name = "test"): Promise<TestDatabase> {
  const server = await startPostgres({ externalUrl: inject("postgresUrl" satisfies keyof Provided) });
  const unique = uniqueName(name);
  const url = await server.ensureDatabase(unique);
  return { url, [Symbol.asyncDispose]: () => server.dropDatabase(unique) };
}

/** Makes a database as a service's migrations leave it. All but the first of a run are copies, which is quicker. */
export async function createServiceDatabase(service: string): Promise<TestDatabase> {
  const server = await startPostgres({ externalUrl: inject("postgresUrl" satisfies keyof Provided) });
  const unique = uniqueName(service);
  await using client = await connect(server.url);
  const template = await ensureTemplate(client.session, server.url, service);
  await client.session.query(`CREATE DATABASE "${unique}" TEMPLATE "${template}"`);
  return { url: urlOf(server.url, unique), [Symbol.asyncDispose]: () => server.dropDatabase(unique) };
}

/** One process makes the template while the others wait; it gets its name when it is whole. */
async function ensureTemplate(session: Client, serverUrl: string, service: string): Promise<string> {
  const directory = fileURLToPath(new URL(`../../../services/${service}/prisma/migrations`, import.meta.url));
  const template = `template_${service.replaceAll("-", "_")}_${await digestOf(directory)}`;
  await session.query("SELECT pg_advisory_lock(hashtext($1))", [template]);
  const { rowCount } = await session.query("SELECT FROM pg_database WHERE datname = $1", [template]);
  if (rowCount === 0) {
    const draft = uniqueName(service);
    await session.query(`CREATE DATABASE "${draft}"`);
    await migrate({ connectionString: urlOf(serverUrl, draft), directory });
    await session.query(`ALTER DATABASE "${draft}" RENAME TO "${template}"`);
  }
  await session.query("SELECT pg_advisory_unlock(hashtext($1))", [template]);
  return template;
}

async function digestOf(directory: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await readdir(directory)).toSorted()) {
    hash.update(name).update(await readFile(join(directory, name, "migration.sql")));
  }
  return hash.digest("hex").slice(0, 8);
}

async function connect(url: string): Promise<AsyncDisposable & { readonly session: Client }> {
  const session = new Client({ connectionString: url, application_name: "calends-testkit" });
  session.on("error", () => {}); // A lost connection also rejects the query that was running.
  await session.connect();
  return { session, [Symbol.asyncDispose]: () => session.end() };
}

function uniqueName(name: string): string {
  return `${name.replaceAll("-", "_").slice(0, 40)}_${randomUUID().slice(0, 8)}`;
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}
