import { setTimeout as delay } from "node:timers/promises";
import { DomainError } from "./domain-error.ts";
import { startJob } from "./job.ts";
import { whileLeading } from "./leader.ts";
import type { Logger } from "./logger.ts";

/** What is compared, by whom, and how often. */
export interface DriftChecks {
  readonly logger: Logger;
  readonly databaseUrl: string;
  /** Name of the leader's session, as Postgres lists it. */
  readonly name: string;
  /** Key of the advisory lock. Of all processes only the one that holds it compares. */
  readonly lock: number;
  readonly intervalMs: number;
  /** The ids of all organizations that may have rows in the read model. */
  readonly organizations: () => Promise<readonly string[]>;
  /** Compares an organization's rows in the read model with their owner's, and repairs them. Stops at the signal. */
  readonly check: (organizationId: string, signal: AbortSignal) => Promise<unknown>;
}

/** Milliseconds before a lost connection is opened again. */
const retryMs = 5_000;

/**
 * Looks for drift in every organization once per interval, until it is disposed of. One of all processes does so: the one
 * that holds an advisory lock. When its connection is lost, Postgres releases the lock and another process takes over.
 * The lock belongs to the session, because a transaction would stay open for as long as the process leads.
 */
export function startDriftChecks(checks: DriftChecks): AsyncDisposable {
  const { logger, databaseUrl, name, lock } = checks;
  const work = async (signal: AbortSignal) => {
    // A process tries to lead only when its own check is due: a leader with a long interval does not delay the others.
    await pause(checks, signal);
    await whileLeading({ databaseUrl, name, lock, signal }, (leading) => checkEveryInterval(checks, leading));
  };
  return startJob({ logger, pauseMs: retryMs, failed: "the drift check tries again", work });
}

/** Checks now and whenever an interval has passed, until the signal. */
async function checkEveryInterval(checks: DriftChecks, signal: AbortSignal): Promise<void> {
  for (; !signal.aborted; await pause(checks, signal)) {
    await checkAll(checks, signal).catch((error: unknown) => {
      // The signal has told it to stop: no further organization is checked.
      if (!signal.aborted) {
        throw error;
      }
    });
  }
}

async function pause({ intervalMs }: DriftChecks, signal: AbortSignal): Promise<void> {
  await delay(intervalMs, undefined, { signal, ref: false }).catch(() => undefined); // The caller checks the signal.
}

async function checkAll({ organizations, check, logger }: DriftChecks, signal: AbortSignal): Promise<void> {
  for (const organizationId of await organizations()) {
    if (signal.aborted) {
      return;
    }
    await check(organizationId, signal).catch((error: unknown) => {
      if (error instanceof DomainError && error.kind === "unavailable") {
        throw error; // Every other organization would fail in the same way.
      }
      // A failure in one organization does not keep the others from being checked.
      logger.warn({ err: error, organizationId }, "a drift check failed");
    });
  }
}
