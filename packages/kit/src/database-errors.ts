import { DatabaseError } from "pg";
import { isUnreachable } from "./database.ts";
import { DomainError } from "./domain-error.ts";

/** Postgres codes that mean "somebody else was there at the same time": the whole operation may be tried again. */
const conflicts = new Set(["40001", "40P01"]);

/**
 * Postgres error codes (its documentation, appendix A) after which the same statement may succeed later, each with the
 * milliseconds that a client should wait before it tries again.
 */
const unavailableCodes: Readonly<Record<string, number>> = {
  "25006": 2_000, // read-only: a standby, or a primary that is being replaced
  "25P03": 1_000, // the transaction was idle for too long
  "53100": 30_000, // the disk is full
  "53200": 5_000, // no memory is left
  "53300": 1_000, // too many connections
  "55P03": 1_000, // a lock was not granted in time
  "57014": 1_000, // the statement took too long
  "57P01": 2_000, // shutting down, or failing over
  "57P02": 2_000, // another process of the server crashed
  "57P03": 2_000, // starting
  "57P05": 1_000, // the session was idle for too long
  "58030": 30_000, // input or output failed
};

/** After how many milliseconds a client should try again when the database could not be reached. */
const unreachableRetryMs = 1_000;

/**
 * Throws the DomainError that an error of Prisma or Postgres means to callers, or the error itself where it means none.
 * Always throws.
 */
export function throwKind(error: unknown): never {
  throw kindOf(error);
}

/**
 * The DomainError that an error of Prisma or Postgres means, or the error itself where it means none. Errors are
 * recognized by their codes (such as P2002), because each service's Prisma client has its own error classes.
 */
export function kindOf(error: unknown): unknown {
  if (error instanceof DomainError) {
    return error;
  }
  const [postgres, adapter] = [postgresCode(error), adapterCause(error)];
  const retryMs = unavailableCodes[postgres];
  if (retryMs !== undefined) {
    return unavailable(error, retryMs);
  }
  if (postgres === uniqueViolation) {
    return exists(error);
  }
  if (conflicts.has(postgres) || adapter === "TransactionWriteConflict") {
    return conflict(error);
  }
  if (unreachable.has(adapter)) {
    return unavailable(error);
  }
  switch (codeOf(error)) {
    case "P2002":
      return exists(error);
    case "P2025":
      return new DomainError("not_found", "NOT_FOUND", "not found or access denied", { cause: error });
    case "P2034":
      return conflict(error);
    case "P1001":
    case "P1002":
    case "P1017":
    case "P2024":
    case "P2028":
      return unavailable(error);
    default:
      return isUnreachable(error) ? unavailable(error) : error;
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
  const field = uniqueColumns(cause).at(-1);
  return field === undefined
    ? new DomainError("exists", "ALREADY_EXISTS", "a record with the same unique value exists", { cause })
    : new DomainError("exists", "ALREADY_EXISTS", `another record has the same ${field}`, {
        cause,
        metadata: { field },
        violations: [{ field, rule: "must be unique: another record has the same" }],
      });
}

/** The columns of a violated unique index, from Postgres's detail or from the name of the index; never their values. */
function uniqueColumns(error: unknown): string[] {
  const detail = error instanceof DatabaseError ? error.detail : undefined;
  const meta = typeof error === "object" && error !== null && "meta" in error ? JSON.stringify(error.meta ?? {}) : "";
  const [, ofPostgres] = /Key \(([\w, "]+)\)=/.exec(detail ?? "") ?? [];
  const [, ofPrisma] = /"(?:fields|target)":\[([^\]]*)\]/.exec(meta) ?? [];
  return (ofPostgres ?? ofPrisma ?? columnsOfIndex(meta))
    .split(",")
    .map((column) => column.replaceAll(/[\s"\\]/g, ""))
    .filter((column) => column !== "" && column !== "organization_id");
}

/** The columns in the name of an index, which follow its table's name, as in "booking_links_slug_key". */
function columnsOfIndex(meta: string): string {
  const [, index = ""] = /"index":"(\w+)_key"/.exec(meta) ?? [];
  const [, table = ""] = /"table":"(\w+)"/.exec(meta) ?? [];
  return table !== "" && index.startsWith(`${table}_`)
    ? index.slice(table.length + 1).replaceAll(/_id_/g, "_id,")
    : (/_(slug|external_id)$/.exec(index)?.[1] ?? "");
}

function conflict(cause: unknown): DomainError {
  return new DomainError("conflict", "STALE_VERSION", "changed by another request; try again", { cause });
}

function unavailable(cause: unknown, retryAfterMs = unreachableRetryMs): DomainError {
  const message = "the database does not answer now; try again";
  return new DomainError("unavailable", "DEPENDENCY_UNAVAILABLE", message, { cause, retryAfterMs });
}
