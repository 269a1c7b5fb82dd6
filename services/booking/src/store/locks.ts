import { throwKind } from "@calends/kit/database-errors";
import type { Tx } from "./index.ts";

/** Takes an advisory lock until the transaction ends; says whether it was free. */
export async function tryLock(tx: Tx, key: number): Promise<boolean> {
  const rows = await tx.$queryRaw<
    { taken: boolean }[]
  >`SELECT pg_try_advisory_xact_lock(${key}::bigint) AS taken`.catch(throwKind);
  return rows[0]?.taken === true;
}
