import type { Staleness } from "./world.ts";

/** When the external events of a calendar were last known to be complete, by where they come from. */
export interface Freshness {
  readonly calendarId: string;
  readonly source: string;
  readonly connectionId: string;
  readonly lastGoodMs: number;
  readonly healthy: boolean;
}

/** Whether external events count as up to date. */
export function isFresh({ healthy, lastGoodMs }: Freshness, maxStalenessMs: number, nowMs: number): boolean {
  return healthy && nowMs - lastGoodMs <= maxStalenessMs;
}

/** What of a calendar is not up to date; null where all is. */
export function stalenessOf(
  calendarId: string,
  known: readonly Freshness[],
  maxStalenessMs: number,
  nowMs: number,
): Staleness | null {
  const stale = known.find((entry) => entry.calendarId === calendarId && !isFresh(entry, maxStalenessMs, nowMs));
  return stale === undefined ? null : { source: stale.source, lagMs: nowMs - stale.lastGoodMs };
}
