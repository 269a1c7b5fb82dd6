import { expect, test } from "vitest";
import { kindOf as asKind, throwKind } from "./database-errors.ts";
import { DatabaseError } from "pg";
import { DomainError } from "./domain-error.ts";

function kindOf(error: unknown): unknown {
  try {
    return throwKind(error);
  } catch (thrown) {
    return thrown instanceof DomainError ? thrown.kind : thrown;
  }
}

const prisma = (code: string, cause?: object) =>
  Object.assign(new Error("prisma"), {
    code,
    meta: cause === undefined ? {} : { driverAdapterError: { name: "x", cause } },
  });

test.each([
  ["exists", prisma("P2002")],
  ["not_found", prisma("P2025")],
  ["conflict", prisma("P2034")],
  ["conflict", prisma("P2010", { originalCode: "40P01", originalMessage: "deadlock detected", kind: "postgres" })],
  ["conflict", prisma("P2010", { kind: "TransactionWriteConflict" })],
  ["unavailable", prisma("P1001")],
  ["unavailable", prisma("P2010", { kind: "DatabaseNotReachable", host: "127.0.0.1", port: 1 })],
  ["unavailable", prisma("P2010", { kind: "ConnectionClosed" })],
  ["unavailable", Object.assign(new Error("refused"), { code: "ECONNREFUSED" })],
  ["unavailable", Object.assign(new Error("stopping"), { code: "57P01" })],
  ["unavailable", new Error("Connection terminated unexpectedly")],
])("%s is what callers are told of %o", (kind, error) => {
  expect(kindOf(error)).toBe(kind);
});

test.each([prisma("P2010", { kind: "postgres", originalCode: "22P02" }), new Error("a bug"), null, "text"])(
  "%o stays as it is",
  (error) => {
    expect(kindOf(error)).toBe(error);
  },
);

test.each(["25006", "25P03", "53100", "53300", "55P03", "57014", "57P01", "57P03"])(
  "Postgres's %s is unavailable, by whatever driver it comes, and says when to try again",
  (code) => {
    const errors = [
      prisma("P2010", { originalCode: code, kind: "postgres" }),
      Object.assign(new DatabaseError("no", 2, "error"), { code }),
    ];
    for (const error of errors) {
      expect(asKind(error)).toMatchObject({ kind: "unavailable", retryAfterMs: expect.any(Number) });
    }
  },
);
test.each([
  [
    "slug",
    prisma("P2002", { kind: "UniqueConstraintViolation", table: "links", constraint: { index: "links_slug_key" } }),
  ],
  ["external_id", prisma("P2002", { constraint: { fields: ["organization_id", "external_id"] } })],
  ["external_id", prisma("P2002", { constraint: { index: "times_organization_id_calendar_id_external_id_key" } })],
])("a value that must be unique is named: %s", (field, error) => {
  expect(() => throwKind(error)).toThrow(`another record has the same ${field}`);
});
