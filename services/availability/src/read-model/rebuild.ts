import type { Logger } from "@calends/kit/logger";
import { sumRepairs, type Repairs } from "../domain/drift.ts";
import { batchSize, type Owner } from "../owner.ts";
import type { Store } from "../store/index.ts";
import { listKnownBookings } from "../store/read-model.ts";
import { repairBusy } from "../store/repair-busy.ts";
import { reconcile } from "./reconcile.ts";

/** What a rebuild works with. */
export interface RebuildDeps {
  readonly store: Store;
  readonly logger: Logger;
}

/** What a rebuild of one organization has read and repaired. */
export interface RebuildReport {
  readonly bookings: number;
  readonly repairs: Repairs;
}

/**
 * Makes the read model of an organization from nothing but its owner, whatever is in it. It may run while events arrive:
 * first everything that the owner has is applied, newest version wins, and only then goes what the owner does not have,
 * so that at no moment a booked time looks free.
 */
export async function rebuild(deps: RebuildDeps, organizationId: string, owner: Owner): Promise<RebuildReport> {
  const applied = await applyAll(deps, organizationId, owner);
  const removed = await removeUnowned(deps, organizationId, owner);
  const report = { bookings: applied.bookings, repairs: sumRepairs([applied.repairs, removed]) };
  const { missing, extra, wrong } = report.repairs;
  deps.logger.info({ organizationId, bookings: report.bookings, missing, extra, wrong }, "a read model was rebuilt");
  return report;
}

async function applyAll({ store }: RebuildDeps, organizationId: string, owner: Owner): Promise<RebuildReport> {
  const all: Repairs[] = [];
  let count = 0;
  for await (const bookings of owner.bookings()) {
    const repairs = bookings.map(({ id, version, spans }) => ({ bookingId: id, seenVersion: null, version, spans }));
    all.push(await store.transaction((tx) => repairBusy(tx, organizationId, repairs)));
    count += bookings.length;
  }
  return { bookings: count, repairs: sumRepairs(all) };
}

async function removeUnowned({ store }: RebuildDeps, organizationId: string, owner: Owner): Promise<Repairs> {
  const all: Repairs[] = [];
  for (let after: string | null = null; ;) {
    const ids = await listKnownBookings(store.db, organizationId, after, batchSize);
    all.push(await reconcile({ store, owner, organizationId, settledBefore: null }, ids));
    after = ids.at(-1) ?? null;
    if (after === null) {
      return sumRepairs(all);
    }
  }
}
