import { throwKind } from "@calends/kit/database-errors";
import { decodePageToken, pageOf } from "@calends/kit/paging";
import type { Page } from "./allocations.ts";
import type { Tx } from "./index.ts";

/** The version of a booking, or of a session's seats. */
export interface CurrentVersion {
  /** The booking's, or the session's. */
  readonly id: string;
  readonly version: bigint;
  /** The booking whose copy has it. */
  readonly bookingId: string;
  /** When it came to this version. */
  readonly updatedAt: Date;
}

/** One version of a booking, which need not exist. */
export interface NamedVersion {
  readonly bookingId: string;
  readonly version: bigint;
}

/** Reads a page of the versions of all bookings and of their sessions' seats, by id. */
export async function listVersions(
  db: Tx,
  organizationId: string,
  { pageSize, pageToken }: Page,
): Promise<{ versions: readonly CurrentVersion[]; nextPageToken: string }> {
  const after = decodePageToken(pageToken, ["uuid"])?.[0] ?? null;
  const rows = await db.$queryRaw<CurrentVersion[]>`
    SELECT id::text, version, booking_id::text AS "bookingId", updated_at AS "updatedAt" FROM (
      SELECT id, version, id AS booking_id, updated_at FROM bookings WHERE organization_id = ${organizationId}::uuid
      UNION ALL
      SELECT s.id, s.seats_version::bigint, latest.id, latest.updated_at FROM group_sessions s, LATERAL (
        SELECT id, updated_at FROM bookings b
        WHERE b.organization_id = s.organization_id AND b.session_id = s.id ORDER BY updated_at DESC, id LIMIT 1) latest
      WHERE s.organization_id = ${organizationId}::uuid
    ) current
    WHERE ${after}::uuid IS NULL OR id > ${after}::uuid
    ORDER BY id LIMIT ${pageSize + 1}`.catch(throwKind);
  const { rows: versions, nextPageToken } = pageOf(rows, pageSize, ({ id }) => [id]);
  return { versions, nextPageToken };
}

/** Those of some versions that a booking of the organization has had, by booking and version. */
export async function findKnownVersions(
  db: Tx,
  organizationId: string,
  versions: readonly NamedVersion[],
): Promise<NamedVersion[]> {
  return db.$queryRaw<NamedVersion[]>`
    SELECT DISTINCT h.booking_id::text AS "bookingId", h.version
    FROM booking_history h
    JOIN unnest(
      ${versions.map(({ bookingId }) => bookingId)}::uuid[], ${versions.map(({ version }) => version)}::bigint[]
    ) AS asked (id, version) ON h.booking_id = asked.id AND h.version = asked.version
    WHERE h.organization_id = ${organizationId}::uuid
    ORDER BY 1, 2`.catch(throwKind);
}
