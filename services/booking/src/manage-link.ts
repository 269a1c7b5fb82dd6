import { createHmac, timingSafeEqual } from "node:crypto";
import { invalidManageLink } from "./domain/errors.ts";

/** Which booking a manage link is for. */
export interface ManageLink {
  readonly organizationId: string;
  readonly bookingId: string;
}

/** Makes and reads the tokens of manage links: organization, booking and an HMAC over both. */
export interface ManageLinks {
  token(link: ManageLink): string;
  /** Throws INVALID_MANAGE_LINK for what was not made here. */
  read(token: string): ManageLink;
}

const idBytes = 32;
const macBytes = 32;

/** Makes the signer of manage links. The same link always has the same token, so that mails and pages agree. */
export function createManageLinks(secret: string): ManageLinks {
  const macOf = (ids: Buffer) => createHmac("sha256", secret).update("manage-link").update(ids).digest();
  return {
    token({ organizationId, bookingId }) {
      const ids = Buffer.concat([bytesOf(organizationId), bytesOf(bookingId)]);
      return Buffer.concat([ids, macOf(ids)]).toString("base64url");
    },
    read(token) {
      const bytes = Buffer.from(token, "base64url");
      const ids = bytes.subarray(0, idBytes);
      if (bytes.length !== idBytes + macBytes || !timingSafeEqual(bytes.subarray(idBytes), macOf(ids))) {
        throw invalidManageLink();
      }
      return { organizationId: uuidOf(ids.subarray(0, 16)), bookingId: uuidOf(ids.subarray(16)) };
    },
  };
}

function bytesOf(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll("-", ""), "hex");
}

function uuidOf(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
