import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createManageLinks } from "./manage-link.ts";

const links = createManageLinks("a secret that is long enough to be one");
const link = { organizationId: randomUUID(), bookingId: randomUUID() };

test("a token leads back to its booking, and is the same each time", () => {
  const token = links.token(link);
  expect(links.read(token)).toEqual(link);
  expect(links.token(link)).toBe(token);
  expect(token).toMatch(/^[\w-]+$/);
});

test("a token in which any bit is another leads nowhere", () => {
  const bytes = Buffer.from(links.token(link), "base64url");
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const forged = Buffer.from(bytes);
    forged.writeUInt8(forged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(() => links.read(forged.toString("base64url"))).toThrow("this link is not valid");
  }
});

test.each(["", "x", "%%%", "A".repeat(85), "A".repeat(86), "A".repeat(1024), "😀"])("%j is no token", (text) => {
  expect(() => links.read(text)).toThrow("this link is not valid");
});

test("a token of another secret leads nowhere", () => {
  const others = createManageLinks("another secret that is long enough too");
  expect(() => links.read(others.token(link))).toThrow("this link is not valid");
});
