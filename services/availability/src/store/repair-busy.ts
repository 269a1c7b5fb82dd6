import { throwKind } from "@calends/kit/database-errors";
import { compareSpans, differs, sumRepairs, type BusySpan, type Repairs } from "../domain/drift.ts";
import { touchCalendars } from "./changes.ts";
import type { Tx } from "./index.ts";
import { readKnownBookings } from "./read-model.ts";

/** What the owner has of a booking, and what the read model had before the owner was asked. */
export interface Repair {
  readonly bookingId: string;
  /** The version that the read model had; null where it had none, or was not looked at before. */
  readonly seenVersion: bigint | null;
  /** The owner's version; null where the owner does not have the booking. */
  readonly version: bigint | null;
  readonly spans: readonly BusySpan[];
}

/**
 * Makes bookings of the read model as their owner has them and returns what differed. A booking of which a newer version
 * has been applied since the owner was asked is left alone, so that no repair undoes an event. The owner's word counts
 * for the version that the read model had before, even where it is higher: it is one that does not exist.
 */
export async function repairBusy(tx: Tx, organizationId: string, repairs: readonly Repair[]): Promise<Repairs> {
  const claimed = await claim(tx, organizationId, repairs);
  const ids = claimed.map(({ bookingId }) => bookingId);
  const known = await readKnownBookings(tx, organizationId, ids);
  const found = claimed.map((repair) => {
    const before = known.get(repair.bookingId)?.spans ?? [];
    return { ...repair, before, differences: compareSpans(before, repair.spans) };
  });
  await replaceSpans(
    tx,
    organizationId,
    found.filter(({ differences }) => differs(differences)),
  );
  await forget(
    tx,
    organizationId,
    claimed.filter(({ version }) => version === null),
  );
  return sumRepairs(found.map(countOf));
}

/**
 * Takes the version of each booking, which locks it until the transaction ends; bookings are locked in their order, so
 * that two repairs do not wait for each other. Returns those that may be repaired.
 */
async function claim(tx: Tx, organizationId: string, repairs: readonly Repair[]): Promise<Repair[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH owned AS (
      SELECT * FROM unnest(
        ${repairs.map(({ bookingId }) => bookingId)}::uuid[],
        ${repairs.map(({ version }) => version ?? 0n)}::bigint[],
        ${repairs.map(({ seenVersion }) => seenVersion ?? -1n)}::bigint[]
      ) AS o (id, version, seen)
    )
    INSERT INTO busy_sources (organization_id, source, source_id, version)
    SELECT ${organizationId}::uuid, 'booking', id, version FROM owned ORDER BY id
    ON CONFLICT (organization_id, source, source_id) DO UPDATE SET version = EXCLUDED.version
    WHERE busy_sources.version <= EXCLUDED.version
      OR busy_sources.version = (SELECT seen FROM owned WHERE id = EXCLUDED.source_id)
    RETURNING source_id::text AS id`.catch(throwKind);
  const claimed = new Set(rows.map(({ id }) => id));
  return repairs.filter(({ bookingId }) => claimed.has(bookingId));
}

type Replacement = Repair & { readonly before: readonly BusySpan[] };

async function replaceSpans(tx: Tx, organizationId: string, replacements: readonly Replacement[]): Promise<void> {
  const sourceIds = replacements.map(({ bookingId }) => bookingId);
  await tx.busyTime
    .deleteMany({ where: { organizationId, source: "booking", sourceId: { in: sourceIds } } })
    .catch(throwKind);
  const data = replacements.flatMap(({ bookingId: sourceId, spans }) =>
    spans.map((span) => ({ organizationId, source: "booking", sourceId, ...span })),
  );
  await tx.busyTime.createMany({ data }).catch(throwKind);
  const moved = replacements.flatMap(({ before, spans }) => [...before, ...spans]);
  await touchCalendars(
    tx,
    organizationId,
    moved.map(({ calendarId }) => calendarId),
  );
}

/** Forgets bookings that the owner does not have. */
async function forget(tx: Tx, organizationId: string, repairs: readonly Repair[]): Promise<void> {
  const sourceId = { in: repairs.map(({ bookingId }) => bookingId) };
  await tx.busySource.deleteMany({ where: { organizationId, source: "booking", sourceId } }).catch(throwKind);
}

/** A version that does not exist, over spans that are right, is wrong too: it would keep events from being applied. */
function countOf({ differences, seenVersion, version }: Repair & { readonly differences: Repairs }): Repairs {
  const ahead = seenVersion !== null && version !== null && seenVersion > version;
  return ahead && !differs(differences) ? { ...differences, wrong: 1 } : differences;
}
