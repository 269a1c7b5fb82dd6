import { startJob } from "@calends/kit/job";
import type { Parts } from "@calends/kit/service";
import { forgetPaths } from "../store/deliveries.ts";
import type { Store } from "../store/index.ts";

const hourMs = 3_600_000;

/**
 * Takes the signed links out of notices that the release before this one has written, and may go on writing until its last
 * replica is replaced. This release reads both forms alike: it asks booking for the link either way. The release after this
 * one deletes this job and its index.
 */
export function startForgettingPaths({ store, logger }: Pick<Parts, "logger"> & { store: Store }): AsyncDisposable {
  const failed = "taking signed links out of notices tries again";
  return startJob({ logger, pauseMs: hourMs, failed, work: () => forgetPaths(store.db) });
}
