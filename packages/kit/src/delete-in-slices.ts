import type { Sql } from "./database.ts";

const defaultSliceRows = 5_000;

/**
 * Deletes the rows of a table that meet a condition, some thousands at a time and each slice in a transaction of its own: no
 * slice runs into the time limit of a statement or holds its locks for long, however much there is. The condition is SQL
 * with $1… for the values. Returns how many rows were deleted.
 */
export async function deleteInSlices(
  sql: Sql,
  table: string,
  condition: string,
  value: unknown,
  sliceRows = defaultSliceRows,
): Promise<number> {
  const slice = `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${sliceRows})) RETURNING 1`;
  for (let deleted = 0; ;) {
    const { length } = await sql.$queryRawUnsafe<unknown[]>(slice, value);
    deleted += length;
    if (length < sliceRows) {
      return deleted;
    }
  }
}
