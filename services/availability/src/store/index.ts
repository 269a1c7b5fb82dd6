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
  return {
    db,
    pool,
    async quickly(work) {
      let touched: ReadonlySet<string> = new Set();
      const noted = (tx: Sql) => {
        touched = noteTouched(tx);
        return work(tx);
      };
      const result = await inTransaction(pool, noted).catch(throwKind);
      announce(touched);
      return result;
    },
    async transaction(work) {
      let touched: ReadonlySet<string> = new Set();
      const noted = (tx: Tx) => {
        touched = noteTouched(tx);
        return work(tx);
      };
      const result = await db.$transaction(noted, { maxWait: 10_000, timeout: 15_000 }).catch(throwKind);
      committed();
      announce(touched);
      return result;
    },
    async [Symbol.asyncDispose]() {
      await db.$disconnect();
    },
  };
}
