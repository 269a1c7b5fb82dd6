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

test("callers that ask at once are told ports of their own, and the system gives none of them away", async () => {
  const ports = await Promise.all(Array.from({ length: 100 }, () => freePort()));
  expect(new Set(ports).size).toBe(100);
  expect(Math.max(...ports)).toBeLessThan(32_768); // Where Linux begins to give ports to connections.
});
