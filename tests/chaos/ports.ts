import { freePort } from "@calends/local/ports";

/** Below the ports that systems give to outgoing connections: what listens here can be killed and started again there. */
const lowest = 12_000;
const highest = 28_000;

/** Finds so many free ports that nobody takes by chance. */
export async function keptPorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const wanted = lowest + Math.floor(Math.random() * (highest - lowest));
    const port = await freePort(wanted);
    if (port === wanted) {
      found.add(port);
    }
  }
  return [...found];
}
