import { expect, test } from "vitest";
import { hasLink } from "./has-link.ts";

test.each([
  ["https://evil", true],
  ["www.evil", true],
  ["See evil.example now", true],
  ["Evil.Example", true],
  ["эвил.рф", true],
  ["evil．example", true],
  ["ann@evil.example", true],
  ["J. R. R. Tolkien", false],
  ["Dr. Anna-Lena O’Brien, jr.", false],
  ["10.30 a.m.", false],
  ["Ill. Sorry", false],
  ["来不了。抱歉", false],
])("%j has a link: %s", (text, expected) => {
  expect(hasLink(text)).toBe(expected);
});
