import { expect, test } from "vitest";
import { cleanText, escapedLine } from "./text.ts";

test("control characters go, line breaks become one kind", () => {
  expect(cleanText(" a\r\nb\rc\nd\u0000\u0007e\u009f\ud800 ")).toBe("a\nb\nc\nde\ufffd");
});

test("a line has no breaks, and what separates values is escaped", () => {
  expect(escapedLine("a\r\n\r\nX-EVIL:1; b, c\\")).toBe("a X-EVIL:1\\; b\\, c\\\\");
});
