import type { Parts } from "@calends/kit/service";
import type { RecurringBooking } from "../domain/recurring.ts";
import { claimDue, listPlannedDates, type OccurrenceKey } from "../store/occurrences.ts";
import { findRecurring } from "../store/recurring.ts";
import { patiently, type Cause } from "./known.ts";
import { settleOccurrence } from "./settle.ts";
import { settleWhole, type WholeDeps } from "./settle-whole.ts";

/** What settling of what is due works with. */
export interface DueDeps extends WholeDeps, Pick<Parts, "logger"> {}

/** Who took a date and has not settled it by then is taken for dead. */
const leaseMs = 30_000;
const batchSize = 50;
const nobodyWaits: Cause = { context: null, trace: null };

/** Settles all dates that have something to do. What fails is tried again when its lease ends. Returns how many were tried. */
export async function settleDue(deps: DueDeps, signal?: AbortSignal): Promise<number> {
  let settled = 0;
  const isStopping = () => signal?.aborted === true;
  for (let found = batchSize; found === batchSize && !isStopping();) {
    const now = deps.clock.now();
    const due = await deps.store.transaction((tx) => claimDue(tx, now, new Date(now.getTime() + leaseMs), batchSize));
    found = due.length;
    const whole = new Set<string>();
    for (const key of due) {
      if (isStopping()) {
        return settled; // Whoever is left comes again when the lease ends.
      }
      await settleOne(deps, key, whole).catch((error: unknown) =>
        deps.logger.warn({ err: error, seriesId: key.seriesId }, "a date of a series is settled later"),
      );
      settled += 1;
    }
  }
  return settled;
}

/** Settles a date, or all of a series that is settled as a whole: that is tried once for all of its dates. */
async function settleOne(deps: DueDeps, key: OccurrenceKey, whole: Set<string>): Promise<void> {
  const { organizationId, seriesId } = key;
  const recurring = await findRecurring(deps.store.db, organizationId, seriesId);
  if (recurring?.state !== "new") {
    await patiently(() => settleOccurrence(deps, key, nobodyWaits));
  } else if (!whole.has(seriesId)) {
    whole.add(seriesId);
    await settleWhole(deps, organizationId, recurring, nobodyWaits);
  }
}

/** Settles the dates of a series that have never been settled, while somebody waits: the first refusal is thrown. */
export async function settleSeries(
  deps: WholeDeps,
  organizationId: string,
  recurring: RecurringBooking & { readonly seriesId: string },
  cause: Cause,
): Promise<void> {
  if (recurring.state !== "standing") {
    await settleWhole(deps, organizationId, recurring, cause);
    return;
  }
  const { seriesId } = recurring;
  for (const recurrenceId of await listPlannedDates(deps.store.db, organizationId, seriesId)) {
    await patiently(() => settleOccurrence(deps, { organizationId, seriesId, recurrenceId }, cause));
  }
}
