import { throwKind } from "@calends/kit/database-errors";
import type { Tx } from "./index.ts";

/** What of a calendar decides about times on it. */
export interface CalendarHead {
  readonly id: string;
  readonly timeZone: string;
  readonly manageAvailableWindows: boolean;
  /** The members of a bundle, the primary first; none for others. */
  readonly memberIds: readonly string[];
}

interface Row {
  readonly id: string;
  readonly time_zone: string;
  readonly managing: boolean;
  readonly members: string[] | null;
}

/** Reads those of the calendars that there are, and the members of bundles among them. */
export async function findCalendarHeads(
  db: Tx,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, CalendarHead>> {
  const rows = await db.$queryRaw<Row[]>`
    WITH asked AS (SELECT unnest(${ids}::uuid[]) AS id),
    wanted AS (
      SELECT id FROM asked UNION SELECT m.calendar_id FROM bundle_members m JOIN asked ON asked.id = m.bundle_id
      WHERE m.organization_id = ${organizationId}::uuid
    )
    SELECT c.id::text AS id, c.time_zone, c.manage_available_windows AS managing,
      (SELECT json_agg(m.calendar_id ORDER BY m.is_primary DESC, m.calendar_id) FROM bundle_members m
        WHERE m.organization_id = ${organizationId}::uuid AND m.bundle_id = c.id) AS members
    FROM wanted JOIN calendars c ON c.organization_id = ${organizationId}::uuid AND c.id = wanted.id`.catch(throwKind);
  return new Map(
    rows.map(({ id, time_zone: timeZone, managing: manageAvailableWindows, members }) => {
      return [id, { id, timeZone, manageAvailableWindows, memberIds: members ?? [] }];
    }),
  );
}
