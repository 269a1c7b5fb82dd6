import { send, sendAndSee, type Sql } from "@calends/kit/database";
import { throwKind } from "@calends/kit/database-errors";
import type { BusySpan } from "../domain/drift.ts";
import { noteTopics } from "./announcer.ts";
import { touching } from "./changes.ts";

/** What makes calendars busy, in one version of it. */
export interface BusySource {
  readonly organizationId: string;
  readonly source: "booking" | "external";
  readonly sourceId: string;
  readonly version: bigint;
}

/**
 * Replaces the spans of a source, unless a newer version has been seen: events may repeat and come in any order. Calendars
 * whose busy time is another now, those of `changed`, and the bundles they are in, get a new version of their slots. Two
 * statements, in one trip where they can: the second has to see what a transaction that held the source's row has left.
 */
export async function applyBusy(
  tx: Sql,
  source: BusySource,
  spans: readonly BusySpan[],
  changed: readonly string[] = [],
): Promise<void> {
  const key = [source.organizationId, source.source, source.sourceId, source.version];
  await send(
    tx,
    `INSERT INTO busy_sources (organization_id, source, source_id, version) VALUES ($1::uuid, $2, $3::uuid, $4::bigint)
     ON CONFLICT (organization_id, source, source_id) DO UPDATE SET version = EXCLUDED.version
     WHERE busy_sources.version < EXCLUDED.version`,
    ...key,
  ).catch(throwKind);
  await sendAndSee<{ topic: string }[]>(
    tx,
    (touched) => noteTopics(tx, touched),
    replaceSpans,
    ...key,
    spans.map(({ calendarId }) => calendarId),
    spans.map(({ startsAt }) => startsAt),
    spans.map(({ endsAt }) => endsAt),
    spans.map(({ place = "" }) => place),
    changed,
  ).catch(throwKind);
}

const replaceSpans = `
  WITH applies AS (
    SELECT FROM busy_sources WHERE organization_id = $1::uuid AND source = $2 AND source_id = $3::uuid AND version = $4::bigint
  ), spans AS (
    SELECT DISTINCT ON (calendar_id, ends_at, starts_at) *
    FROM unnest($5::uuid[], $6::timestamptz[], $7::timestamptz[], $8::text[]) AS s (calendar_id, starts_at, ends_at, place)
    WHERE EXISTS (SELECT FROM applies)
  ), gone AS (
    DELETE FROM busy_times AS b
    WHERE organization_id = $1::uuid AND source = $2 AND source_id = $3::uuid AND EXISTS (SELECT FROM applies)
      AND NOT EXISTS (SELECT FROM spans AS s
        WHERE s.calendar_id = b.calendar_id AND s.starts_at = b.starts_at AND s.ends_at = b.ends_at)
    RETURNING calendar_id
  ), come AS (
    INSERT INTO busy_times (organization_id, calendar_id, ends_at, starts_at, source, source_id, place)
    SELECT $1::uuid, calendar_id, ends_at, starts_at, $2, $3::uuid, place FROM spans
    ON CONFLICT (organization_id, calendar_id, ends_at, starts_at, source, source_id)
      DO UPDATE SET place = EXCLUDED.place WHERE busy_times.place <> EXCLUDED.place
    RETURNING calendar_id
  ), moved AS (
    SELECT calendar_id FROM gone UNION SELECT calendar_id FROM come UNION SELECT unnest($9::uuid[])
  ), ${touching("SELECT calendar_id FROM moved")}`;
