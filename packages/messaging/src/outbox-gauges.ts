import { startJob } from "@calends/kit/job";
import type { Logger } from "@calends/kit/logger";
import type { Metrics } from "@calends/kit/metrics";
import type { Pool } from "pg";
import { leaderLock } from "./relay.ts";

interface OutboxState {
  readonly pending: number;
  readonly oldestSeconds: number;
  readonly setAside: number;
  readonly led: boolean;
}

/**
 * Shows the state of the outbox as the database has it, so that every replica tells the same, also where none of them
 * publishes. Looks every few seconds: a scrape must not wait for a database.
 */
export function startOutboxGauges(
  pool: Pool,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
  pauseMs = 5_000,
): AsyncDisposable {
  const work = async () => {
    const { rows } = await pool.query<OutboxState>(stateSql);
    const { pending = 0, oldestSeconds = 0, setAside = 0, led = false } = rows[0] ?? {};
    metrics.outboxPending.set(pending);
    metrics.outboxOldestSeconds.set(Math.max(0, oldestSeconds));
    metrics.outboxSetAside.set(setAside);
    metrics.outboxLed.set(led ? 1 : 0);
  };
  return startJob({ logger, pauseMs, failed: "the outbox cannot be counted; trying again", work });
}

/** A lock of 64 bits is in two halves in pg_locks, of which the higher one is 0 here. */
const stateSql = `SELECT
  (count(*) FILTER (WHERE set_aside_at IS NULL))::integer AS pending,
  coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE set_aside_at IS NULL)), 0)::float8 AS "oldestSeconds",
  (count(*) FILTER (WHERE set_aside_at IS NOT NULL))::integer AS "setAside",
  EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = ${leaderLock} AND objsubid = 1
    AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS led
  FROM outbox WHERE published_at IS NULL`;
