import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "@calends/kit/logger";
import { retryUntil } from "@calends/kit/retry";
import { inboxPrefixOf } from "./permissions.ts";

/** A connection to NATS with JetStream. */
export interface Broker extends AsyncDisposable {
  readonly connection: NatsConnection;
  readonly js: JetStreamClient;
  readonly manager: JetStreamManager;
}

/** Waits for NATS and says so while it does; ends with the signal's reason when that aborts first. */
export async function connectBroker(
  service: string,
  natsUrl: string,
  logger: Logger,
  signal: AbortSignal,
): Promise<Broker> {
  const servers = serversOf(natsUrl);
  const connection = await retryUntil(
    () =>
      connect({
        ...servers,
        // A user may be answered on subjects of its own only.
        inboxPrefix: inboxPrefixOf(servers.user ?? service),
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

/** The servers of a list of URLs; user and password that the first of them may carry; TLS is demanded where it is tls://. */
function serversOf(natsUrl: string): { servers: string[]; user?: string; pass?: string; tls?: object } {
  const urls = natsUrl.split(",").map((url) => new URL(url.trim()));
  const [first] = urls;
  return {
    servers: urls.map(({ host }) => host),
    ...(first === undefined || first.username === ""
      ? {}
      : { user: decodeURIComponent(first.username), pass: decodeURIComponent(first.password) }),
    ...(urls.some(({ protocol }) => protocol === "tls:") ? { tls: {} } : {}),
  };
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
