import { createHash, createHmac } from "node:crypto";

/**
 * The token of the feed that a request makes: 32 bytes, base64url. It is derived, so that a repetition of the request
 * gets the same address again though no token is kept anywhere.
 */
export function deriveToken(secret: string, organizationId: string, requestId: string): string {
  const request = ["feed.v1", organizationId, requestId].join("\n");
  return createHmac("sha256", secret).update(request).digest("base64url");
}

/** What is kept of a token. */
export function hashToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(token).digest());
}
