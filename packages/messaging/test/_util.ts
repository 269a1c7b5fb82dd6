import { randomUUID } from "node:crypto";
import { createLogger } from "@calends/kit/logger";
import { createMetrics } from "@calends/kit/metrics";
import { Pool } from "pg";
import { connectBroker, type Broker } from "../src/connection.ts";
import { ensureStream } from "../src/streams.ts";

export const logger = createLogger("test", "silent");
export const metrics = createMetrics("test");
export const organizationId = randomUUID();

/** Connects, with booking's stream made. */
export async function openBroker(url: string): Promise<Broker> {
  const broker = await connectBroker("test", url, logger, new AbortController().signal);
  await ensureStream(broker, "booking");
  return broker;
}

/** A pool on a database that has an outbox and nothing else, as every service's migration makes it. */
export async function openOutbox(url: string): Promise<Pool> {
  const pool = new Pool({ connectionString: url });
  pool.on("error", () => undefined); // The database is dropped under it in the end.
  await pool.query(`CREATE TABLE outbox (
    organization_id uuid NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id uuid NOT NULL UNIQUE,
    subject text NOT NULL, headers jsonb NOT NULL, payload bytea NOT NULL, attempts integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL, published_at timestamptz, refusals integer NOT NULL DEFAULT 0,
    refusal text, set_aside_at timestamptz)`);
  return pool;
}
