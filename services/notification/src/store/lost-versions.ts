import { throwKind } from "@calends/kit/database-errors";
import type { LostVersion, NamedVersion } from "../domain/lost-version.ts";
import type { Tx } from "./index.ts";

/** A version of an organization's booking for which a notice was stored. */
export interface ToldVersion extends NamedVersion {
  readonly organizationId: string;
}

/** Reads the next `limit` versions that have a notice, ordered by organization, booking and version. */
export async function listTold(db: Tx, after: ToldVersion, limit: number): Promise<ToldVersion[]> {
  return db.$queryRaw<ToldVersion[]>`
    SELECT organization_id::text AS "organizationId", booking_id::text AS "bookingId", booking_version AS version
    FROM notices
    WHERE (organization_id, booking_id, booking_version)
      > (${after.organizationId}::uuid, ${after.bookingId}::uuid, ${after.version}::bigint)
    ORDER BY organization_id, booking_id, booking_version LIMIT ${limit}`.catch(throwKind);
}

/**
 * Supersedes the deliveries of lost versions that are queued, or that have failed and could be retried, and lowers the newest
 * version of their bookings to one that booking knows. Deliveries that were sent stay. Returns the counts for each version.
 */
export async function stopLost(tx: Tx, organizationId: string, lost: readonly NamedVersion[]): Promise<LostVersion[]> {
  const { ids, versions } = columnsOf(lost);
  const found = await tx.$queryRaw<LostVersion[]>`
    WITH lost AS (
      SELECT * FROM unnest(${ids}::uuid[], ${versions}::bigint[]) AS l (booking_id, booking_version)
    ), stopped AS (
      UPDATE deliveries d SET status = 'superseded', lease = NULL FROM lost l
      WHERE d.organization_id = ${organizationId}::uuid AND d.booking_id = l.booking_id
        AND d.booking_version = l.booking_version AND d.status IN ('queued', 'failed')
      RETURNING d.booking_id, d.booking_version
    )
    SELECT l.booking_id::text AS "bookingId", l.booking_version AS version,
      (SELECT count(*)::int FROM deliveries d
       WHERE d.organization_id = ${organizationId}::uuid AND d.booking_id = l.booking_id
         AND d.booking_version = l.booking_version AND d.status = 'sent') AS told,
      (SELECT count(*)::int FROM stopped s
       WHERE s.booking_id = l.booking_id AND s.booking_version = l.booking_version) AS stopped
    FROM lost l ORDER BY l.booking_id, l.booking_version`.catch(throwKind);
  await lowerNewest(tx, organizationId, lost);
  return found;
}

function columnsOf(lost: readonly NamedVersion[]): { ids: string[]; versions: bigint[] } {
  return { ids: lost.map(({ bookingId }) => bookingId), versions: lost.map(({ version }) => version) };
}

/** Sets the newest version of each booking to the newest one that has a notice and is not lost; 0 if there is none. */
async function lowerNewest(tx: Tx, organizationId: string, lost: readonly NamedVersion[]): Promise<void> {
  const { ids, versions } = columnsOf(lost);
  await tx.$executeRaw`
    UPDATE notified_bookings b SET version = coalesce((
      SELECT max(n.booking_version) FROM notices n
      WHERE n.organization_id = b.organization_id AND n.booking_id = b.booking_id
        AND (n.booking_id, n.booking_version) NOT IN (SELECT * FROM unnest(${ids}::uuid[], ${versions}::bigint[]))
    ), 0)
    WHERE b.organization_id = ${organizationId}::uuid
      AND (b.booking_id, b.version) IN (SELECT * FROM unnest(${ids}::uuid[], ${versions}::bigint[]))`.catch(throwKind);
}
