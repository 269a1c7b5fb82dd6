import { expect, test } from "vitest";
import { deriveToken, hashToken } from "./tokens.ts";

test("a token has 32 bytes and depends on secret, organization and request", () => {
  const tokens = [
    deriveToken("s", "o", "r"),
    deriveToken("t", "o", "r"),
    deriveToken("s", "p", "r"),
    deriveToken("s", "o", "q"),
  ];
  expect(new Set(tokens).size).toBe(4);
  expect(Buffer.from(tokens[0] ?? "", "base64url")).toHaveLength(32);
  expect(hashToken(tokens[0] ?? "")).toHaveLength(32);
});
