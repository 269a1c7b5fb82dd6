import { startJob } from "@calends/kit/job";
import type { Parts } from "@calends/kit/service";
import { startQueues, type SeriesQueues } from "../series/queues.ts";
import { settleDue, type DueDeps } from "../series/settle-due.ts";
import { findDueSeries } from "../store/occurrences.ts";

/** What the job works with. */
export interface OccurrenceDeps extends DueDeps, Pick<Parts, "logger"> {}

const pauseMs = 500;
/** Each series that is being settled takes a connection now and then. */
const mostAtOnce = 8;
const mostFound = 100;

/**
 * Settles the dates of series that have something to do until it is disposed of: of a series that is woken at once, and of all
 * others when a look finds them due. Every process works; none waits.
 */
export function startSettlingOccurrences(deps: OccurrenceDeps): SeriesQueues {
  const queues = startQueues((series, signal) => settleDue(deps, series, signal), mostAtOnce);
  const looking = startJob({
    ...deps,
    pauseMs,
    failed: "settling of dates tries again",
    work: async () => (await findDueSeries(deps.store.db, deps.clock.now(), mostFound)).forEach(queues.wake),
  });
  return {
    wake: queues.wake,
    async [Symbol.asyncDispose]() {
      await looking[Symbol.asyncDispose]();
      await queues[Symbol.asyncDispose]();
    },
  };
}
