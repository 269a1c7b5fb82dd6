import { createPool } from "@calends/kit/database";
import { kindOf } from "@calends/kit/database-errors";
import { createServiceDatabase, type TestDatabase } from "@calends/testkit/postgres";
import type { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore, type Store } from "./index.ts";

let database: TestDatabase;
let pool: Pool;
let store: Store;

beforeAll(async () => {
  database = await createServiceDatabase("sync");
  pool = createPool(database.url, 2, "test");
  store = openStore(pool);
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await pool.end();
  await database[Symbol.asyncDispose]();
});

test.each(["25006", "53100", "57014", "55P03", "25P03", "57P03"])(
  "what Postgres refuses Prisma with %s is unavailable, in a model's call as in plain SQL",
  async (code) => {
    await pool.query(`CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'words of the inside' USING ERRCODE = '${code}'; END $$`);
    await pool.query(
      "CREATE OR REPLACE TRIGGER refuse BEFORE DELETE ON feeds FOR EACH STATEMENT EXECUTE FUNCTION refuse()",
    );
    const calls = [() => store.db.feed.deleteMany(), () => store.db.$queryRawUnsafe("DELETE FROM feeds")];
    for (const call of calls) {
      const error = kindOf(await call().catch((caught: unknown) => caught));
      expect(error).toMatchObject({ kind: "unavailable", reason: "DEPENDENCY_UNAVAILABLE" });
      expect(String(error)).not.toContain("words of the inside");
    }
  },
);
