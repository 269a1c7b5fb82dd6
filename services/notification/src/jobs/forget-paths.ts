import { startJob } from "@calends/kit/job";
import type { Parts } from "@calends/kit/service";
import { forgetPaths } from "../store/deliveries.ts";
import type { Store } from "../store/index.ts";

const hourMs = 3_600_000;

/**
 * Removes the signed links that the previous release stored in notices, every hour, because its replicas may go on storing them
 * until the last one is replaced. This release does not read them: it asks booking for the link. The next release deletes this
 * job and its index.
 */
export function startForgettingPaths({ store, logger }: Pick<Parts, "logger"> & { store: Store }): AsyncDisposable {
  const failed = "removing signed links from notices failed and is tried again";
  return startJob({ logger, pauseMs: hourMs, failed, work: () => forgetPaths(store.db) });
}
