import { throwKind } from "@calends/kit/database-errors";
import { noteTopics } from "./announcer.ts";
import type { Tx } from "./index.ts";

/**
 * Says that slots of these calendars, and of the bundles they are in, may have moved. Called in the transaction that moves
 * them, before its end; calendars are locked in their order, so that two such transactions do not wait for each other.
 */
export async function touchCalendars(tx: Tx, organizationId: string, calendarIds: Iterable<string>): Promise<void> {
  const ids = [...new Set(calendarIds)];
  if (ids.length === 0) {
    return;
  }
  const touched = await tx.$queryRaw<{ topic: string }[]>`
    WITH touched AS (
      SELECT id FROM calendars
      WHERE organization_id = ${organizationId}::uuid AND (id = ANY (${ids}::uuid[]) OR id IN (
        SELECT bundle_id FROM bundle_members
        WHERE organization_id = ${organizationId}::uuid AND calendar_id = ANY (${ids}::uuid[])))
      ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE calendars SET slots_version = slots_version + 1 FROM touched
    WHERE organization_id = ${organizationId}::uuid AND calendars.id = touched.id
    RETURNING concat_ws(' ', organization_id, calendars.id, slots_version) AS topic`.catch(throwKind);
  noteTopics(tx, touched);
}

/** Says that slots of all calendars of an organization may have moved; see {@link touchCalendars}. */
export async function touchOrganization(tx: Tx, organizationId: string): Promise<void> {
  const rows = await tx.calendar.findMany({ where: { organizationId }, select: { id: true } }).catch(throwKind);
  const ids = rows.map(({ id }) => id);
  await touchCalendars(tx, organizationId, ids);
}
