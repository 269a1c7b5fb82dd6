import { createHash } from "node:crypto";
import { Socket } from "node:net";
import { Pool, type PoolClient } from "pg";
import type { StoreConfig } from "./config.ts";
import type { Logger } from "./logger.ts";
import { migrate } from "./migrate.ts";
import { retryUntil } from "./retry.ts";
import { clientConfig } from "./sessions.ts";

/** Whatever runs SQL: a pool, one of its connections, or a Prisma client or transaction. */
export interface Sql {
  /** Runs one statement with positional parameters ($1…) and returns its rows. */
  $queryRawUnsafe<T>(sql: string, ...values: unknown[]): Promise<T>;
  /** Present where a statement need not be waited for: see {@link send} and {@link sendAndSee}. */
  readonly send?: (sql: string, values: readonly unknown[], see?: (rows: unknown) => void) => void;
}

/**
 * Runs a statement whose rows nobody needs. In a transaction of {@link inTransaction} it goes out with whatever comes next,
 * and its failure is the transaction's; anywhere else it is waited for.
 */
export async function send(tx: Sql, sql: string, ...values: unknown[]): Promise<void> {
  if (tx.send === undefined) {
    await tx.$queryRawUnsafe(sql, ...values);
    return;
  }
  tx.send(sql, values);
}

/** As {@link send}, for rows that nobody needs before the transaction's end: by then, `see` has been given them. */
export async function sendAndSee<T>(tx: Sql, see: (rows: T) => void, sql: string, ...values: unknown[]): Promise<void> {
  if (tx.send === undefined) {
    see(await tx.$queryRawUnsafe<T>(sql, ...values));
    return;
  }
  tx.send(sql, values, (rows) => see(rows as T));
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
  const pool = createPool(config.databaseUrl, config.databasePool, `calends-${service}`);
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
    const onNotice = (notice: string) => logger.info({ notice }, "a migration says");
    const { applied } = await migrate({ connectionString: config.databaseUrl, directory: migrations, onNotice });
    if (applied.length > 0) {
      logger.info({ applied }, "migrations applied");
    }
    return pool;
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** Makes a pool whose connections send statements without waiting for the answers to those before. */
export function createPool(connectionString: string, max: number, name: string): Pool {
  return new Pool({
    ...clientConfig(connectionString, name),
    max,
    idleTimeoutMillis: 30_000,
    stream: () => new GatheringSocket(),
  });
}

/**
 * Sends the statements of one turn of the event loop by one call of the system: the driver corks for each statement, and
 * here the first of them keeps the socket corked. (`write` cannot be overridden: connecting puts the socket's own back.)
 */
class GatheringSocket extends Socket {
  #gathering = false;

  override cork(): void {
    super.cork();
    if (!this.#gathering) {
      this.#gathering = true;
      super.cork();
      process.nextTick(() => {
        this.#gathering = false;
        this.uncork();
      });
    }
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

/** A pool for single statements that are asked often: each is prepared once a connection. */
export function preparedOn(pool: Pool): Sql {
  return {
    async $queryRawUnsafe<T>(sql: string, ...values: unknown[]) {
      const result = await pool.query({ name: nameOf(sql), text: sql, values });
      return result.rows as T;
    },
  };
}

/**
 * Runs a function in one transaction on a connection of its own, for hot paths: statements are prepared once a connection,
 * and those that are not waited for one by one go out together (on a pool of {@link createPool}), the end of the
 * transaction with the last of them. Throwing undoes all of it, and so does a statement that failed without anybody
 * waiting for it; of several failures the first statement's is thrown.
 */
export async function inTransaction<T>(pool: Pool, work: (tx: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const sent: Promise<unknown>[] = [];
  const query = (sql: string, values: readonly unknown[]) =>
    client.query({ name: nameOf(sql), text: sql, values: [...values] });
  const later = (promise: Promise<unknown>) => {
    promise.catch(() => undefined); // It is waited for at the end.
    sent.push(promise);
  };
  try {
    later(query("BEGIN", []));
    const result = await work({
      async $queryRawUnsafe<R>(sql: string, ...values: unknown[]) {
        return (await query(sql, values)).rows as R;
      },
      send: (sql, values, see) => later(query(sql, values).then(({ rows }) => see?.(rows))),
    });
    const committed = query("COMMIT", []);
    later(committed);
    await Promise.all(sent);
    if ((await committed).command !== "COMMIT") {
      throw new Error("the transaction was undone: a statement had failed and its error was swallowed");
    }
    client.release();
    return result;
  } catch (error) {
    await client.query("ROLLBACK").then(
      () => client.release(),
      (broken: Error) => client.release(broken),
    );
    throw (await firstFailure(sent)) ?? error;
  }
}

async function firstFailure(promises: readonly Promise<unknown>[]): Promise<unknown> {
  const outcomes = await Promise.allSettled(promises);
  return outcomes.find((outcome) => outcome.status === "rejected")?.reason;
}

const names = new Map<string, string>();

/** The name under which a statement is prepared: the same for the same words in every process. */
function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) {
    return known;
  }
  const name = createHash("sha256").update(sql).digest("base64url");
  names.set(sql, name);
  return name;
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
  if (error instanceof Error && /timeout|terminated|not queryable/i.test(error.message)) {
    return "timeout";
  }
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}
