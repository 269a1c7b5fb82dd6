import { throwKind } from "@calends/kit/database-errors";
import { notFound } from "@calends/kit/domain-error";
import type { Busy, BusySource } from "../domain/world.ts";
import type { Tx } from "./index.ts";

/** What of a calendar decides about its slots. */
export interface SlotCalendar {
  readonly id: string;
  readonly timeZone: string;
  readonly manageAvailableWindows: boolean;
  readonly slotsVersion: bigint;
  /** The members of a bundle; none for others. */
  readonly memberIds: readonly string[];
}

/** When the external events of a calendar were last known to be complete, by where they come from. */
export interface StoredFreshness {
  readonly calendarId: string;
  readonly source: string;
  readonly lastGoodMs: number;
  readonly healthy: boolean;
}

interface CalendarRow {
  readonly id: string;
  readonly time_zone: string;
  readonly manage_available_windows: boolean;
  readonly slots_version: bigint;
  readonly member_ids: string[];
}

/** Reads calendars and the members of bundles among them. Throws "not found" where one is missing. */
export async function readSlotCalendars(
  db: Tx,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SlotCalendar>> {
  const found = await findSlotCalendars(db, organizationId, ids);
  if (ids.some((id) => !found.has(id))) {
    throw notFound("Calendar");
  }
  return found;
}

/** Reads those calendars that there are, and the members of bundles among them. */
export async function findSlotCalendars(
  db: Tx,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SlotCalendar>> {
  const rows = await db.$queryRaw<CalendarRow[]>`
    WITH asked AS (SELECT unnest(${ids}::uuid[]) AS id),
    members AS (
      SELECT m.bundle_id, array_agg(m.calendar_id::text ORDER BY m.is_primary DESC, m.calendar_id) AS member_ids
      FROM bundle_members m JOIN asked ON asked.id = m.bundle_id
      WHERE m.organization_id = ${organizationId}::uuid GROUP BY m.bundle_id
    )
    SELECT c.id::text, c.time_zone, c.manage_available_windows, c.slots_version,
      coalesce(members.member_ids, '{}') AS member_ids
    FROM calendars c LEFT JOIN members ON members.bundle_id = c.id
    WHERE c.organization_id = ${organizationId}::uuid AND (c.id IN (SELECT id FROM asked)
      OR c.id::text IN (SELECT unnest(member_ids) FROM members))`.catch(throwKind);
  return new Map(rows.map((row) => [row.id, toCalendar(row)]));
}

function toCalendar(row: CalendarRow): SlotCalendar {
  return {
    id: row.id,
    timeZone: row.time_zone,
    manageAvailableWindows: row.manage_available_windows,
    slotsVersion: row.slots_version,
    memberIds: row.member_ids,
  };
}

interface BusyRow {
  readonly calendar_id: string;
  readonly starts_ms: number;
  readonly ends_ms: number;
  readonly source: string;
  readonly source_id: string;
  readonly place: string;
}

/**
 * Reads the busy time of calendars that overlaps [fromMs, toMs), by start. The key begins with the end, so that the past
 * costs nothing.
 */
export async function readBusy(
  db: Tx,
  organizationId: string,
  calendarIds: readonly string[],
  fromMs: number,
  toMs: number,
): Promise<ReadonlyMap<string, Busy[]>> {
  const rows = await db.$queryRaw<BusyRow[]>`
    SELECT b.calendar_id::text, b.source, b.source_id::text, b.place,
      (extract(epoch FROM b.starts_at) * 1000)::float8 AS starts_ms, (extract(epoch FROM b.ends_at) * 1000)::float8 AS ends_ms
    FROM unnest(${calendarIds}::uuid[]) AS asked (id)
    CROSS JOIN LATERAL (
      SELECT * FROM busy_times
      WHERE organization_id = ${organizationId}::uuid AND calendar_id = asked.id
        AND ends_at > ${new Date(fromMs)} AND starts_at < ${new Date(toMs)}
    ) b
    ORDER BY b.starts_at, b.ends_at, b.source_id`.catch(throwKind);
  const byCalendar = new Map<string, Busy[]>(calendarIds.map((id) => [id, []]));
  for (const row of rows) {
    byCalendar.get(row.calendar_id)?.push({
      startMs: row.starts_ms,
      endMs: row.ends_ms,
      source: row.source as BusySource,
      sourceId: row.source_id,
      place: row.place,
    });
  }
  return byCalendar;
}

/** Reads how far the external events of calendars can be relied on; none for calendars without any. */
export async function readFreshness(
  db: Tx,
  organizationId: string,
  calendarIds: readonly string[],
): Promise<StoredFreshness[]> {
  const rows = await db.calendarFreshness
    .findMany({ where: { organizationId, calendarId: { in: [...calendarIds] } } })
    .catch(throwKind);
  return rows.map(({ calendarId, source, lastGoodAt, healthy }) => ({
    calendarId,
    source,
    healthy,
    lastGoodMs: lastGoodAt.getTime(),
  }));
}
