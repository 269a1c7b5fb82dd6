import type { Sql } from "./database.ts";

const defaultSliceRows = 5_000;

/**
 * Deletes the rows of a table that meet a condition, `sliceRows` at a time and each slice in its own transaction, so that
 * no slice reaches the statement timeout or holds its locks for long. The condition is SQL in which $1 stands for `value`.
 * Returns the number of deleted rows.
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
