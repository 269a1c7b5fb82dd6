import { exportJWK, generateKeyPair } from "jose";
import type { Jwk, JwkSet } from "./config.ts";

/** Makes a fresh Ed25519 key for each issuer, and the set of public keys that all of them trust. */
export async function generateIssuerKeys(
  issuers: readonly string[],
): Promise<{ signingKeys: Record<string, Jwk>; trustedIssuers: JwkSet }> {
  const signingKeys: Record<string, Jwk> = {};
  const keys: Jwk[] = [];
  for (const kid of issuers) {
    const pair = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
    signingKeys[kid] = { ...(await exportJWK(pair.privateKey)), kid, alg: "EdDSA" };
    keys.push({ ...(await exportJWK(pair.publicKey)), kid, alg: "EdDSA" });
  }
  return { signingKeys, trustedIssuers: { keys } };
}
