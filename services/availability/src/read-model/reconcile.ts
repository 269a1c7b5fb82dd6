import { compareSpans, differs, noRepairs, type Repairs } from "../domain/drift.ts";
import type { Owner, OwnedBooking } from "../owner.ts";
import type { Store } from "../store/index.ts";
import { readKnownBookings, type KnownBooking } from "../store/read-model.ts";
import { repairBusy, type Repair } from "../store/repair-busy.ts";

/** Which bookings are compared with their owner, and which of the differences are left to events on their way. */
export interface Reconciliation {
  readonly store: Store;
  readonly owner: Owner;
  readonly organizationId: string;
  /** What the owner has changed after this instant may still come by event; null where that is not waited for. */
  readonly settledBefore: Date | null;
}

/**
 * Makes bookings of the read model as their owner has them and returns what differed. The read model is read before the
 * owner is asked: what the owner says is then at least as new, and what it does not have does not exist.
 */
export async function reconcile(reconciliation: Reconciliation, bookingIds: readonly string[]): Promise<Repairs> {
  if (bookingIds.length === 0) {
    return noRepairs;
  }
  const { store, owner, organizationId, settledBefore } = reconciliation;
  const known = await readKnownBookings(store.db, organizationId, bookingIds);
  const owned = new Map((await owner.get(bookingIds)).map((booking) => [booking.id, booking]));
  const repairs = bookingIds.flatMap((id) => repairOf(id, known.get(id), owned.get(id), settledBefore));
  return repairs.length === 0 ? noRepairs : store.transaction((tx) => repairBusy(tx, organizationId, repairs));
}

function repairOf(
  bookingId: string,
  known: KnownBooking | undefined,
  owned: OwnedBooking | undefined,
  settledBefore: Date | null,
): Repair[] {
  const seenVersion = known?.version ?? null;
  const version = owned?.version ?? null;
  const spans = owned?.spans ?? [];
  const equal = seenVersion === version && !differs(compareSpans(known?.spans ?? [], spans));
  const onItsWay =
    settledBefore !== null &&
    owned !== undefined &&
    (seenVersion ?? 0n) < owned.version &&
    owned.updatedAt > settledBefore;
  return equal || onItsWay ? [] : [{ bookingId, seenVersion, version, spans }];
}
