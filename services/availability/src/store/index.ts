import { inTransaction, type Sql } from "@calends/kit/database";
import { throwKind } from "@calends/kit/database-errors";
import { PrismaPg } from "@prisma/adapter-pg";
import type { Pool } from "pg";
import { PrismaClient, type Prisma } from "../gen/prisma/client.ts";
import { createAnnouncer, noteTouched } from "./announcer.ts";

/** A transaction of availability's database. */
export type Tx = Prisma.TransactionClient;

/** Availability's database. */
export interface Store extends AsyncDisposable {
  /** For single reads. */
  readonly db: PrismaClient;
  /** For reads that are asked often: prepared statements, past Prisma. */
  readonly pool: Pool;
  /** Runs a function in one transaction; throwing undoes all of it. */
  readonly transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** As `transaction`, with plain SQL in few round trips, for effects of events; what it does makes no events. */
  readonly quickly: <T>(work: (tx: Sql) => Promise<T>) => Promise<T>;
}

/** Opens the store on a pool that it does not own; `committed` is told of each transaction that was kept. */
export function openStore(pool: Pool, committed: () => void): Store {
  const db = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
  const announce = createAnnouncer(pool);
  /** Runs a transaction, and announces what it has touched once it has committed. */
  const announced = async <T extends object, R>(
    run: (work: (tx: T) => Promise<R>) => Promise<R>,
    work: (tx: T) => Promise<R>,
  ): Promise<R> => {
    let touched: ReadonlySet<string> = new Set();
    const noted = (tx: T) => {
      touched = noteTouched(tx);
      return work(tx);
    };
    const result = await run(noted).catch(throwKind);
    announce(touched);
    return result;
  };
  return {
    db,
    pool,
    quickly: (work) => announced((noted) => inTransaction(pool, noted), work),
    async transaction(work) {
      const result = await announced((noted) => db.$transaction(noted, { maxWait: 10_000, timeout: 15_000 }), work);
      committed();
      return result;
    },
    async [Symbol.asyncDispose]() {
      await db.$disconnect();
    },
  };
}
