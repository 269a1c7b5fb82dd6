import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Server } from "node:net";

/** The only address that local servers listen on. */
export const LOOPBACK = "127.0.0.1";

/**
 * Below the ports that systems give to outgoing connections and to listeners without a wish (from 32,768 on in Linux, 49,152
 * elsewhere): nobody gets such a port by chance between our asking and our listening, nor while what listens there is down.
 */
const lowest = 10_000;
const beyond = 32_000;
const attempts = 1_000;

/** What this process was told is free, so that no two callers are told the same. */
const told = new Set<number>();

/** Returns the preferred port when nothing listens on it, and otherwise a free one that nobody else is given. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && preferred !== 0 && (await isFreePort(preferred))) {
    return preferred;
  }
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(lowest, beyond);
    if (!told.has(port) && (await isFreePort(port))) {
      told.add(port);
      return port;
    }
  }
  throw new Error(`No free port found between ${lowest} and ${beyond} on ${LOOPBACK}.`);
}

/** The TCP port that a listening server got. */
export function boundPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server does not listen on a TCP port.");
  return address.port;
}

/** Whether we may listen on a port: nobody does, and the port is ours to take (below 1024 it is not). */
export async function isFreePort(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, host: LOOPBACK, exclusive: true });
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
