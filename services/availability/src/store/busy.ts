import { throwKind } from "@calends/kit/database-errors";
import type { BusySpan } from "../domain/drift.ts";
import type { Tx } from "./index.ts";

/** What makes calendars busy, in one version of it. */
export interface BusySource {
  readonly organizationId: string;
  readonly source: "booking" | "external";
  readonly sourceId: string;
  readonly version: bigint;
}

/**
 * Replaces the spans of a source, unless a version as new has been seen: events may repeat and come in any order. Returns
 * the calendars whose busy time may be another now; none where nothing was applied.
 */
export async function applyBusy(tx: Tx, source: BusySource, spans: readonly BusySpan[]): Promise<string[]> {
  const { organizationId, sourceId, version } = source;
  const newer = await tx.$queryRaw<unknown[]>`
    INSERT INTO busy_sources (organization_id, source, source_id, version)
    VALUES (${organizationId}::uuid, ${source.source}, ${sourceId}::uuid, ${version})
    ON CONFLICT (organization_id, source, source_id) DO UPDATE SET version = EXCLUDED.version
    WHERE busy_sources.version < EXCLUDED.version
    RETURNING 1 AS newer`.catch(throwKind);
  if (newer.length === 0) {
    return [];
  }
  const before = await tx.$queryRaw<{ calendar_id: string }[]>`
    DELETE FROM busy_times
    WHERE organization_id = ${organizationId}::uuid AND source = ${source.source} AND source_id = ${sourceId}::uuid
    RETURNING calendar_id::text`.catch(throwKind);
  const data = spans.map((span) => ({ organizationId, source: source.source, sourceId, ...span }));
  await tx.busyTime.createMany({ data, skipDuplicates: true }).catch(throwKind);
  return [...before.map(({ calendar_id }) => calendar_id), ...spans.map(({ calendarId }) => calendarId)];
}
