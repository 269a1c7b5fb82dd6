import { setTimeout as delay } from "node:timers/promises";
import { DomainError } from "./domain-error.ts";
import { startJob } from "./job.ts";
import { whileLeading } from "./leader.ts";
import type { Logger } from "./logger.ts";

/** What is checked, and how often. */
export interface DriftChecks {
  readonly logger: Logger;
  readonly databaseUrl: string;
  /** Name of the leader's session, as Postgres lists it. */
  readonly name: string;
  /** Key of the advisory lock that makes one worker of all processes. */
  readonly lock: number;
  readonly intervalMs: number;
  /** Every organization that the read model may have something of. */
  readonly organizations: () => Promise<readonly string[]>;
  /** Compares what a read model has of an organization with the owner, and repairs it; the signal tells it to stop. */
  readonly check: (organizationId: string, signal: AbortSignal) => Promise<unknown>;
}

/** How soon a connection that was lost is opened again. */
const retryMs = 5_000;

/**
 * Looks for drift in every organization, once an interval, until it is disposed of. Of all processes one does, elected by
 * an advisory lock that dies with its connection; the others take over where it is lost. The lock is the session's and not
 * a transaction's, which would be open for as long as its process leads.
 */
export function startDriftChecks(checks: DriftChecks): AsyncDisposable {
  const { logger, databaseUrl, name, lock } = checks;
  const work = async (signal: AbortSignal) => {
    // Whoever is due first leads: nothing is found late because a leader with a long interval has just begun.
    await pause(checks, signal);
    await whileLeading({ databaseUrl, name, lock, signal }, (leading) => checkEveryInterval(checks, leading));
  };
  return startJob({ logger, pauseMs: retryMs, failed: "the drift check tries again", work });
}

/** Checks now and whenever an interval has passed, until the signal. */
async function checkEveryInterval(checks: DriftChecks, signal: AbortSignal): Promise<void> {
  for (; !signal.aborted; await pause(checks, signal)) {
    await checkAll(checks, signal).catch((error: unknown) => {
      // Told to stop, it is asked no more.
      if (!signal.aborted) {
        throw error;
      }
    });
  }
}

async function pause({ intervalMs }: DriftChecks, signal: AbortSignal): Promise<void> {
  await delay(intervalMs, undefined, { signal, ref: false }).catch(() => undefined); // Aborted: the caller looks.
}

async function checkAll({ organizations, check, logger }: DriftChecks, signal: AbortSignal): Promise<void> {
  for (const organizationId of await organizations()) {
    if (signal.aborted) {
      return;
    }
    await check(organizationId, signal).catch((error: unknown) => {
      if (error instanceof DomainError && error.kind === "unavailable") {
        throw error; // It would be for every other organization, too.
      }
      // What is wrong with one organization keeps no other from being checked.
      logger.warn({ err: error, organizationId }, "a drift check failed");
    });
  }
}
