import { expect, test } from "vitest";
import { feedPath, tokenOf } from "./feed.ts";

const token = "AbC_-".repeat(9).slice(0, 43);

test("a token is found in the end of its own path, with or without .ics", () => {
  expect(feedPath(token)).toBe(`/feeds/${token}.ics`);
  expect([token, `${token}.ics`].map(tokenOf)).toEqual([token, token]);
});

test.each(["", ".ics", "short", `${token}x`, `${token}.ICS`, `${token}.ics.ics`, `${token}\n`, `${token.slice(1)}=`])(
  "nobody was given %j",
  (text) => {
    expect(tokenOf(text)).toBeNull();
  },
);
