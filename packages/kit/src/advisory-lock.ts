import type { Sql } from "./database.ts";
import { throwKind } from "./database-errors.ts";

/** Takes an advisory lock until the transaction ends; says whether it was free. It makes one worker of all processes. */
export async function tryLock(tx: Sql, key: number): Promise<boolean> {
  const rows = await tx
    .$queryRawUnsafe<{ taken: boolean }[]>("SELECT pg_try_advisory_xact_lock($1::bigint) AS taken", key)
    .catch(throwKind);
  return rows[0]?.taken === true;
}
