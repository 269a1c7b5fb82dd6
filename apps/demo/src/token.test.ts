import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "@calends/testkit/until";
import { expect, test } from "vitest";
import { openToken } from "./token.ts";

test("the file is rewritten with new tokens while the demo runs", async () => {
  const directory = await mkdtemp(join(tmpdir(), "calends-token-"));
  let signed = 0;
  const sign = async () => {
    signed += 1;
    return `token-${signed}`;
  };
  {
    using first = await openToken(directory, sign, 5);
    expect(first.token).toBe("token-1");
    const seen = async () => (await readFile(first.file, "utf8")).trim();
    await until("it is renewed", seen, (token) => Number(token.slice("token-".length)) >= 3);
  }
  await rm(directory, { recursive: true });
});
