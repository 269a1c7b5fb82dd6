import { DomainError } from "@calends/kit/domain-error";
import { isUnreachable } from "@calends/kit/database";
import { PrismaPg } from "@prisma/adapter-pg";
import type { Pool } from "pg";
import { Prisma, PrismaClient } from "../gen/prisma/client.ts";

/** A transaction of availability's database. */
export type Tx = Prisma.TransactionClient;

/** Availability's database. */
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

/** Turns an error of the database into the kind that callers react to. Always throws. */
export function throwKind(error: unknown): never {
  if (error instanceof Prisma.PrismaClientKnownRequestError) {
    switch (error.code) {
      case "P2002":
        throw new DomainError("exists", "ALREADY_EXISTS", "a record with the same unique value exists", {
          cause: error,
        });
      case "P2025":
        throw new DomainError("not_found", "NOT_FOUND", "not found or access denied", { cause: error });
      case "P2034":
        throw new DomainError("conflict", "STALE_VERSION", "changed by another request; try again", { cause: error });
      case "P1001":
      case "P1002":
      case "P1017":
      case "P2024":
      case "P2028":
        throw unavailable(error);
      default:
    }
  }
  throw isUnreachable(error) ? unavailable(error) : error;
}

function unavailable(cause: unknown): DomainError {
  return new DomainError("unavailable", "DEPENDENCY_UNAVAILABLE", "the database cannot be reached", { cause });
}
