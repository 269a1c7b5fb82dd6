import { expect, test } from "vitest";
import { newId } from "./ids.ts";
import { decodePageToken, encodePageToken, pageOf } from "./paging.ts";

const id = newId();
const at = "2026-06-01T09:00:00.000Z";

test("a token leads back to its key", () => {
  expect(decodePageToken("", ["uuid"])).toBeNull();
  expect(decodePageToken(encodePageToken([id]), ["uuid"])).toEqual([id]);
  expect(decodePageToken(encodePageToken([at, id]), ["instant", "uuid"])).toEqual([at, id]);
  expect(decodePageToken(encodePageToken(["Ünïcode ☕", id]), ["text", "uuid"])).toEqual(["Ünïcode ☕", id]);
});

test.each([
  ["no token", "x"],
  ["a key that is too short", encodePageToken([at])],
  ["a key that is too long", encodePageToken([at, id, id])],
  ["a part that is no instant", encodePageToken(["yesterday", id])],
  ["an instant of the year 0", encodePageToken(["0000-01-01T00:00:00Z", id])],
  ["a day that does not exist", encodePageToken(["2026-02-30T09:00:00Z", id])],
  ["an instant that does not exist", encodePageToken(["2026-02-31T99:00:00Z", id])],
  ["a part that is no UUID", encodePageToken([at, "x"])],
  ["a part that is no text", Buffer.from(JSON.stringify([at, 1])).toString("base64url")],
])("%s is refused naming page_token", (_what, token) => {
  expect(() => decodePageToken(token, ["instant", "uuid"])).toThrow("page_token is not one that was given out");
});

test("pages follow one another without gap or repetition, and the last one says so", () => {
  const rows = Array.from({ length: 23 }, (_, i) => String(i).padStart(3, "0"));
  for (const size of [1, 5, 22, 23, 24]) {
    const seen: string[] = [];
    let token = "";
    do {
      const after = decodePageToken(token, ["text"])?.[0] ?? "";
      const page = pageOf(rows.filter((row) => row > after).slice(0, size + 1), size, (row) => [row]);
      seen.push(...page.rows);
      token = page.nextPageToken;
    } while (token !== "");
    expect(seen).toEqual(rows);
  }
});
