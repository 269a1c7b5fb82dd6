import { reachOf } from "../domain/pattern.ts";
import { Prisma } from "../gen/prisma/client.ts";

/** What is added to the length of a date: see {@link reachOf}. */
const noReach = reachOf({ durationMs: 0 });

/** Selects the original starts, near a window, of those dates of a master (a table's alias) that are not as its rule has them. */
export function exceptedOf(master: "m" | "t", from: Date, to: Date): Prisma.Sql {
  const alias = Prisma.raw(master);
  return Prisma.sql`ARRAY(
    SELECT (extract(epoch FROM e.recurrence_id) * 1000)::float8 FROM calendar_times e
    WHERE e.organization_id = ${alias}.organization_id AND e.master_id = ${alias}.id AND e.recurrence_id < ${to}
      AND e.recurrence_id > ${from}::timestamptz - (${alias}.duration_ms + ${noReach}::bigint) * interval '1 millisecond')`;
}
