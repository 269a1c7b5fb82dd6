import type { Sql } from "@calends/kit/database";
import { throwKind } from "@calends/kit/database-errors";
import { noteTopics } from "./announcer.ts";
import type { Tx } from "./index.ts";

/**
 * Ends a statement with the touch of calendars, and of the bundles they are in: their slots get a new version, and each is
 * returned as it is announced. `ids` selects them; $1 is the organization. Calendars are locked in their order, so that two
 * transactions that touch do not wait for each other.
 */
export function touching(ids: string): string {
  return `touched AS (
      SELECT id FROM calendars WHERE organization_id = $1::uuid AND (id IN (${ids}) OR id IN (
        SELECT bundle_id FROM bundle_members WHERE organization_id = $1::uuid AND calendar_id IN (${ids})))
      ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE calendars SET slots_version = slots_version + 1 FROM touched
    WHERE organization_id = $1::uuid AND calendars.id = touched.id
    RETURNING concat_ws(' ', organization_id, calendars.id, slots_version) AS topic`;
}

/** Says that slots of these calendars may have moved. Called in the transaction that moves them, before its end. */
export async function touchCalendars(tx: Sql, organizationId: string, calendarIds: Iterable<string>): Promise<void> {
  const ids = [...new Set(calendarIds)];
  if (ids.length === 0) {
    return;
  }
  const touched = await tx
    .$queryRawUnsafe<{ topic: string }[]>(`WITH ${touching("SELECT unnest($2::uuid[])")}`, organizationId, ids)
    .catch(throwKind);
  noteTopics(tx, touched);
}

/** Says that slots of all calendars of an organization may have moved; see {@link touchCalendars}. */
export async function touchOrganization(tx: Tx, organizationId: string): Promise<void> {
  const rows = await tx.calendar.findMany({ where: { organizationId }, select: { id: true } }).catch(throwKind);
  const ids = rows.map(({ id }) => id);
  await touchCalendars(tx, organizationId, ids);
}
