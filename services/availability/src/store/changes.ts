import { throwKind } from "@calends/kit/database-errors";
import type { Pool } from "pg";
import type { Tx } from "./index.ts";

/** The channel on which Postgres tells every replica that slots of a calendar may have moved. */
export const changesChannel = "availability_changes";

/** What each transaction in work touches, as it is announced: organization, calendar and the new version of its slots. */
const touchedIn = new WeakMap<Tx, Set<string>>();

/** Begins to note what a transaction touches, so that it can be announced once it has committed. */
export function noteTouched(tx: Tx): ReadonlySet<string> {
  const touched = new Set<string>();
  touchedIn.set(tx, touched);
  return touched;
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
  touched.forEach(({ topic }) => touchedIn.get(tx)?.add(topic));
}

/** Says that slots of all calendars of an organization may have moved; see {@link touchCalendars}. */
export async function touchOrganization(tx: Tx, organizationId: string): Promise<void> {
  const rows = await tx.calendar.findMany({ where: { organizationId }, select: { id: true } }).catch(throwKind);
  const ids = rows.map(({ id }) => id);
  await touchCalendars(tx, organizationId, ids);
}

/**
 * Makes what tells every replica of calendars that were touched. It is told after the commit and not in the transaction,
 * where it would make all commits queue for one lock, each until the one before is on disk; what a process that dies in between has not
 * told is found by its version. What comes while one statement is under way goes with the next.
 */
export function createAnnouncer(pool: Pool): (topics: ReadonlySet<string>) => void {
  const waiting = new Set<string>();
  let telling = false;
  const tell = async () => {
    telling = true;
    while (waiting.size > 0) {
      const topics = [...waiting];
      waiting.clear();
      // Where it fails, the change is found by its version.
      await pool
        .query("SELECT pg_notify($1, topic) FROM unnest($2::text[]) topic", [changesChannel, topics])
        .catch(() => undefined);
    }
    telling = false;
  };
  return (topics) => {
    topics.forEach((topic) => waiting.add(topic));
    if (!telling) {
      void tell();
    }
  };
}
