import type { StoreConfig } from "@calends/kit/config";
import { openDatabase, sqlOf } from "@calends/kit/database";
import { forgetAnswers } from "@calends/kit/idempotency";
import { startJob } from "@calends/kit/job";
import { retryUntil } from "@calends/kit/retry";
import type { Parts } from "@calends/kit/service";
import type { Pool } from "pg";
import { connectBroker, type Broker } from "./connection.ts";
import { isPublisher } from "./members.ts";
import { startOutboxGauges } from "./outbox-gauges.ts";
import { forgetPublished } from "./outbox.ts";
import { startRelay, type Relay } from "./relay.ts";
import { ensureStream, startKeepingStream } from "./streams.ts";

/** What every service with a database stands on. */
export interface Foundation {
  readonly pool: Pool;
  readonly broker: Broker;
  readonly relay: Relay;
}

const hourMs = 3_600_000;

/**
 * Opens database, broker and relay in this order, waiting for each; they close in reverse, after the calls in progress.
 * Once an hour, what need not be kept longer is deleted. `publisher` is the name of the package whose events the service
 * tells, where that is not its own.
 */
export async function openFoundation(
  service: string,
  config: StoreConfig,
  migrations: string,
  parts: Parts,
  publisher: string = service,
): Promise<Foundation> {
  const { stack, logger, metrics, signal } = parts;
  const pool = await openDatabase(service, config, migrations, logger, signal);
  stack.defer(() => pool.end());
  const broker = stack.use(await connectBroker(service, config.natsUrl, logger, signal));
  if (isPublisher(publisher)) {
    const onRetry = (error: unknown) => logger.warn({ reason: String(error) }, "waiting for JetStream");
    await retryUntil(() => ensureStream(broker, publisher), { signal, onRetry });
    stack.use(startKeepingStream(broker, publisher, logger));
  }
  const { databaseUrl } = config;
  const relay = stack.use(startRelay({ service, databaseUrl, pool, broker, logger, metrics }));
  stack.use(startOutboxGauges(pool, parts));
  stack.use(startCleaning(pool, parts));
  return { pool, broker, relay };
}

function startCleaning(pool: Pool, { logger, clock }: Parts): AsyncDisposable {
  const sql = sqlOf(pool);
  const work = async () => {
    await forgetAnswers(sql, clock.now());
    await forgetPublished(sql, clock.now());
  };
  return startJob({ logger, pauseMs: hourMs, failed: "cleaning tries again", work });
}
