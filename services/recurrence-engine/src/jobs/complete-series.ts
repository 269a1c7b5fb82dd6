import { tryLock } from "@calends/kit/advisory-lock";
import { startJob } from "@calends/kit/job";
import type { Parts } from "@calends/kit/service";
import type { Compute } from "../compute/compute.ts";
import { mayComplete } from "../domain/series.ts";
import { tell } from "../facts.ts";
import type { Store, Tx } from "../store/index.ts";
import type { SeriesKey } from "../store/planned.ts";
import { findPast, lockSeries, postponeCompletion, writeSeries } from "../store/series.ts";
import { workOneByOne, type Turns } from "./one-by-one.ts";

/** What the job works with. */
export interface CompletionDeps extends Pick<Parts, "clock" | "logger"> {
  readonly store: Store;
  readonly compute: Compute;
}

/** Who completes a series, in its history. */
export const completionActor = "recurrence-engine";
/** Key of the advisory lock that makes one worker of all processes. */
const completionLock = 72_707_371;
const pauseMs = 5_000;

/** Completes series by themselves until it is disposed of. Every process runs it; one of them works at a time. */
export function startCompletion(deps: CompletionDeps): AsyncDisposable {
  const failed = "completing tries again";
  return startJob({ ...deps, pauseMs, failed, work: (signal) => completePast(deps, signal) });
}

/** Completes every series that is not cancelled and whose last occurrence is past. Returns how many it looked at. */
export function completePast(deps: CompletionDeps, signal?: AbortSignal): Promise<number> {
  const { store, compute } = deps;
  const turns: Turns = {
    ...deps,
    find: (now, limit) => findPast(store.db, now, limit),
    work: (tx, key, now) => completeOne(tx, compute, key, now),
    postpone: (key, until) => postponeCompletion(store.db, key, until),
    failed: "a series cannot be completed",
  };
  return workOneByOne(turns, signal);
}

async function completeOne(tx: Tx, compute: Compute, key: SeriesKey, now: Date): Promise<boolean> {
  if (!(await tryLock(tx, completionLock))) {
    return false;
  }
  const { organizationId, seriesId } = key;
  const before = await lockSeries(tx, organizationId, seriesId);
  // It may have been changed between being found and being locked.
  if (mayComplete(before.series, now)) {
    const after = await compute.run("completeSeries", [before, now], { organizationId });
    await writeSeries(tx, organizationId, before, after, completionActor);
    await tell({ tx, compute }, { after, actor: completionActor }, { organizationId, at: now, trace: null });
  }
  return true;
}
