import { Client, type ClientConfig } from "pg";

/** Milliseconds; a statement that runs longer is ended by the server, before Prisma gives its transaction up (20 s). */
const statementTimeoutMs = 15_000;
/** Milliseconds without an answer after which this side gives a connection up: the server may be behind a partition. */
const answerTimeoutMs = 18_000;
/** Milliseconds; a transaction that lies idle for longer is ended by the server, after Prisma has given it up. */
const idleTransactionTimeoutMs = 25_000;
/** Milliseconds; a leader asks the server something more often, so whoever does not is behind a partition or dead. */
const idleLeaderTimeoutMs = 15_000;

/** How a connection differs from the usual. */
export interface SessionLimits {
  /** Longest run of a statement in milliseconds, on both sides; 0 for no end. */
  readonly statementTimeoutMs?: number;
  /** Whether the session holds a lock that another process must be able to take over within 20 seconds. */
  readonly leads?: boolean;
}

/**
 * The configuration that every connection to Postgres uses, so that none waits for ever and none holds locks for ever.
 * Each end of a connection that was cut finds out by itself: this side because no answer comes, the server by TCP
 * keepalives and by the session's time limits. Node cannot set TCP_USER_TIMEOUT on its own socket, which is why this side
 * counts the time of each statement.
 *
 * The limits are settings of the session, sent with its start. PgBouncer refuses those: a URL with `pgbouncer=true`
 * (Prisma's convention) is connected to without them, and they belong on the role then (`ALTER ROLE … SET`).
 */
export function clientConfig(connectionString: string, name: string, limits: SessionLimits = {}): ClientConfig {
  const timeoutMs = limits.statementTimeoutMs ?? statementTimeoutMs;
  return {
    connectionString,
    application_name: name,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // Where statements are pipelined, the driver closes the connection of one that got no answer in time.
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

/** Opens a connection of its own, for what a pool cannot do: LISTEN, and locks that are held for long. */
export async function openSession(connectionString: string, name: string, limits: SessionLimits = {}): Promise<Client> {
  const client = new Client(clientConfig(connectionString, name, limits));
  client.on("error", () => undefined); // "end" follows, and the next statement fails.
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined); // It never was open.
    throw error;
  }
}
