import { randomUUID } from "node:crypto";

/**
 * Makes a UUID version 7 (RFC 9562 section 5.7): 48 bits of milliseconds, then randomness, so that rows keep the order
 * in which they were made.
 */
export function newId(nowMs: number = Date.now()): string {
  const time = nowMs.toString(16).padStart(12, "0");
  // Version 4 has its randomness in the same places, and Node keeps a store of it.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads a UUID in either case as its lower-case form (RFC 9562 section 4); undefined for anything else. */
export function parseUuid(text: unknown): string | undefined {
  const lower = typeof text === "string" ? text.toLowerCase() : "";
  return uuid.test(lower) ? lower : undefined;
}
