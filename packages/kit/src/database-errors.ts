import { DatabaseError } from "pg";
import { isUnreachable } from "./database.ts";
import { DomainError } from "./domain-error.ts";

/** Postgres codes that mean "somebody else was there at the same time": the whole operation may be tried again. */
const conflicts = new Set(["40001", "40P01"]);

/**
 * Turns an error of Prisma or Postgres into the kind that callers react to; what it does not know stays as it is. Always
 * throws. Each service's client has error classes of its own, so they are known by their codes (P2002 and its like).
 */
export function throwKind(error: unknown): never {
  const adapter = adapterCause(error);
  if (postgresCode(error) === uniqueViolation) {
    throw exists(error);
  }
  if (conflicts.has(postgresCode(error)) || adapter === "TransactionWriteConflict") {
    throw conflict(error);
  }
  if (unreachable.has(adapter)) {
    throw unavailable(error);
  }
  switch (codeOf(error)) {
    case "P2002":
      throw exists(error);
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
      throw isUnreachable(error) ? unavailable(error) : error;
  }
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}

/** The kinds by which Prisma's driver adapter says that the database cannot be reached now. */
const unreachable = new Set(["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout", "TooManyConnections"]);

/** The adapter's kind of an error, which is all that a raw query that found no database carries (P2010). */
function adapterCause(error: unknown): string {
  const meta = typeof error === "object" && error !== null && "meta" in error ? error.meta : {};
  return /"cause":\{[^{}]*"kind":"(\w+)"/.exec(JSON.stringify(meta ?? {}))?.[1] ?? "";
}

/** The code that Postgres gave, which Prisma keeps in the facts about its own error. */
function postgresCode(error: unknown): string {
  if (error instanceof DatabaseError) {
    return error.code ?? "";
  }
  const meta = typeof error === "object" && error !== null && "meta" in error ? error.meta : {};
  return /"(?:originalCode|code)":"(\w{5})"/.exec(JSON.stringify(meta ?? {}))?.[1] ?? "";
}

const uniqueViolation = "23505";

function exists(cause: unknown): DomainError {
  return new DomainError("exists", "ALREADY_EXISTS", "a record with the same unique value exists", { cause });
}

function conflict(cause: unknown): DomainError {
  return new DomainError("conflict", "STALE_VERSION", "changed by another request; try again", { cause });
}

function unavailable(cause: unknown): DomainError {
  return new DomainError("unavailable", "DEPENDENCY_UNAVAILABLE", "the database cannot be reached", { cause });
}
