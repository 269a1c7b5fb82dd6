import type { Tx } from "./index.ts";

/** What makes calendars busy, in one version of it. */
export interface BusySource {
  readonly organizationId: string;
  readonly source: string;
  readonly sourceId: string;
  readonly version: bigint;
}

/** One span of a source on one calendar. */
export interface BusySpan {
  readonly calendarId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/**
 * Replaces the spans of a source, unless a version as new has been seen: events may repeat and come in any order.
 * Returns whether anything was applied.
 */
export async function applyBusy(tx: Tx, source: BusySource, spans: readonly BusySpan[]): Promise<boolean> {
  const { organizationId, sourceId, version } = source;
  const newer = await tx.$queryRaw<unknown[]>`
    INSERT INTO busy_sources (organization_id, source, source_id, version)
    VALUES (${organizationId}::uuid, ${source.source}, ${sourceId}::uuid, ${version})
    ON CONFLICT (organization_id, source, source_id) DO UPDATE SET version = EXCLUDED.version
    WHERE busy_sources.version < EXCLUDED.version
    RETURNING 1 AS newer`;
  if (newer.length === 0) {
    return false;
  }
  await tx.busyTime.deleteMany({ where: { organizationId, source: source.source, sourceId } });
  const data = spans.map((span) => ({ organizationId, source: source.source, sourceId, ...span }));
  await tx.busyTime.createMany({ data, skipDuplicates: true });
  return true;
}
