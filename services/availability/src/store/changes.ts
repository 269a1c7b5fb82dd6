import { throwKind } from "@calends/kit/database-errors";
import type { Tx } from "./index.ts";

/** The channel on which Postgres tells every replica, at the commit, that slots of a calendar may have moved. */
export const changesChannel = "availability_changes";

/** What {@link touchTravel} tells of, in the place of a calendar's id. */
export const travelTopic = "travel";

/** Says that the organization's travel times are others. Called in the transaction that changes them. */
export async function touchTravel(tx: Tx, organizationId: string): Promise<void> {
  await tx.$queryRaw`SELECT pg_notify(${changesChannel}, ${`${organizationId} ${travelTopic}`})::text`.catch(throwKind);
}

/**
 * Says that slots of these calendars, and of the bundles they are in, may have moved. Called in the transaction that moves
 * them, before its end; calendars are locked in their order, so that two such transactions do not wait for each other.
 */
export async function touchCalendars(tx: Tx, organizationId: string, calendarIds: Iterable<string>): Promise<void> {
  const ids = [...new Set(calendarIds)];
  if (ids.length === 0) {
    return;
  }
  await tx.$queryRaw`
    WITH touched AS (
      SELECT id FROM calendars
      WHERE organization_id = ${organizationId}::uuid AND (id = ANY (${ids}::uuid[]) OR id IN (
        SELECT bundle_id FROM bundle_members
        WHERE organization_id = ${organizationId}::uuid AND calendar_id = ANY (${ids}::uuid[])))
      ORDER BY id FOR NO KEY UPDATE
    ), bumped AS (
      UPDATE calendars SET slots_version = slots_version + 1 FROM touched
      WHERE organization_id = ${organizationId}::uuid AND calendars.id = touched.id RETURNING calendars.id
    )
    SELECT pg_notify(${changesChannel}, ${organizationId} || ' ' || id)::text FROM bumped`.catch(throwKind);
}
