import { expect, test } from "vitest";
import { canonicalEmail } from "./email.ts";

test("all spellings of an address's domain become one form", () => {
  const forms = [
    "Ann@münchen.example",
    "Ann@xn--mnchen-3ya.example",
    "Ann@mu\u0308nchen.example",
    "Ann@MÜNCHEN.example",
  ];
  expect(new Set(forms.map(canonicalEmail))).toEqual(new Set(["Ann@münchen.example"]));
});

test("the part before the @ is not changed, and neither is text that is not a domain", () => {
  expect(canonicalEmail("A.b+C@Example.COM")).toBe("A.b+C@example.com");
  expect(canonicalEmail("a@")).toBe("a@");
});
