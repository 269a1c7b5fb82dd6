import { expect, test } from "vitest";
import { inWords } from "./failures.ts";

const tail = Array.from({ length: 30 }, (_, index) => `LOG: line ${index}`);
tail[12] = 'FATAL: could not write to file "pg_wal/xlogtemp.41": No space left on device';

test("of a server that ended over a full disk, the full disk is the first and the last line", () => {
  const cause = new Error(`postgres ended before it was ready:\n${tail.join("\n")}`);
  const lines = inWords(new Error("Postgres did not start.", { cause })).split("\n");
  expect(lines.at(0)).toContain("No space left on device");
  expect(lines.at(-1)).toBe(lines.at(0));
  expect(lines).toContain("Postgres did not start.");
});

test("the cause of a cause comes before what it led to", () => {
  const root = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  const lines = inWords(new Error("The services did not start.", { cause: new Error("outer", { cause: root }) })).split(
    "\n",
  );
  expect(lines[0]).toBe("ENOSPC: no space left on device, write");
});

test("failures that were gathered are all told", () => {
  const text = inWords(new AggregateError([new Error("the first"), new Error("the second")], "two parts failed"));
  expect(text).toMatch(/two parts failed[^]*the first[^]*the second/);
});

test("a message that stands alone is said once", () => {
  expect(inWords(new Error("A demo runs already."))).toBe("A demo runs already.");
});

test("of a mistake of ours, the stack is shown", () => {
  expect(inWords(new TypeError("x is undefined"))).toMatch(/TypeError: x is undefined\n +at /);
});
