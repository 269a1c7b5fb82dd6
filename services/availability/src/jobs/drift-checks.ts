import { setTimeout as delay } from "node:timers/promises";
import { DomainError } from "@calends/kit/domain-error";
import { startJob } from "@calends/kit/job";
import { whileLeading } from "@calends/kit/leader";
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
const driftLock = 72_707_374;

/** How soon a connection that was lost is opened again. */
const retryMs = 5_000;

/**
 * Looks for drift in every organization, once an interval, until it is disposed of. Of all processes one does, elected by
 * an advisory lock that dies with its connection; the others take over where it is lost. The lock is the session's and not
 * a transaction's, which would be open for as long as its process leads.
 */
export function startDriftChecks(deps: DriftJobDeps): AsyncDisposable {
  const { logger, databaseUrl } = deps;
  const leadership = { databaseUrl, name: "availability-drift", lock: driftLock };
  const work = async (signal: AbortSignal) => {
    // Whoever is due first leads: nothing is found late because a leader with a long interval has just begun.
    await pause(deps, signal);
    await whileLeading({ ...leadership, signal }, (leading) => checkEveryInterval(deps, leading));
  };
  return startJob({ logger, pauseMs: retryMs, failed: "the drift check tries again", work });
}

/** Checks now and whenever an interval has passed, until the signal. */
async function checkEveryInterval(deps: DriftJobDeps, signal: AbortSignal): Promise<void> {
  for (; !signal.aborted; await pause(deps, signal)) {
    await checkAll(deps, signal).catch((error: unknown) => {
      // Told to stop, it is asked no more.
      if (!signal.aborted) {
        throw error;
      }
    });
  }
}

async function pause({ intervalMs }: DriftJobDeps, signal: AbortSignal): Promise<void> {
  await delay(intervalMs, undefined, { signal, ref: false }).catch(() => undefined); // Aborted: the caller looks.
}

async function checkAll(deps: DriftJobDeps, signal: AbortSignal): Promise<void> {
  for (const organizationId of await listOrganizations(deps.store.db)) {
    if (signal.aborted) {
      return;
    }
    const owner = deps.askOwner(organizationId, () => ({ signal }));
    await checkDrift(deps, organizationId, owner).catch((error: unknown) => {
      if (error instanceof DomainError && error.kind === "unavailable") {
        throw error; // It would be for every other organization, too.
      }
      // What is wrong with one organization keeps no other from being checked.
      deps.logger.warn({ err: error, organizationId }, "a drift check failed");
    });
  }
}
