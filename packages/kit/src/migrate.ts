import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DatabaseError, type Client } from "pg";
import { openSession } from "./sessions.ts";

/** What to apply, and where. */
export interface MigrateOptions {
  connectionString: string;
  /** Prisma's layout: one folder per migration, named so that they sort, each with a `migration.sql`. */
  directory: string;
  /** How long to wait for another runner to finish. */
  lockTimeoutMs?: number | undefined;
  /** How long, and how many times, a migration waits for locks on tables that are in use. */
  tries?: LockTries | undefined;
  onProgress?: ((message: string) => void) | undefined;
  /** Gets the messages that a migration writes with RAISE NOTICE, such as how many rows it changed. */
  onNotice?: ((message: string) => void) | undefined;
}

/**
 * How a migration is tried until it gets its locks. While it waits for a lock, all later statements on that table wait
 * behind it. Therefore it waits only for a short time, is rolled back, and is tried again after a pause.
 */
export interface LockTries {
  readonly lockTimeoutMs: number;
  readonly pauseMs: number;
  readonly count: number;
}

const defaultTries: LockTries = { lockTimeoutMs: 3_000, pauseMs: 2_000, count: 10 };

/** What a run did: the migrations it applied, and those in the history that the directory does not have. */
export interface MigrateResult {
  applied: string[];
  missing: string[];
}

/** Prisma's code for a failure where it has one; EDITED where an applied file has changed, which Prisma overlooks. */
export type MigrationErrorCode = "P1002" | "P3005" | "P3009" | "P3015" | "P3018" | "EDITED";

/** A database that cannot be migrated; the message is one sentence that says what to do or what went wrong. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
  readonly code: MigrationErrorCode;
  /** The migration at fault, where there is one. */
  readonly migration: string | undefined;

  constructor(code: MigrationErrorCode, message: string, migration?: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.code = code;
    this.migration = migration;
  }
}

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

