import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { boundPort, freePort, LOOPBACK } from "./ports.ts";

test("a wanted port that nobody uses is the one returned", async () => {
  const port = await freePort();
  expect(await freePort(port)).toBe(port);
});

test("a wanted port that is taken gives way to a free one", async () => {
  await using server = createServer();
  server.listen(0, LOOPBACK);
  await once(server, "listening");
  const taken = boundPort(server);
  const port = await freePort(taken);
  expect(port).not.toBe(taken);
  expect(port).toBeGreaterThan(0);
});
