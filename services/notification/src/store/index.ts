import { throwKind } from "@calends/kit/database-errors";
import { PrismaPg } from "@prisma/adapter-pg";
import type { Pool } from "pg";
import { PrismaClient, type Prisma } from "../gen/prisma/client.ts";

/** A transaction of notification's database. */
export type Tx = Prisma.TransactionClient;

/** Notification's database. */
export interface Store extends AsyncDisposable {
  /** For single reads. */
  readonly db: PrismaClient;
  /** Runs a function in one transaction; throwing undoes all of it. */
  readonly transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
}

/** Opens the store on a pool that it does not own. */
export function openStore(pool: Pool): Store {
  const db = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
  return {
    db,
    transaction: (work) => db.$transaction(work, { maxWait: 10_000, timeout: 15_000 }).catch(throwKind),
    async [Symbol.asyncDispose]() {
      await db.$disconnect();
    },
  };
}
