import { randomUUID } from "node:crypto";
import { startPostgres } from "@calends/local/postgres";
import { inject } from "vitest";
import type { Provided } from "./provided.ts";

/** A database of one test file's own; disposing of it drops it. */
export interface TestDatabase extends AsyncDisposable {
  url: string;
}

/** Makes an empty database on the run's Postgres server; the name is only for people who look at the server. */
export async function createDatabase(name = "test"): Promise<TestDatabase> {
  const server = await startPostgres({ externalUrl: inject("postgresUrl" satisfies keyof Provided) });
  const unique = `${name.slice(0, 40)}_${randomUUID().slice(0, 8)}`;
  const url = await server.ensureDatabase(unique);
  return { url, [Symbol.asyncDispose]: () => server.dropDatabase(unique) };
}
