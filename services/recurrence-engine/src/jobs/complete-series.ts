import { tryLock } from "@calends/kit/advisory-lock";
import { startJob } from "@calends/kit/job";
import type { Parts } from "@calends/kit/service";
import type { Compute } from "../compute/compute.ts";
import { isPast } from "../domain/series.ts";
import { tell } from "../facts.ts";
import type { Store, Tx } from "../store/index.ts";
import { findPast, lockSeries, writeSeries } from "../store/series.ts";

/** What the job works with. */
export interface CompletionDeps extends Pick<Parts, "clock" | "logger"> {
  readonly store: Store;
  readonly compute: Compute;
}

/** Who completes a series, in its history. */
export const completionActor = "recurrence-engine";
/** Key of the advisory lock that makes one worker of all processes. */
const completionLock = 72_707_371;
const batchSize = 100;
const pauseMs = 5_000;

/** Completes series by themselves until it is disposed of. Every process runs it; one of them works at a time. */
export function startCompletion(deps: CompletionDeps): AsyncDisposable {
  return startJob({ ...deps, pauseMs, failed: "completing tries again", work: () => completePast(deps) });
}

/** Completes every active series whose last occurrence is past. Returns how many; none while another worker does. */
export async function completePast({ store, clock, compute }: Omit<CompletionDeps, "logger">): Promise<number> {
  let completed = 0;
  for (let found = batchSize; found === batchSize;) {
    found = await store.transaction((tx) => completeBatch(tx, compute, clock.now()));
    completed += found;
  }
  return completed;
}

async function completeBatch(tx: Tx, compute: Compute, now: Date): Promise<number> {
  if (!(await tryLock(tx, completionLock))) {
    return 0;
  }
  const past = await findPast(tx, now, batchSize);
  for (const { organizationId, id } of past) {
    const before = await lockSeries(tx, organizationId, id);
    // It may have been changed between being found and being locked.
    if (before.series.status === "active" && isPast(before.series, now)) {
      const after = await compute.run("completeSeries", [before, now]);
      await writeSeries(tx, organizationId, before, after, completionActor);
      await tell({ tx, compute }, { after }, { organizationId, at: now, trace: null });
    }
  }
  return past.length;
}
