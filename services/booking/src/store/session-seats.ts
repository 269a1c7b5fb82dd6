import type { Sql } from "@calends/kit/database";
import { throwKind } from "@calends/kit/database-errors";

/** Whom a session takes place for, as of a change of one of its registrations. */
export interface SessionSeats {
  readonly sessionId: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Registrations that are confirmed, or were and have ended by taking place. */
  readonly confirmed: number;
  /** Registrations that wait for a host. */
  readonly pending: number;
  /** Grows with each change of a registration. */
  readonly version: number;
}

/** How many registrations each of some sessions has: of the organization $1, by ids $2. */
const counted = `(
  SELECT asked.id, count(b.id) FILTER (WHERE b.status IN ('confirmed', 'completed', 'no_show'))::int AS confirmed,
    count(b.id) FILTER (WHERE b.status = 'pending')::int AS pending
  FROM unnest($2::uuid[]) AS asked (id)
  LEFT JOIN bookings b ON b.organization_id = $1::uuid AND b.session_id = asked.id
  GROUP BY asked.id
) counted`;

const columns = `s.id::text AS "sessionId", (extract(epoch FROM s.starts_at) * 1000)::float8 AS "startMs",
  (extract(epoch FROM s.ends_at) * 1000)::float8 AS "endMs", confirmed, pending, s.seats_version AS version`;

/** Counts the registrations of sessions anew after one of them was changed and written. The sessions are locked. */
export async function countSeats(
  tx: Sql,
  organizationId: string,
  sessionIds: readonly string[],
): Promise<SessionSeats[]> {
  return tx
    .$queryRawUnsafe<SessionSeats[]>(
      `UPDATE group_sessions s SET seats_version = seats_version + 1 FROM ${counted}
       WHERE s.organization_id = $1::uuid AND s.id = counted.id
       RETURNING ${columns}`,
      organizationId,
      [...sessionIds],
    )
    .catch(throwKind);
}

/** Reads the registrations of sessions as they were counted last. */
export async function readSeats(
  tx: Sql,
  organizationId: string,
  sessionIds: readonly string[],
): Promise<SessionSeats[]> {
  return tx
    .$queryRawUnsafe<SessionSeats[]>(
      `SELECT ${columns} FROM group_sessions s, ${counted} WHERE s.organization_id = $1::uuid AND s.id = counted.id`,
      organizationId,
      [...sessionIds],
    )
    .catch(throwKind);
}
