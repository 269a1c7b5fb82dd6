import { Pool, type PoolClient } from "pg";
import type { StoreConfig } from "./config.ts";
import type { Logger } from "./logger.ts";
import { migrate } from "./migrate.ts";
import { retryUntil } from "./retry.ts";

/** Whatever runs SQL: a pool, one of its connections, or a Prisma client or transaction. */
export interface Sql {
  /** Runs one statement with positional parameters ($1…) and returns its rows. */
  $queryRawUnsafe<T>(sql: string, ...values: unknown[]): Promise<T>;
}

/**
 * Waits for the database, says so while it does, applies the migrations, and returns a pool. Ends with the signal's
 * reason when that aborts first.
 */
export async function openDatabase(
  service: string,
  config: StoreConfig,
  migrations: string,
  logger: Logger,
  signal: AbortSignal,
): Promise<Pool> {
  const pool = new Pool({
    connectionString: config.databaseUrl,
    max: config.databasePool,
    application_name: `calends-${service}`,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
  });
  pool.on("error", (error) => logger.warn({ err: error }, "a database connection was lost"));
  // The pool listens to idle connections only. One that is lost between two queries of a transaction would end the process,
  // though the next query fails anyway.
  pool.on("connect", (client) => client.on("error", () => undefined));
  try {
    await retryUntil(() => pool.query("SELECT 1"), {
      signal,
      retry: isUnreachable,
      onRetry: (error) => logger.warn({ reason: codeOf(error) }, "waiting for the database"),
    });
    const { applied } = await migrate({ connectionString: config.databaseUrl, directory: migrations });
    if (applied.length > 0) {
      logger.info({ applied }, "migrations applied");
    }
    return pool;
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** Makes a connection or pool look like Prisma where only raw SQL is needed. */
export function sqlOf(client: Pool | PoolClient): Sql {
  return {
    async $queryRawUnsafe<T>(sql: string, ...values: unknown[]) {
      const result = await client.query(sql, values);
      return result.rows as T;
    },
  };
}

/** Whether an error says that the database cannot be reached now, or is starting or stopping. */
export function isUnreachable(error: unknown): boolean {
  const code = codeOf(error);
  return /^(ECONN|ENOTFOUND|ETIMEDOUT|EPIPE|EAI_AGAIN|EHOSTUNREACH|08|57P0|53300)/.test(code) || code === "timeout";
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) {
    return codeOf(error.errors[0]);
  }
  if (error instanceof Error && /timeout|terminated/i.test(error.message)) {
    return "timeout";
  }
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}
