import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "pg";
import { openSession } from "./sessions.ts";

/** Which lock a process must hold to lead, and when it stops. */
export interface Leadership {
  readonly databaseUrl: string;
  /** Name of the session, as Postgres lists it. */
  readonly name: string;
  /** Key of the advisory lock, which one session of the database can hold. */
  readonly lock: number;
  /** Ends the leadership, or the wait for it, when it aborts. */
  readonly signal: AbortSignal;
  /** Milliseconds between two tries to take the lock and, once it is held, between two signs of life to the server. */
  readonly beatMs?: number;
}

/**
 * Waits until this process leads, then runs the work. Of all processes that name the same lock, one leads: the one whose
 * session holds the advisory lock. When a session is cut off, Postgres ends it within 20 seconds and another process leads.
 * The signal given to the work aborts when the session is lost or `leadership.signal` aborts. Throws what the work or the
 * session threw; the caller tries again.
 */
export async function whileLeading(
  leadership: Leadership,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { databaseUrl, name, lock, signal, beatMs = 5_000 } = leadership;
  const session = await openSession(databaseUrl, name, { leads: true });
  try {
    while (!signal.aborted && !(await tryToLead(session, lock))) {
      await delay(beatMs, undefined, { signal }).catch(() => undefined); // The loop checks the signal.
    }
    if (!signal.aborted) {
      await workWithSession(session, beatMs, signal, work);
    }
  } finally {
    await session.end().catch(() => undefined); // The session may be what failed.
  }
}

/** Runs the work, and aborts its signal when the session no longer answers. */
async function workWithSession(
  session: Client,
  beatMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const lost = new AbortController();
  const lose = (error: unknown) => lost.abort(error);
  session.once("end", () => lose(new Error("the leader's session ended")));
  const beat = setInterval(() => void session.query("SELECT 1").catch(lose), beatMs);
  try {
    await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(beat);
  }
  if (!signal.aborted) {
    lost.signal.throwIfAborted();
  }
}

/** Takes the lock for a session if no other session has it; says whether this one leads. */
export async function tryToLead(session: Client, lock: number): Promise<boolean> {
  const { rows } = await session.query<{ leads: boolean }>("SELECT pg_try_advisory_lock($1) AS leads", [lock]);
  return rows[0]?.leads === true;
}
