import { startJob } from "@calends/kit/job";
import type { Parts } from "@calends/kit/service";
import { raiseSessions, type RaisingDeps } from "../raising-seats.ts";
import { findRaised, forgetRaised } from "../store/appointment-types.ts";

/** What the job works with. */
export interface RaiseDeps extends RaisingDeps, Pick<Parts, "logger"> {}

const pauseMs = 1_000;
/** For so long a session may still be made by who read the type before it was given more seats. */
const graceMs = 30_000;
const mostFound = 100;

/** Gives sessions the seats that their types were given, where whoever changed the type did not get to it. */
export function startRaisingSeats(deps: RaiseDeps): AsyncDisposable {
  return startJob({ ...deps, pauseMs, failed: "giving sessions more seats tries again", work: () => raiseAll(deps) });
}

async function raiseAll(deps: RaiseDeps): Promise<void> {
  const before = new Date(deps.clock.now().getTime() - graceMs);
  for (const { organizationId, type, raisedAt } of await findRaised(deps.store.db, mostFound)) {
    await raiseSessions(deps, organizationId, type, null);
    if (raisedAt <= before) {
      await forgetRaised(deps.store.db, organizationId, type.id, raisedAt);
    }
  }
}
