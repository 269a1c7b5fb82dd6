import { createDatabase } from "@calends/testkit/postgres";
import { expect, test } from "vitest";
import { createPool, sqlOf } from "./database.ts";
import { deleteInSlices } from "./delete-in-slices.ts";

test("every row that meets the condition is deleted, slice by slice, and no other", async () => {
  await using database = await createDatabase("slices");
  const pool = createPool(database.url, 1, "test");
  await pool.query("CREATE TABLE numbers AS SELECT generate_series(1, 25) AS n");
  expect(await deleteInSlices(sqlOf(pool), "numbers", "n <= $1", 20, 7)).toBe(20);
  expect((await pool.query("SELECT min(n) AS first, count(*)::int AS left FROM numbers")).rows).toEqual([
    { first: 21, left: 5 },
  ]);
  await pool.end();
});
