import { createHmac, timingSafeEqual } from "node:crypto";
import { invalidManageLink } from "./domain/errors.ts";

/** Makes and reads tokens that carry ids which nobody else may choose. */
export interface SignedIds {
  token(ids: readonly string[]): string;
  /** Throws INVALID_MANAGE_LINK for what was not made here for this purpose. */
  read(token: string): string[];
}

const idBytes = 16;
const macBytes = 32;

/** Makes the signer of one purpose: a token of one purpose is none of another. */
export function createSignedIds(secret: string, purpose: string, separator = "\0"): SignedIds {
  const macOf = (ids: Buffer) => createHmac("sha256", secret).update(purpose).update(separator).update(ids).digest();
  return {
    token(ids) {
      const bytes = Buffer.concat(ids.map((id) => Buffer.from(id.replaceAll("-", ""), "hex")));
      return Buffer.concat([bytes, macOf(bytes)]).toString("base64url");
    },
    read(token) {
      const bytes = Buffer.from(token, "base64url");
      const ids = bytes.subarray(0, Math.max(0, bytes.length - macBytes));
      const mac = bytes.subarray(ids.length);
      if (mac.length !== macBytes || ids.length % idBytes !== 0 || !timingSafeEqual(mac, macOf(ids))) {
        throw invalidManageLink();
      }
      return Array.from({ length: ids.length / idBytes }, (_, index) => uuidOf(ids.subarray(index * idBytes)));
    },
  };
}

type Ids = { readonly 2: [string, string]; readonly 3: [string, string, string] };

/** The ids of a link that has so many. Throws INVALID_MANAGE_LINK for a token of any other number. */
export function readIds<N extends keyof Ids>(signed: SignedIds, token: string, count: N): Ids[N] {
  const ids = signed.read(token);
  if (ids.length !== count) {
    throw invalidManageLink();
  }
  return ids as Ids[N];
}

function uuidOf(bytes: Buffer): string {
  return bytes
    .subarray(0, idBytes)
    .toString("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
