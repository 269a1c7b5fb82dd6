import { throwKind } from "@calends/kit/database-errors";
import type { Tx } from "./index.ts";

/** How far the external events of a calendar can be relied on, by where they come from. */
export interface Freshness {
  readonly organizationId: string;
  readonly calendarId: string;
  readonly source: string;
  readonly connectionId: string;
  readonly lastGoodAt: Date;
  readonly healthy: boolean;
}

/**
 * Keeps the newest word about a calendar's freshness, in whatever order words come. Of two about the same instant the one
 * that says "unhealthy" is the newer: nothing becomes bookable because something failed. Returns whether it was kept.
 */
export async function applyFreshness(tx: Tx, freshness: Freshness): Promise<boolean> {
  const { organizationId, calendarId, source, connectionId, lastGoodAt, healthy } = freshness;
  const newer = await tx.$queryRaw<unknown[]>`
    INSERT INTO calendar_freshness (organization_id, calendar_id, source, connection_id, last_good_at, healthy)
    VALUES (${organizationId}::uuid, ${calendarId}::uuid, ${source}, ${connectionId}::uuid, ${lastGoodAt}, ${healthy})
    ON CONFLICT (organization_id, calendar_id, source, connection_id)
    DO UPDATE SET last_good_at = EXCLUDED.last_good_at, healthy = EXCLUDED.healthy
    WHERE (calendar_freshness.last_good_at, NOT calendar_freshness.healthy) < (EXCLUDED.last_good_at, NOT EXCLUDED.healthy)
    RETURNING 1 AS newer`.catch(throwKind);
  return newer.length > 0;
}
