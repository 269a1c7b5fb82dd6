import { randomFillSync } from "node:crypto";

/**
 * Makes a UUID version 7 (RFC 9562 section 5.7): 48 bits of milliseconds, then randomness, so that rows keep the order
 * in which they were made.
 */
export function newId(nowMs: number = Date.now()): string {
  const bytes = randomFillSync(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(nowMs / 2 ** 32));
  view.setUint32(2, nowMs % 2 ** 32);
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x70);
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
  const hex = Buffer.from(bytes).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads a UUID in either case as its lower-case form (RFC 9562 section 4); undefined for anything else. */
export function parseUuid(text: unknown): string | undefined {
  const lower = typeof text === "string" ? text.toLowerCase() : "";
  return uuid.test(lower) ? lower : undefined;
}
