import { freePort, isFreePort } from "@calends/local/ports";
import { readState, keepState } from "./state.ts";

/** The ports that the demo uses if they are free. Their last digits all differ. */
export const ports = {
  gateway: 8080,
  booking: 8081,
  availability: 8082,
  "recurrence-engine": 8083,
  sync: 8084,
  notification: 8085,
  mailbox: 8086,
  smtp: 8087,
  postgres: 8088,
  nats: 8089,
} as const;

/** The port of each part of the demo. */
export type Ports = Readonly<Record<keyof typeof ports, number>>;

/** The distance between the ports that are tried for a part. With steps of ten, no part tries a port of another. */
const step = 10;
const tries = 100;

/**
 * Chooses a port for each part and keeps the choice in a file. A port that an earlier start with this directory chose is
 * chosen again, so that its links and feeds still work. If a port is taken, the next free one is used.
 */
export async function choosePorts(directory: string, onTaken: (message: string) => void): Promise<Ports> {
  const kept = await readState(directory, "ports");
  const chosen: Record<string, number> = {};
  for (const [name, usual] of Object.entries(ports)) {
    const known = kept[name];
    const wanted = typeof known === "number" ? known : usual;
    const port = await nextFreePort(wanted);
    if (port !== wanted) {
      const links = typeof known === "number" ? "; links that were given out before lead to the old one" : "";
      onTaken(`port ${wanted} is taken, so ${name} listens on ${port}${name === "gateway" ? links : ""}`);
    }
    chosen[name] = port;
  }
  await keepState(directory, "ports", chosen);
  return chosen as Ports;
}

async function nextFreePort(wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + step * tries; port += step) {
    if (await isFreePort(port)) {
      return port;
    }
  }
  return freePort();
}
