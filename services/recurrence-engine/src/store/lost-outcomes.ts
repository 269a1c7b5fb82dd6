import { throwKind } from "@calends/kit/database-errors";
import type { Tx } from "./index.ts";

/**
 * Forgets what booking has said of dates from an instant on, with its versions: until booking says it again, the plan is what
 * came of them. Returns how many there are.
 */
export async function forgetSettled(tx: Tx, from: Date): Promise<number> {
  return tx.$executeRaw`
    UPDATE planned_occurrences
    SET settled = NULL, settled_reason = '', settled_version = 0, booking_id = NULL, booked_from = NULL, booked_to = NULL
    WHERE starts_at >= ${from} AND settled IS NOT NULL`.catch(throwKind);
}
