import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createManageLinks } from "./manage-link.ts";
import { createSignedIds } from "./signed-ids.ts";

const links = createManageLinks("a secret that is long enough to be one");
const link = { organizationId: randomUUID(), bookingId: randomUUID() };

test("a token leads back to its booking, and is the same each time", () => {
  const token = links.token(link);
  expect(links.read(token)).toEqual(link);
  expect(links.token(link)).toBe(token);
  expect(token).toMatch(/^[\w-]+$/);
});

test("a link that was made anew says when it ends, and is another each time", () => {
  const endsAt = new Date("2026-12-08T12:00:00.123Z");
  const token = links.token({ ...link, endsAt });
  expect(links.read(token)).toEqual({ ...link, endsAt });
  expect(links.token({ ...link, endsAt: new Date(endsAt.getTime() + 1) })).not.toBe(token);
  const bytes = Buffer.from(token, "base64url");
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const forged = Buffer.from(bytes);
    forged.writeUInt8(forged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(() => links.read(forged.toString("base64url"))).toThrow("this link is not valid");
  }
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

test("a link that lies in a mail stays valid: its token is what it has always been", () => {
  const mailed = {
    organizationId: "01920000-0000-7000-8000-000000000001",
    bookingId: "01920000-0000-7000-8000-000000000002",
  };
  const token = "AZIAAAAAcACAAAAAAAAAAQGSAAAAAHAAgAAAAAAAAALI0QG8M4uDAkEFAYewilPOHPmLeuOu6NE-E8BueXsOaA";
  const then = createManageLinks("0123456789abcdef0123456789abcdef");
  expect(then.read(token)).toEqual(mailed);
  expect(then.token(mailed)).toBe(token);
});

test.each([[[]], [[link.bookingId]], [[link.organizationId, link.bookingId, link.bookingId]]])(
  "signed ids that are not an organization and a booking lead nowhere: %j",
  (ids) => {
    const signed = createSignedIds("a secret that is long enough to be one", "manage-link", "");
    expect(() => links.read(signed.token(ids))).toThrow("this link is not valid");
  },
);

test("a token of another purpose leads nowhere", () => {
  const ids = [link.organizationId, link.bookingId];
  const polls = createSignedIds("a secret that is long enough to be one", "poll");
  expect(() => links.read(polls.token(ids))).toThrow("this link is not valid");
  expect(() => polls.read(links.token(link))).toThrow("this link is not valid");
});
