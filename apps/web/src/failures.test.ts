import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { Reason } from "@calends/contracts/calends/errors/v1/reason_pb";
import { BadRequestSchema, ErrorInfoSchema } from "@calends/contracts/google/rpc/error_details_pb";
import { failureInWords, readFailure } from "./failures.ts";

function refusal(code: Code, reason: keyof typeof Reason, sentence = ""): ConnectError {
  const info = { desc: ErrorInfoSchema, value: { reason, domain: "calends.dev" } };
  return new ConnectError(sentence, code, undefined, [info]);
}

test("the reason decides, whatever the sentence says", () => {
  expect(readFailure(refusal(Code.FailedPrecondition, "SLOT_TAKEN", "not found"))).toEqual({ kind: "taken" });
  expect(readFailure(refusal(Code.FailedPrecondition, "LINK_NOT_ACTIVE"))).toEqual({ kind: "link_closed" });
  expect(readFailure(refusal(Code.FailedPrecondition, "TYPE_NOT_ACTIVE"))).toEqual({ kind: "type_closed" });
  expect(readFailure(refusal(Code.PermissionDenied, "INVALID_MANAGE_LINK"))).toEqual({ kind: "bad_manage_link" });
  expect(readFailure(refusal(Code.PermissionDenied, "MANAGE_LINK_ENDED"))).toEqual({ kind: "ended_manage_link" });
  expect(readFailure(refusal(Code.FailedPrecondition, "BOOKING_STATUS"))).toEqual({ kind: "settled" });
});

test("an address that already has a seat is told so, in words that no other failure has", () => {
  const failure = readFailure(refusal(Code.FailedPrecondition, "ALREADY_REGISTERED"));
  expect(failureInWords(failure)).toContain("already has a seat");
  const others = (["SLOT_TAKEN", "NOTICE", "BOOKING_STATUS"] as const).map((reason) =>
    refusal(Code.FailedPrecondition, reason),
  );
  const unknown = new ConnectError("", Code.FailedPrecondition);
  for (const other of [...others, unknown]) {
    expect(failureInWords(readFailure(other))).not.toBe(failureInWords(failure));
  }
});

test("every reason against a start sends the visitor back to the times", () => {
  const reasons = ["NOTICE", "HORIZON", "OUTSIDE_HOURS", "DAILY_LIMIT", "OFF_GRID", "DURATION_NOT_OFFERED"] as const;
  for (const reason of reasons) {
    expect([reason, readFailure(refusal(Code.FailedPrecondition, reason))]).toEqual([reason, { kind: "unbookable" }]);
  }
});

test("without a reason the code decides", () => {
  expect(readFailure(new ConnectError("", Code.NotFound))).toEqual({ kind: "missing" });
  expect(readFailure(new ConnectError("", Code.DeadlineExceeded))).toEqual({ kind: "unreachable" });
  expect(readFailure(new ConnectError("", Code.Internal))).toEqual({ kind: "unknown" });
});

test("a network that does not answer is told from a bug", () => {
  expect(readFailure(ConnectError.from(new TypeError("Failed to fetch")))).toEqual({ kind: "unreachable" });
  expect(readFailure(new TypeError("Failed to fetch"))).toEqual({ kind: "unreachable" });
  expect(readFailure(new RangeError("oops"))).toEqual({ kind: "unknown" });
});

test("field violations arrive with their paths, also beside a reason", () => {
  const violation = { field: "details.booker.email", description: "value must be a valid email address" };
  const badRequest = { desc: BadRequestSchema, value: { fieldViolations: [violation] } };
  const info = { desc: ErrorInfoSchema, value: { reason: "INVALID_FIELD", domain: "calends.dev" } };
  const error = new ConnectError("", Code.InvalidArgument, undefined, [info, badRequest]);
  expect(readFailure(error)).toEqual({ kind: "fields", violations: [violation] });
});
