import { throwKind } from "@calends/kit/database-errors";
import { notFound } from "@calends/kit/domain-error";
import type { Pool } from "pg";
import type { Freshness } from "../domain/freshness.ts";
import type { Busy, BusySource, Span } from "../domain/world.ts";

/** What of a calendar decides about its slots in a span. */
export interface SlotCalendar {
  readonly id: string;
  readonly timeZone: string;
  readonly manageAvailableWindows: boolean;
  /** The members of a bundle, the primary first; none for others. */
  readonly memberIds: readonly string[];
  /** Null where it has no profile. */
  readonly profileVersion: bigint | null;
  /** Whether blocked times may lie in the span. */
  readonly hasBlockedTimes: boolean;
  /** Busy spans of the read model that overlap the span, by start. */
  readonly busy: readonly Busy[];
  readonly freshness: readonly Freshness[];
}

type BusyTuple = readonly [startMs: number, endMs: number, source: BusySource, sourceId: string, place: string];
type FreshnessTuple = readonly [source: string, connectionId: string, lastGoodMs: number, healthy: boolean];

interface Row {
  readonly id: string;
  readonly time_zone: string;
  readonly managing: boolean;
  readonly members: string[] | null;
  readonly profile_version: string | null;
  readonly blocked: boolean;
  readonly busy: BusyTuple[] | null;
  readonly freshness: FreshnessTuple[] | null;
}

/**
 * One question about slots is one query: a prepared statement that answers each calendar's records as JSON. The key of busy
 * times begins with the end, so that the past costs nothing.
 */
const query = `
  WITH asked AS (SELECT unnest($2::uuid[]) AS id),
  wanted AS (
    SELECT id FROM asked
    UNION SELECT m.calendar_id FROM bundle_members m JOIN asked ON asked.id = m.bundle_id WHERE m.organization_id = $1
  )
  SELECT c.id::text AS id, c.time_zone, c.manage_available_windows AS managing, p.version::text AS profile_version,
    (SELECT json_agg(m.calendar_id ORDER BY m.is_primary DESC, m.calendar_id) FROM bundle_members m
      WHERE m.organization_id = $1 AND m.bundle_id = c.id) AS members,
    coalesce(
      -- The order is that of the index: without it a plan made for any calendar may read the whole table for one that has none.
      (SELECT true FROM calendar_times t
        WHERE t.organization_id = $1 AND t.calendar_id = c.id AND t.kind = 'blocked'
          AND t.rule IS NULL AND NOT t.cancelled AND t.ends_at > $3 AND t.starts_at < $4
        ORDER BY t.organization_id, t.calendar_id, t.kind, t.ends_at LIMIT 1),
      (SELECT true FROM calendar_times t
        WHERE t.organization_id = $1 AND t.calendar_id = c.id AND t.kind = 'blocked'
          AND t.rule IS NOT NULL AND coalesce(t.occurs_until, 'infinity') > $3 AND t.starts_at < $4
        ORDER BY t.organization_id, t.calendar_id, t.kind, coalesce(t.occurs_until, 'infinity') LIMIT 1),
      false) AS blocked,
    (SELECT json_agg(json_build_array(
        floor(date_part('epoch', b.starts_at) * 1000)::int8, floor(date_part('epoch', b.ends_at) * 1000)::int8,
        b.source, b.source_id, b.place) ORDER BY b.starts_at, b.ends_at, b.source_id)
      FROM busy_times b
      WHERE b.organization_id = $1 AND b.calendar_id = c.id AND b.ends_at > $3 AND b.starts_at < $4) AS busy,
    (SELECT json_agg(json_build_array(
        f.source, f.connection_id, floor(date_part('epoch', f.last_good_at) * 1000)::int8, f.healthy))
      FROM calendar_freshness f WHERE f.organization_id = $1 AND f.calendar_id = c.id AND NOT f.gone) AS freshness
  FROM wanted JOIN calendars c ON c.organization_id = $1 AND c.id = wanted.id
  LEFT JOIN profiles p ON p.organization_id = $1 AND p.calendar_id = c.id`;

/** Reads calendars and the members of bundles among them. Throws "not found" where one is missing. */
export async function readSlotCalendars(
  pool: Pool,
  organizationId: string,
  ids: readonly string[],
  span: Span,
): Promise<ReadonlyMap<string, SlotCalendar>> {
  const found = await findSlotCalendars(pool, organizationId, ids, span);
  if (ids.some((id) => !found.has(id))) {
    throw notFound("Calendar");
  }
  return found;
}

/** Reads those calendars that there are, and the members of bundles among them. */
export async function findSlotCalendars(
  pool: Pool,
  organizationId: string,
  ids: readonly string[],
  { fromMs, toMs }: Span,
): Promise<ReadonlyMap<string, SlotCalendar>> {
  const values = [organizationId, ids, new Date(fromMs), new Date(toMs)];
  const { rows } = await pool.query<Row>({ name: "slots", text: query, values }).catch(throwKind);
  return new Map(rows.map((row) => [row.id, toCalendar(row)]));
}

function toCalendar(row: Row): SlotCalendar {
  return {
    id: row.id,
    timeZone: row.time_zone,
    manageAvailableWindows: row.managing,
    memberIds: row.members ?? [],
    profileVersion: row.profile_version === null ? null : BigInt(row.profile_version),
    hasBlockedTimes: row.blocked,
    busy: (row.busy ?? []).map(([startMs, endMs, source, sourceId, place]) => ({
      startMs,
      endMs,
      source,
      sourceId,
      place,
    })),
    freshness: (row.freshness ?? []).map(([source, connectionId, lastGoodMs, healthy]) => {
      return { calendarId: row.id, source, connectionId, lastGoodMs, healthy };
    }),
  };
}
