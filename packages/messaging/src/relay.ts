import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "@calends/kit/logger";
import { openSession } from "@calends/kit/sessions";
import type { Client, Pool } from "pg";
import { batchSize, markAndRead, publishBatch, type PublishingOptions } from "./publishing.ts";

/** Moves committed events from the outbox to JetStream. */
export interface Relay extends AsyncDisposable {
  /** Says that a transaction with events has committed. Cheap; many nudges become one. */
  nudge(): void;
}

/** What a relay works with. */
export interface RelayOptions extends PublishingOptions {
  readonly databaseUrl: string;
  readonly pool: Pool;
}

/** Key of the advisory lock that makes one relay per database the publisher, which keeps the order of each booking. */
export const leaderLock = 72_707_370;
const channel = "outbox";
/** The wait for a nudge; what was committed by a process that died before its nudge is found by then. */
const pollMs = 500;
/** From the beginning of one batch to the next: a lone event goes at once, and many go together. */
const paceMs = 10;

/**
 * Starts the relay of one process. Of all processes of a service one publishes at a time, elected by an advisory lock
 * that dies with its connection. NOTIFY is sent after the commit and coalesced: inside the transaction it would make all
 * commits queue for one lock.
 */
export function startRelay(options: RelayOptions): Relay {
  const stopping = new AbortController();
  const bell = new Bell();
  const nudges = { pending: false };
  const lead = async () => {
    const session = await openLeaderSession(options.databaseUrl, bell);
    try {
      await publishUntilStopped(options, session, bell, nudges, stopping.signal);
    } finally {
      await session.end().catch(() => undefined); // The connection may be what failed.
    }
  };
  const running = repeat(lead, options.logger, stopping.signal);
  return {
    nudge() {
      nudges.pending = true;
      bell.ring();
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      bell.ring();
      await running;
    },
  };
}

async function repeat(work: () => Promise<void>, logger: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await work();
    } catch (error) {
      logger.warn({ reason: String(error) }, "the relay tries again");
      await delay(pollMs, undefined, { signal }).catch(() => undefined); // Aborted: the loop ends.
    }
  }
}

async function openLeaderSession(connectionString: string, bell: Bell): Promise<Client> {
  const session = await openSession(connectionString, "calends-relay", { leads: true });
  session.on("error", () => bell.ring());
  session.on("notification", () => bell.ring());
  await session.query(`LISTEN ${channel}`);
  return session;
}

async function publishUntilStopped(
  options: RelayOptions,
  session: Client,
  bell: Bell,
  nudges: { pending: boolean },
  signal: AbortSignal,
): Promise<void> {
  let leading = false;
  while (!signal.aborted) {
    const heard = bell.next(pollMs);
    leading ||= await tryToLead(session);
    const nudged = nudges.pending;
    nudges.pending = false;
    if (nudged && !leading) {
      // The leader is another process. Where it does not hear this, its poll finds the event.
      await session.query(`NOTIFY ${channel}`);
    }
    if (leading) {
      await publishAll(options, session);
    }
    await heard;
  }
  if (leading) {
    await publishAll(options, session);
  }
}

/** Publishes until nothing is left, some milliseconds' events at a time. */
async function publishAll(options: RelayOptions, session: Client): Promise<void> {
  let published: readonly string[] = [];
  for (;;) {
    const pause = delay(paceMs);
    const rows = await markAndRead(session, published);
    if (rows.length === 0) {
      return;
    }
    const { ids, someRefused } = await publishBatch(options, session, rows);
    if (someRefused) {
      await markAndRead(session, ids);
      return; // What was refused is tried again at the next poll, not at once.
    }
    published = ids;
    if (rows.length < batchSize) {
      await pause;
    }
  }
}

async function tryToLead(session: Client): Promise<boolean> {
  const { rows } = await session.query<{ leads: boolean }>("SELECT pg_try_advisory_lock($1) AS leads", [leaderLock]);
  return rows[0]?.leads === true;
}

/** Wakes whoever waits; a ring while nobody waits is kept for the next. */
class Bell {
  readonly #target = new EventTarget();
  #rung = false;

  ring(): void {
    this.#rung = true;
    this.#target.dispatchEvent(new Event("ring"));
  }

  async next(timeoutMs: number): Promise<void> {
    if (!this.#rung) {
      const signal = AbortSignal.timeout(timeoutMs);
      await once(this.#target, "ring", { signal }).catch(() => undefined); // Timed out: time to look anyway.
    }
    this.#rung = false;
  }
}
