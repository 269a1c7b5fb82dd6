import { startDriftChecks } from "@calends/kit/drift-checks";
import type { AskOwner } from "../owner.ts";
import { checkDrift, type DriftDeps } from "../read-model/check-drift.ts";
import { listOrganizations } from "../store/read-model.ts";

/** What the job works with, and how often it does. */
export interface DriftJobDeps extends DriftDeps {
  readonly askOwner: AskOwner;
  readonly databaseUrl: string;
  readonly intervalMs: number;
}

/** Key of the advisory lock that makes one worker of all processes. */
const lock = 72_707_375;

/** Looks for drift of what feeds show in every organization, once an interval, until it is disposed of. */
export function startCheckingFeeds(deps: DriftJobDeps): AsyncDisposable {
  return startDriftChecks({
    ...deps,
    name: "sync-drift",
    lock,
    organizations: () => listOrganizations(deps.store.db),
    check: (organizationId, signal) => checkDrift(deps, organizationId, deps.askOwner(organizationId, signal)),
  });
}
