import { once } from "node:events";
import { createServer } from "node:net";
import type { Server } from "node:net";

/** The only address that local servers listen on. */
export const LOOPBACK = "127.0.0.1";

/** Returns the preferred port when nothing listens on it, and otherwise a free one that the system picks. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred === undefined || preferred === 0) return bindOnce(0);
  try {
    return await bindOnce(preferred);
  } catch {
    // Taken by another process, or not ours to take (below 1024): either way the caller gets a free one.
    return bindOnce(0);
  }
}

/** The TCP port that a listening server got. */
export function boundPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server does not listen on a TCP port.");
  return address.port;
}

async function bindOnce(port: number): Promise<number> {
  const server = createServer();
  server.listen({ port, host: LOOPBACK, exclusive: true });
  await once(server, "listening");
  const bound = boundPort(server);
  server.close();
  await once(server, "close");
  return bound;
}
