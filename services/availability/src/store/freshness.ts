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
  /** When this was true. */
  readonly toldAt: Date;
  /** Whether the connection is gone: its events count no more. */
  readonly gone: boolean;
}

/**
 * Keeps the newest word about a calendar's freshness, in whatever order words come. Of two that were true at the same instant
 * the one that says "unhealthy" is the newer: nothing becomes bookable because something failed. Returns whether it was kept.
 */
export async function applyFreshness(tx: Tx, freshness: Freshness): Promise<boolean> {
  const { organizationId, calendarId, source, connectionId, lastGoodAt, healthy, toldAt, gone } = freshness;
  const newer = await tx.$queryRaw<unknown[]>`
    INSERT INTO calendar_freshness AS known (organization_id, calendar_id, source, connection_id, last_good_at, healthy, told_at, gone)
    VALUES (${organizationId}::uuid, ${calendarId}::uuid, ${source}, ${connectionId}::uuid, ${lastGoodAt}, ${healthy},
      ${toldAt}, ${gone})
    ON CONFLICT (organization_id, calendar_id, source, connection_id)
    DO UPDATE SET last_good_at = EXCLUDED.last_good_at, healthy = EXCLUDED.healthy, told_at = EXCLUDED.told_at,
      gone = EXCLUDED.gone
    WHERE (known.told_at, known.gone, NOT known.healthy) < (EXCLUDED.told_at, EXCLUDED.gone, NOT EXCLUDED.healthy)
    RETURNING 1 AS newer`.catch(throwKind);
  return newer.length > 0;
}
