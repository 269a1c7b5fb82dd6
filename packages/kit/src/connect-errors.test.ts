import { ErrorInfoSchema, RetryInfoSchema } from "@calends/contracts/google/rpc/error_details_pb";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { reasonOf, toConnectError, violationsOf } from "./connect-errors.ts";
import { DomainError } from "./domain-error.ts";

test("an error keeps its reason, facts and fields", () => {
  const violations = [{ field: "range.end_time", rule: "must be later" }];
  const error = toConnectError(new DomainError("invalid", "INVALID_FIELD", "no", { violations, metadata: { a: "b" } }));
  expect(error).toMatchObject({ code: Code.InvalidArgument, rawMessage: "no" });
  expect(reasonOf(error)).toBe("INVALID_FIELD");
  expect(violationsOf(error)).toEqual(violations);
  expect(error.findDetails(ErrorInfoSchema)[0]).toMatchObject({ domain: "calends.dev", metadata: { a: "b" } });
});

test("an error fits into headers, however much is wrong with a request", () => {
  const long = "😀".repeat(100_000);
  const violations = Array.from({ length: 10_000 }, (_, i) => ({ field: `list[${i}]`, rule: long }));
  const error = toConnectError(
    new DomainError("invalid", "INVALID_FIELD", long, { violations, metadata: { value: long } }),
  );
  expect(error.rawMessage.length).toBeLessThanOrEqual(500);
  expect(error.rawMessage.isWellFormed()).toBe(true);
  expect(violationsOf(error).length).toBe(20);
  expect(JSON.stringify(violationsOf(error)).length).toBeLessThan(12_000);
});

test("what is no refusal says nothing", () => {
  for (const error of [new Error("secret"), "secret", null, new ConnectError("secret", Code.Unknown)]) {
    expect(toConnectError(error)).toMatchObject({ code: Code.Internal, rawMessage: "internal error" });
  }
});

test("a client never sees the hosts and addresses in a transport's error, but is told whether to try again", () => {
  const refused = new ConnectError("connect ECONNREFUSED 172.19.0.3:8080", Code.Unavailable);
  const error = toConnectError(refused);
  expect(error.code).toBe(Code.Unavailable);
  expect(error.rawMessage).not.toMatch(/ECONNREFUSED|172/);
  expect(reasonOf(error)).toBe("DEPENDENCY_UNAVAILABLE");
  expect(error.findDetails(RetryInfoSchema)[0]?.retryDelay).toMatchObject({ seconds: 1n });
  expect(error.cause).toBe(refused);
});

test.each([Code.DeadlineExceeded, Code.Canceled, Code.ResourceExhausted, Code.Unimplemented, Code.NotFound])(
  "a failure of the transport keeps its code %i, and none of its words",
  (code) => {
    const error = toConnectError(new ConnectError("LB pick at 10.0.0.7", code));
    expect(error.code).toBe(code);
    expect(error.rawMessage).not.toContain("10.0.0.7");
  },
);

test("a refusal by another service of Calends is passed on unchanged", () => {
  const refusal = toConnectError(new DomainError("precondition", "SLOT_TAKEN", "the slot is taken"));
  expect(toConnectError(refusal)).toBe(refusal);
});
