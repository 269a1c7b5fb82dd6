import { inTransaction, preparedOn, type Sql } from "@calends/kit/database";
import { throwKind } from "@calends/kit/database-errors";
import { PrismaPg } from "@prisma/adapter-pg";
import { DatabaseError, type Pool } from "pg";
import { slotTaken } from "../domain/errors.ts";
import { PrismaClient, type Prisma } from "../gen/prisma/client.ts";

/** A transaction of booking's database. */
export type Tx = Prisma.TransactionClient;

/** Booking's database. */
export interface Store extends AsyncDisposable {
  /** For single reads. */
  readonly db: PrismaClient;
  /** Runs a function in one transaction; throwing undoes all of it. */
  readonly transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** Runs reads that see the database as of one moment. */
  readonly snapshot: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** As `transaction`, with plain SQL in few round trips; for the path of every booking. */
  readonly quickly: <T>(work: (tx: Sql) => Promise<T>) => Promise<T>;
  /** For reads that are asked often: prepared statements, past Prisma. */
  readonly sql: Sql;
}

/** Opens the store on a pool that it does not own; `committed` is told of each transaction that was kept. */
export function openStore(pool: Pool, committed: () => void): Store {
  const db = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
  return {
    db,
    sql: preparedOn(pool),
    async quickly(work) {
      const result = await inTransaction(pool, work).catch(throwTaken).catch(throwKind);
      committed();
      return result;
    },
    snapshot: (work) =>
      db.$transaction(work, { maxWait: 15_000, timeout: 20_000, isolationLevel: "RepeatableRead" }).catch(throwKind),
    async transaction(work) {
      const result = await db.$transaction(work, { maxWait: 15_000, timeout: 20_000 }).catch(throwKind);
      committed();
      return result;
    },
    async [Symbol.asyncDispose]() {
      await db.$disconnect();
    },
  };
}

/** What the database says where a transaction did not get all the time that it asked for, without looking. */
function throwTaken(error: unknown): never {
  throw error instanceof DatabaseError && error.code === "TK001" ? slotTaken() : error;
}
