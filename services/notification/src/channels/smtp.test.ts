import { expect, test } from "vitest";
import { outcomeOf } from "./smtp.ts";

test.each([
  [{ code: "EENVELOPE", command: "RCPT TO", responseCode: 550 }, "refused"],
  [{ code: "EMESSAGE", command: "DATA", responseCode: 554 }, "refused"],
  [{ code: "EENVELOPE", command: "API" }, "refused"],
  [{ code: "EENVELOPE", command: "RCPT TO", responseCode: 451 }, "deferred"],
  [{ code: "EMESSAGE", command: "DATA", responseCode: 421 }, "deferred"],
  [{ code: "EENVELOPE", command: "MAIL FROM", responseCode: 550 }, "deferred"],
  [{ code: "EAUTH", command: "AUTH PLAIN", responseCode: 535 }, "lost"],
  [{ code: "EPROTOCOL", command: "CONN", responseCode: 554 }, "lost"],
  [{ code: "ESOCKET", command: "CONN" }, "lost"],
  [{ code: "ETIMEDOUT", command: "CONN" }, "lost"],
  [{ code: "ECONNECTION" }, "lost"],
])("%j is %s", (facts, kind) => {
  const outcome = outcomeOf(Object.assign(new Error("450 <a@example.com> said\r\nno"), facts));
  expect(outcome).toMatchObject({ kind, error: "450 <a@example.com> said no" });
  expect(outcome).not.toHaveProperty("code", expect.stringContaining("@"));
});

test("what is no error of SMTP at all is lost, with a name for the logs", () => {
  expect(outcomeOf(null)).toEqual({ kind: "lost", error: "null", code: "unknown" });
});
