import { freePort, isFreePort } from "@calends/local/ports";
import { readState, keepState } from "./state.ts";

/** The ports that the demo listens on where nobody else does. No two end with the same digit. */
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

/** A port for each part of the demo. */
export type Ports = Readonly<Record<keyof typeof ports, number>>;

/** From one try to the next; steps of ten keep the parts from being tried at one another's ports. */
const step = 10;
const tries = 100;

/**
 * Chooses a port for each part: the one that an earlier start with this directory chose, so that links and feeds that were
 * given out go on, or else the usual one; where it is taken, the next free one above. The choice is kept.
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
