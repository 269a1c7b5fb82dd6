import { expect, test } from "vitest";
import { canonicalEmail } from "./email.ts";

test("an address has one form, however its domain is written", () => {
  const forms = [
    "Ann@münchen.example",
    "Ann@xn--mnchen-3ya.example",
    "Ann@mu\u0308nchen.example",
    "Ann@MÜNCHEN.example",
  ];
  expect(new Set(forms.map(canonicalEmail))).toEqual(new Set(["Ann@münchen.example"]));
});

test("what is before the @ stays, and so does what is no domain", () => {
  expect(canonicalEmail("A.b+C@Example.COM")).toBe("A.b+C@example.com");
  expect(canonicalEmail("a@")).toBe("a@");
});
