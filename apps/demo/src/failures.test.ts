import { expect, test } from "vitest";
import { inWords } from "./failures.ts";

const tail = Array.from({ length: 30 }, (_, index) => `LOG: line ${index}`);
tail[12] = 'FATAL: could not write to file "pg_wal/xlogtemp.41": No space left on device';

test("when a server stopped because the disk is full, the first and the last line say that the disk is full", () => {
  const cause = new Error(`postgres ended before it was ready:\n${tail.join("\n")}`);
  const lines = inWords(new Error("Postgres did not start.", { cause })).split("\n");
  expect(lines.at(0)).toContain("No space left on device");
  expect(lines.at(-1)).toBe(lines.at(0));
  expect(lines).toContain("Postgres did not start.");
});

test("the innermost cause is printed before the errors that it caused", () => {
  const root = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  const lines = inWords(new Error("The services did not start.", { cause: new Error("outer", { cause: root }) })).split(
    "\n",
  );
  expect(lines[0]).toBe("ENOSPC: no space left on device, write");
});

test("all errors of an AggregateError are printed", () => {
  const text = inWords(new AggregateError([new Error("the first"), new Error("the second")], "two parts failed"));
  expect(text).toMatch(/two parts failed[^]*the first[^]*the second/);
});

test("a message without a cause is printed once", () => {
  expect(inWords(new Error("A demo runs already."))).toBe("A demo runs already.");
});

test("an error in Calends's own code is printed with its stack", () => {
  expect(inWords(new TypeError("x is undefined"))).toMatch(/TypeError: x is undefined\n +at /);
});
