import type { Claims } from "@calends/kit/identity";
import { createSigner } from "@calends/kit/identity";
import type { Jwk, JwkSet } from "@calends/kit/config";
import type { Clock } from "@calends/kit/clock";
import { generateIssuerKeys } from "@calends/kit/keys";
import { must } from "@calends/kit/must";
import { importJWK, SignJWT, type JWK } from "jose";

/** Who issues internal tokens: every service, and "internal" for other services of the same company. */
export const issuers = ["gateway", "availability", "booking", "sync", "notification", "recurrence-engine", "internal"];

/** The issuer and audience of the tokens that callers bring to the gateway. */
export const tokenIssuer = "https://id.calends.localhost";
/** See {@link tokenIssuer}. */
export const tokenAudience = "calends";

/** All keys of one machine. Public halves go to those who verify. */
export interface Keyring {
  readonly signingKeys: Readonly<Record<string, Jwk>>;
  readonly trustedIssuers: JwkSet;
  /** Private key of the stand-in for an identity provider. */
  readonly providerKey: Jwk;
  readonly providerKeys: JwkSet;
}

/** Makes fresh keys. */
export async function createKeyring(): Promise<Keyring> {
  const internal = await generateIssuerKeys(issuers);
  const provider = await generateIssuerKeys(["identity-provider"]);
  return {
    ...internal,
    providerKey: must(provider.signingKeys["identity-provider"], "provider key"),
    providerKeys: provider.trustedIssuers,
  };
}

export { everyScope } from "@calends/gateway/upstreams";

/** Signs tokens as an identity provider would, for callers of the gateway. */
export async function providerToken(
  keyring: Keyring,
  claims: Claims,
  now: Date,
  lifetimeSeconds = 12 * 3600,
): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000);
  return new SignJWT({ org: claims.organizationId, scope: claims.scopes.join(" ") })
    .setProtectedHeader({ alg: "EdDSA", kid: "identity-provider" })
    .setIssuer(tokenIssuer)
    .setAudience(tokenAudience)
    .setSubject(claims.subject)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds)
    .sign(await importJWK(keyring.providerKey as JWK, "EdDSA"));
}

/** Makes the Authorization header of calls to any service. */
export interface InternalCaller {
  bearer(claims: Claims): Promise<string>;
}

/** Signs internal tokens for every service, as another service of the same company would for direct gRPC calls. */
export async function internalSigner(keyring: Keyring, clock?: Clock): Promise<InternalCaller> {
  const signer = await createSigner(must(keyring.signingKeys["internal"], "internal key"), clock);
  const services = issuers.filter((name) => name !== "internal");
  return { bearer: (claims) => signer.bearer(claims, ...services) };
}
