import { throwKind } from "@calends/kit/database-errors";
import type { Shown } from "../domain/calendar-event.ts";
import { compareEvents, differs, sumRepairs, type PlacedEvent, type Repairs } from "../domain/drift.ts";
import { replaceEvents } from "./calendar-events.ts";
import type { Tx } from "./index.ts";

/** A version that the read model has seen; null where it shows something without one. */
export interface SeenVersion {
  readonly id: string;
  readonly version: bigint | null;
}

/** Ids in their order: after one, up to another; null for no bound. */
export interface IdRange {
  readonly after: string | null;
  readonly upTo: string | null;
}

/** What the owner has under an id, and what the read model had before the owner was asked; null where either has nothing. */
export interface Repair {
  readonly id: string;
  readonly seenVersion: bigint | null;
  readonly shown: Shown | null;
}

/** The versions that the read model has of everything that it has seen or shows, by id. */
export async function listSeen(db: Tx, organizationId: string, { after, upTo }: IdRange): Promise<SeenVersion[]> {
  return db.$queryRaw<SeenVersion[]>`
    SELECT id::text, max(version) AS version FROM (
      SELECT booking_id AS id, version FROM seen_bookings WHERE organization_id = ${organizationId}::uuid
      UNION ALL SELECT booking_id, NULL FROM calendar_events WHERE organization_id = ${organizationId}::uuid
    ) known
    WHERE (${after}::uuid IS NULL OR id > ${after}::uuid) AND (${upTo}::uuid IS NULL OR id <= ${upTo}::uuid)
    GROUP BY id ORDER BY id`.catch(throwKind);
}

/** The versions of some ids that the read model has seen. */
export async function readSeen(db: Tx, organizationId: string, ids: readonly string[]): Promise<Map<string, bigint>> {
  const where = { organizationId, bookingId: { in: [...ids] } };
  const rows = await db.seenBooking.findMany({ where }).catch(throwKind);
  return new Map(rows.map(({ bookingId, version }) => [bookingId, version]));
}

/**
 * Makes ids of the read model as their owner has them and returns what differed. One of which a newer version has been applied
 * since the owner was asked is left alone, so that no repair undoes an event. The owner's word counts for the version that the
 * read model had before, even where it is higher: it is one that does not exist.
 */
export async function repairShown(tx: Tx, organizationId: string, repairs: readonly Repair[]): Promise<Repairs> {
  const claimed = await claim(tx, organizationId, repairs);
  const all: Repairs[] = [];
  for (const { id, seenVersion, shown } of claimed) {
    const calendarIds = shown?.calendarIds ?? [];
    const event = shown?.event ?? null;
    const before = await readEvents(tx, organizationId, id);
    const after = event === null ? [] : calendarIds.map((calendarId) => ({ ...event, calendarId }));
    const differences = compareEvents(before, after);
    if (differs(differences)) {
      await replaceEvents(tx, organizationId, { id, calendarIds, event });
    }
    const ahead = seenVersion !== null && shown !== null && seenVersion > shown.version;
    all.push(ahead && !differs(differences) ? { ...differences, wrong: 1 } : differences);
  }
  const gone = claimed.filter(({ shown }) => shown === null).map(({ id }) => id);
  await tx.seenBooking.deleteMany({ where: { organizationId, bookingId: { in: gone } } }).catch(throwKind);
  return sumRepairs(all);
}

async function readEvents(tx: Tx, organizationId: string, bookingId: string): Promise<PlacedEvent[]> {
  return tx.calendarEvent
    .findMany({ where: { organizationId, bookingId }, omit: { organizationId: true } })
    .catch(throwKind);
}

/**
 * Takes the version of each id, which locks it until the transaction ends; in their order, so that two repairs do not wait for
 * each other. Returns those that may be repaired.
 */
async function claim(tx: Tx, organizationId: string, repairs: readonly Repair[]): Promise<Repair[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH owned AS (
      SELECT * FROM unnest(
        ${repairs.map(({ id }) => id)}::uuid[],
        ${repairs.map(({ shown }) => shown?.version ?? 0n)}::bigint[],
        ${repairs.map(({ seenVersion }) => seenVersion ?? -1n)}::bigint[]
      ) AS o (id, version, seen)
    )
    INSERT INTO seen_bookings AS s (organization_id, booking_id, version)
    SELECT ${organizationId}::uuid, id, version FROM owned ORDER BY id
    ON CONFLICT (organization_id, booking_id) DO UPDATE SET version = EXCLUDED.version
    WHERE s.version <= EXCLUDED.version OR s.version = (SELECT seen FROM owned WHERE id = EXCLUDED.booking_id)
    RETURNING booking_id::text AS id`.catch(throwKind);
  const claimed = new Set(rows.map(({ id }) => id));
  return repairs.filter(({ id }) => claimed.has(id));
}

/** Every organization of which the read model shows something, or has feeds. */
export async function listOrganizations(db: Tx): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT organization_id::text AS id FROM (
      SELECT organization_id FROM feeds UNION ALL SELECT organization_id FROM seen_bookings
    ) known ORDER BY id`.catch(throwKind);
  return rows.map(({ id }) => id);
}
