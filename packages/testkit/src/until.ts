import { setTimeout as delay } from "node:timers/promises";

const pollMs = 10;

/** Looks again and again until what is seen is as expected, or true; fails with what was seen last. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  holds: (seen: T) => boolean = Boolean,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) {
      return seen;
    }
    if (performance.now() > deadline) {
      throw new Error(`not within ${timeoutMs} ms: ${what}; last seen: ${format(seen)}`);
    }
    await delay(pollMs);
  }
}

function format(value: unknown): string {
  return (
    JSON.stringify(value, (_key, v: unknown) => (typeof v === "bigint" ? String(v) : v))?.slice(0, 2000) ?? "undefined"
  );
}
