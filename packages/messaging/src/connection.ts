import {
  jetstream,
  jetstreamManager,
  type JetStreamClient,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
} from "@nats-io/jetstream";
import { connect, nanos, type NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "@calends/kit/logger";
import { retryUntil } from "@calends/kit/retry";
import { deadLetterPrefix, deadLetterStream, streamOf } from "./subjects.ts";

/** A connection to NATS with JetStream. */
export interface Broker extends AsyncDisposable {
  readonly connection: NatsConnection;
  readonly js: JetStreamClient;
  readonly manager: JetStreamManager;
}

/** Sizes that a stream may reach before its oldest messages go; outboxes keep what a rebuild needs. */
const maxAge = nanos(14 * 24 * 3_600_000);
const duplicateWindow = nanos(120_000);

/** Waits for NATS and says so while it does; ends with the signal's reason when that aborts first. */
export async function connectBroker(
  service: string,
  natsUrl: string,
  logger: Logger,
  signal: AbortSignal,
): Promise<Broker> {
  const connection = await retryUntil(
    () =>
      connect({
        ...serversOf(natsUrl),
        name: `calends-${service}`,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        reconnectJitter: 250,
        timeout: 5_000,
        pingInterval: 10_000,
        noAsyncTraces: true, // They make two errors with their stacks for each message.
      }),
    { signal, onRetry: (error) => logger.warn({ reason: String(error) }, "waiting for NATS") },
  );
  logStatus(connection, logger);
  const onRetry = (error: unknown) => logger.warn({ reason: String(error) }, "waiting for JetStream");
  const manager = await retryUntil(() => jetstreamManager(connection, { timeout: 5_000 }), { signal, onRetry });
  return {
    connection,
    manager,
    js: jetstream(connection, { timeout: 5_000 }),
    async [Symbol.asyncDispose]() {
      await connection.close();
    },
  };
}

/** Makes sure that a service's stream and the stream of dead letters exist. Safe to run by many at once. */
export async function ensureStream(broker: Broker, service: string): Promise<void> {
  await ensure(broker, streamOf(service), [`calends.${service}.>`]);
  await ensure(broker, deadLetterStream, [`${deadLetterPrefix}.>`]);
}

async function ensure({ manager }: Broker, name: string, subjects: string[]): Promise<void> {
  const settings = {
    subjects,
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    max_age: maxAge,
    duplicate_window: duplicateWindow,
  };
  try {
    await manager.streams.info(name);
  } catch {
    // Not there: made now. A racing maker makes the same, which the server accepts.
    await manager.streams.add({ name, ...settings });
  }
}

/** The servers of a list of URLs, and the user and password that the first of them may carry. */
function serversOf(natsUrl: string): { servers: string[]; user?: string; pass?: string } {
  const urls = natsUrl.split(",").map((url) => new URL(url.trim()));
  const servers = urls.map(({ protocol, host }) => `${protocol}//${host}`);
  const [first] = urls;
  return first === undefined || first.username === ""
    ? { servers }
    : { servers, user: decodeURIComponent(first.username), pass: decodeURIComponent(first.password) };
}

function logStatus(connection: NatsConnection, logger: Logger): void {
  const follow = async () => {
    for await (const { type } of connection.status()) {
      if (type === "disconnect" || type === "reconnect") {
        logger.warn({ event: type }, "NATS connection");
      }
    }
  };
  follow().catch((error: unknown) => logger.warn({ err: error }, "NATS status ended"));
}
