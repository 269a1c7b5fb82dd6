import { expect, test } from "vitest";
import { hasLink, isOneLine } from "./has-link.ts";

test.each([
  ["https://evil", true],
  ["www.evil", true],
  ["See evil.example now", true],
  ["Evil.Example", true],
  ["эвил.рф", true],
  ["evil．example", true],
  ["ann@evil.example", true],
  ["evil。com/login", true],
  ["evil.c0m/x", true],
  ["1.2.3.4/x", true],
  ["localhost:3000", true],
  ["http:evil", true],
  ["javascript:alert(1)", true],
  ["tel:+49123", true],
  ["at 10:30, not 9:15", false],
  ["Note: the door is open", false],
  ["J. R. R. Tolkien", false],
  ["Dr. Anna-Lena O’Brien, jr.", false],
  ["10.30 a.m.", false],
  ["Ill. Sorry", false],
  ["来不了。抱歉", false],
])("%j has a link: %s", (text, expected) => {
  expect(hasLink(text)).toBe(expected);
});

test.each([
  ["Ann", true],
  ["می\u200cخواهم", true],
  ["Ann\nCall 123", false],
  ["\u0007Ann", false],
  ["Ann \u202egnp.exe", false],
])("%j is one line: %s", (text, expected) => {
  expect(isOneLine(text)).toBe(expected);
});
