import { Client, type ClientConfig } from "pg";

/** Milliseconds after which the server ends a statement. Prisma would end its transaction later, after 20 s. */
const statementTimeoutMs = 15_000;
/** Milliseconds without an answer after which the client closes a connection, for the network may be partitioned. */
const answerTimeoutMs = 18_000;
/** Milliseconds after which the server ends an idle transaction. Prisma would end it earlier, after 20 s. */
const idleTransactionTimeoutMs = 25_000;
/** Milliseconds after which the server ends a leader's idle session. A leader that is alive sends a query more often. */
const idleLeaderTimeoutMs = 15_000;

/** Limits of a connection that differ from the usual ones. */
export interface SessionLimits {
  /** Longest time of a statement in milliseconds, for the server and the client; 0 for no limit. */
  readonly statementTimeoutMs?: number;
  /** Whether the session holds a lock that another process must be able to take over within 20 seconds. */
  readonly leads?: boolean;
}

/**
 * The configuration of every connection to Postgres. It ensures that no connection waits for ever or holds locks for
 * ever. When the network fails, the server ends the session by TCP keepalives and by the session's time limits, and the
 * client by a time limit for each statement, because Node cannot set TCP_USER_TIMEOUT on its sockets.
 *
 * The limits are sent as settings when the session starts. PgBouncer refuses them, so a URL with `pgbouncer=true`
 * (Prisma's convention) is connected to without them. Set them on the role instead (`ALTER ROLE … SET`).
 */
export function clientConfig(connectionString: string, name: string, limits: SessionLimits = {}): ClientConfig {
  const timeoutMs = limits.statementTimeoutMs ?? statementTimeoutMs;
  return {
    connectionString,
    application_name: name,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // With pipelining, the driver closes the connection when a statement gets no answer in time.
    pipeline: true,
    ...(timeoutMs === 0 ? {} : { query_timeout: timeoutMs + answerTimeoutMs - statementTimeoutMs }),
    ...(hasPgBouncer(connectionString) ? {} : { options: sessionSettings(timeoutMs, limits.leads === true) }),
  };
}

function sessionSettings(timeoutMs: number, leads: boolean): string {
  const settings = {
    statement_timeout: timeoutMs,
    idle_in_transaction_session_timeout: idleTransactionTimeoutMs,
    ...(leads ? { idle_session_timeout: idleLeaderTimeoutMs } : {}),
    tcp_keepalives_idle: 10,
    tcp_keepalives_interval: 5,
    tcp_keepalives_count: 2,
    tcp_user_timeout: 20_000,
  };
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(" ");
}

function hasPgBouncer(connectionString: string): boolean {
  return URL.canParse(connectionString) && new URL(connectionString).searchParams.get("pgbouncer") === "true";
}

/** Opens a connection outside the pool, for LISTEN and for locks that are held for long. */
export async function openSession(connectionString: string, name: string, limits: SessionLimits = {}): Promise<Client> {
  const client = new Client(clientConfig(connectionString, name, limits));
  client.on("error", () => undefined); // After an error the client emits "end", and the next statement fails.
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined); // The connection was never open.
    throw error;
  }
}
