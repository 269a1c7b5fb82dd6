import { startJob } from "@calends/kit/job";
import type { Parts } from "@calends/kit/service";
import { settleDue, type DueDeps } from "../series/settle-due.ts";

/** What the job works with. */
export interface OccurrenceDeps extends DueDeps, Pick<Parts, "logger"> {}

const pauseMs = 500;

/** Settles the dates of series that have something to do until it is disposed of. Every process works; none waits. */
export function startSettlingOccurrences(deps: OccurrenceDeps): AsyncDisposable {
  return startJob({
    ...deps,
    pauseMs,
    failed: "settling of dates tries again",
    work: (signal) => settleDue(deps, signal),
  });
}