interface HistoryRow {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

// The table and the lock are those of Prisma's schema engine, so that `prisma migrate deploy` and this runner can
// take over from one another, and exclude one another, at any time.
const LOCK_KEY = 72_707_369;
const LOCK_TIMEOUT_MS = 60_000;
const LOCK_NOT_AVAILABLE = "55P03";
const HISTORY_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

/** Applies the migrations that the database does not have yet, in order, one runner at a time. */
export async function migrate(options: MigrateOptions): Promise<MigrateResult> {
  const local = await readMigrations(options.directory);
  const db = await openSession(options.connectionString, "migrate", { statementTimeoutMs: 0 });
  db.on("notice", ({ message }) => options.onNotice?.(message ?? ""));
  try {
    await lock(db, options.lockTimeoutMs ?? LOCK_TIMEOUT_MS);
    const history = await readHistory(db);
    checkHistory(history, local);
    const known = new Set(history.map((row) => row.migration_name));
    const pending = local.filter(({ name }) => !known.has(name));
    for (const migration of pending) {
      options.onProgress?.(`applying ${migration.name}`);
      await apply(db, migration, options.tries ?? defaultTries);
    }
    const names = new Set(local.map(({ name }) => name));
    return { applied: pending.map(({ name }) => name), missing: [...known].filter((name) => !names.has(name)) };
  } finally {
    await db.end(); // The end of the session releases the lock.
  }
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(names.toSorted().map((name) => readMigration(directory, name)));
}

async function readMigration(directory: string, name: string): Promise<Migration> {
  try {
    const bytes = await readFile(join(directory, name, "migration.sql"));
    return { name, sql: bytes.toString("utf8"), checksum: createHash("sha256").update(bytes).digest("hex") };
  } catch (cause) {
    throw new MigrationError("P3015", `Migration ${name} has no readable migration.sql.`, name, { cause });
  }
}

async function lock(db: Client, timeoutMs: number): Promise<void> {
  await db.query("SELECT set_config('lock_timeout', $1, false)", [`${timeoutMs}ms`]);
  await db.query("SELECT pg_advisory_lock($1)", [LOCK_KEY]).catch((cause: unknown) => {
    if (!(cause instanceof DatabaseError) || cause.code !== LOCK_NOT_AVAILABLE) throw cause;
    throw new MigrationError("P1002", `Another runner has held the migration lock for ${timeoutMs} ms.`, undefined, {
      cause,
    });
  });
  await db.query("RESET lock_timeout");
}

async function readHistory(db: Client): Promise<HistoryRow[]> {
  const { rows } = await db.query<{ exists: boolean; empty: boolean }>(`
    SELECT to_regclass('"_prisma_migrations"') IS NOT NULL AS exists,
           NOT EXISTS (SELECT FROM pg_class
                       WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')) AS empty`);
  if (rows[0]?.exists !== true) {
    if (rows[0]?.empty !== true) {
      throw new MigrationError(
        "P3005",
        "The database has tables but no migration history; point at an empty one, or baseline it with `prisma migrate resolve --applied`.",
      );
    }
    await db.query(HISTORY_TABLE);
  }
  const history = await db.query<HistoryRow>(`
    SELECT migration_name, checksum, finished_at FROM "_prisma_migrations"
    WHERE rolled_back_at IS NULL ORDER BY started_at`);
  return history.rows;
}

function checkHistory(history: HistoryRow[], local: Migration[]): void {
  // A failed migration that is not in this image is left to the image that contains it.
  const names = new Set(local.map(({ name }) => name));
  const failed = history.find((row) => row.finished_at === null && names.has(row.migration_name))?.migration_name;
  if (failed !== undefined) {
    throw new MigrationError(
      "P3009",
      `Migration ${failed} failed before; see its logs in _prisma_migrations, repair the cause, and run ` +
        `\`prisma migrate resolve --rolled-back ${failed}\` (it sets rolled_back_at in that row).`,
      failed,
    );
  }
  const checksums = new Map(history.map((row) => [row.migration_name, row.checksum]));
  const edited = local.find(({ name, checksum }) => (checksums.get(name) ?? checksum) !== checksum)?.name;
  if (edited !== undefined) {
    throw new MigrationError(
      "EDITED",
      `Migration ${edited} was edited after it had been applied; restore the file and put the change in a new migration.`,
      edited,
    );
  }
}

/*
 * The row comes first and is finished last, as Prisma does it, so that a runner that dies in between is seen by the
 * next. The script goes to the server as one simple query: all its statements are one transaction unless it opens its
 * own, so a failure leaves nothing of it behind.
 */
async function apply(db: Client, migration: Migration, tries: LockTries): Promise<void> {
  const { lockTimeoutMs, pauseMs, count } = tries;
  const { name } = migration;
  for (let left = count; left > 0; left -= 1) {
    try {
      await applyOnce(db, migration, isUndoneWhole(migration.sql) ? lockTimeoutMs : 0);
      return;
    } catch (error) {
      if (!(error instanceof LockWasBusy)) throw error;
      await delay(pauseMs);
    }
  }
  const message = `Migration ${name} found a table that it changes in use ${count} times and was undone; it can be tried again.`;
  throw new MigrationError("P1002", message, name);
}

/** Thrown when a migration did not get a lock in time. The migration has been rolled back completely. */
class LockWasBusy extends Error {}

/** Whether a script that fails is rolled back completely, because all its statements are in one transaction. */
function isUndoneWhole(sql: string): boolean {
  return !/\b(COMMIT|CONCURRENTLY)\b/i.test(sql);
}

/** Sets the session's lock timeout in milliseconds; 0 waits for ever. */
async function applyOnce(db: Client, { name, sql, checksum }: Migration, lockTimeoutMs: number): Promise<void> {
  const id = randomUUID();
  await db.query(`INSERT INTO "_prisma_migrations" (id, checksum, migration_name) VALUES ($1, $2, $3)`, [
    id,
    checksum,
    name,
  ]);
  try {
    await db.query(`SET lock_timeout = ${lockTimeoutMs}`);
    await db.query(sql);
    await db.query("RESET lock_timeout");
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const code = cause instanceof DatabaseError ? cause.code : undefined;
    await db.query("ROLLBACK"); // For a script that opened a transaction of its own.
    if (lockTimeoutMs > 0 && code === LOCK_NOT_AVAILABLE) {
      await db.query(`DELETE FROM "_prisma_migrations" WHERE id = $1`, [id]);
      throw new LockWasBusy(message, { cause });
    }
    const logs = `A migration failed to apply.\n\nMigration name: ${name}\n\nDatabase error code: ${code}\n\nDatabase error:\n${message}`;
    await db.query(`UPDATE "_prisma_migrations" SET logs = $2 WHERE id = $1`, [id, logs]);
    throw new MigrationError("P3018", `Migration ${name} failed and was undone: ${message} (SQLSTATE ${code}).`, name, {
      cause,
    });
  }
  await db.query(`UPDATE "_prisma_migrations" SET finished_at = now(), applied_steps_count = 1 WHERE id = $1`, [id]);
}
