import type { Parts } from "@calends/kit/service";
import type { RecurringBooking } from "../domain/recurring.ts";
import { claimDue, listPlannedDates, type SeriesKey } from "../store/occurrences.ts";
import { findRecurring } from "../store/recurring.ts";
import { patiently, type Cause } from "./known.ts";
import { settleOccurrence } from "./settle.ts";
import { settleWhole, type WholeDeps } from "./settle-whole.ts";

/** What settling of what is due works with. */
export interface DueDeps extends WholeDeps, Pick<Parts, "logger"> {}

/** Who took a date and has not settled it by then is taken for dead. */
const leaseMs = 30_000;
/** A series gives way to others after so many of its dates. */
const batchSize = 10;
const nobodyWaits: Cause = { context: null, trace: null };

/**
 * Settles some of the dates of a series that have something to do, one after the other. What fails is tried again when its
 * lease ends. Says whether there may be more to do.
 */
export async function settleDue(deps: DueDeps, series: SeriesKey, signal: AbortSignal): Promise<boolean> {
  const settleLater = (error: unknown) => {
    deps.logger.warn({ err: error, seriesId: series.seriesId }, "a series is settled later");
    return false;
  };
  return settleSome(deps, series, signal).catch(settleLater);
}

async function settleSome(deps: DueDeps, series: SeriesKey, signal: AbortSignal): Promise<boolean> {
  const { store, clock, logger } = deps;
  const { organizationId, seriesId } = series;
  const now = clock.now();
  const lease = { now, until: new Date(now.getTime() + leaseMs) };
  const due = await store.transaction((tx) => claimDue(tx, series, lease, batchSize));
  const recurring = await findRecurring(store.db, organizationId, seriesId);
  if (recurring?.state === "new" && due.length > 0) {
    await settleWhole(deps, organizationId, recurring, nobodyWaits);
    return true;
  }
  for (const key of due) {
    if (signal.aborted) {
      return false; // What is left comes again when the lease ends.
    }
    await patiently(() => settleOccurrence(deps, key, nobodyWaits)).catch((error: unknown) =>
      logger.warn({ err: error, seriesId }, "a date of a series is settled later"),
    );
  }
  return due.length === batchSize;
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
