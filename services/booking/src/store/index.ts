import { DomainError } from "@calends/kit/domain-error";
import { isUnreachable } from "@calends/kit/database";
import { PrismaPg } from "@prisma/adapter-pg";
import type { Pool } from "pg";
import { Prisma, PrismaClient } from "../gen/prisma/client.ts";

/** A transaction of booking's database. */
export type Tx = Prisma.TransactionClient;

/** Booking's database. */
export interface Store extends AsyncDisposable {
  /** For single reads. */
  readonly db: PrismaClient;
  /** Runs a function in one transaction; throwing undoes all of it. */
  readonly transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
}

/** Opens the store on a pool that it does not own; `committed` is told of each transaction that was kept. */
export function openStore(pool: Pool, committed: () => void): Store {
  const db = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
  return {
    db,
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

/** Postgres codes that mean "somebody else was there at the same time": the whole operation may be tried again. */
const conflicts = new Set(["40001", "40P01"]);

/** Turns an error of the database into the kind that callers react to. Always throws. */
export function throwKind(error: unknown): never {
  if (error instanceof Prisma.PrismaClientKnownRequestError) {
    if (conflicts.has(postgresCode(error))) {
      throw conflict(error);
    }
    switch (error.code) {
      case "P2002":
        throw new DomainError("exists", "ALREADY_EXISTS", "a record with the same unique value exists", {
          cause: error,
        });
      case "P2025":
        throw new DomainError("not_found", "NOT_FOUND", "not found or access denied", { cause: error });
      case "P2034":
        throw conflict(error);
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

function postgresCode({ meta }: Prisma.PrismaClientKnownRequestError): string {
  const text = JSON.stringify(meta ?? {});
  return /"(?:originalCode|code)":"(\w{5})"/.exec(text)?.[1] ?? "";
}

function conflict(cause: unknown): DomainError {
  return new DomainError("conflict", "STALE_VERSION", "changed by another request; try again", { cause });
}

function unavailable(cause: unknown): DomainError {
  return new DomainError("unavailable", "DEPENDENCY_UNAVAILABLE", "the database cannot be reached", { cause });
}
