import { createHash } from "node:crypto";

/** The demo's organization, the same on every machine. */
export const demoOrganizationId = "d3305e4a-7c1e-5d52-9d3f-0c1e0d5ca1e0";

/**
 * A UUID version 5 (RFC 9562 section 5.5) in the demo organization's namespace: the same name has the same UUID, so that
 * what is asked for twice is made once.
 */
export function requestIdOf(name: string): string {
  const namespace = Buffer.from(demoOrganizationId.replaceAll("-", ""), "hex");
  const hash = createHash("sha1").update(namespace).update(name).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
