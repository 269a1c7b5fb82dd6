import { importJWK, jwtVerify, SignJWT, type CryptoKey, type JWK } from "jose";
import type { Caller } from "./call.ts";
import { systemClock, type Clock } from "./clock.ts";
import type { Jwk, JwkSet } from "./config.ts";
import { DomainError } from "./domain-error.ts";
import { parseUuid } from "./ids.ts";
import { must } from "./must.ts";

const audience = "calends";
const lifetimeSeconds = 60;
/** Tokens are given out again until so little of their life is left. */
const reuseUntilSeconds = 20;
const cacheSize = 10_000;

/** What an internal token says. */
export interface Claims {
  readonly organizationId: string | null;
  readonly subject: string;
  readonly scopes: readonly string[];
}

/** Signs internal tokens: Ed25519 JWTs of one minute in which a service says on whose behalf it calls. */
export interface Signer {
  readonly issuer: string;
  /** The value of an Authorization header. */
  bearer(claims: Claims): Promise<string>;
}

/** Verifies internal tokens against the public keys of trusted issuers. */
export interface Verifier {
  /** Reads a token, or throws "unauthenticated" without saying more than that. */
  verify(authorization: string | null): Promise<Caller | null>;
}

/** Makes a signer from a private JWK whose kid names the issuer. */
export async function createSigner(key: Jwk, clock: Clock = systemClock): Promise<Signer> {
  const issuer = String(must(key["kid"], "kid of the signing key"));
  const privateKey = await importJWK(key as JWK, "EdDSA");
  const cache = new Map<string, { bearer: string; expiresAt: number }>();
  return {
    issuer,
    async bearer(claims) {
      const cacheKey = JSON.stringify(claims);
      const now = Math.floor(clock.now().getTime() / 1000);
      const known = cache.get(cacheKey);
      if (known !== undefined && known.expiresAt - now > reuseUntilSeconds) {
        return known.bearer;
      }
      const expiresAt = now + lifetimeSeconds;
      const token = await new SignJWT({ org: claims.organizationId, scope: claims.scopes.join(" ") })
        .setProtectedHeader({ alg: "EdDSA", kid: issuer })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(claims.subject)
        .setIssuedAt(now)
        .setExpirationTime(expiresAt)
        .sign(privateKey);
      remember(cache, cacheKey, { bearer: `Bearer ${token}`, expiresAt });
      return `Bearer ${token}`;
    },
  };
}

/** Makes a verifier from the public JWKs of trusted issuers; each key speaks only for the issuer its kid names. */
export async function createVerifier(issuers: JwkSet, clock: Clock = systemClock): Promise<Verifier> {
  const keys = new Map<string, CryptoKey | Uint8Array>();
  for (const jwk of issuers.keys) {
    keys.set(String(must(jwk["kid"], "kid of a trusted key")), await importJWK(jwk as JWK, "EdDSA"));
  }
  const cache = new Map<string, { caller: Caller; expiresAt: number }>();
  return {
    async verify(authorization) {
      if (authorization === null) {
        return null;
      }
      const now = clock.now();
      const known = cache.get(authorization);
      if (known !== undefined && known.expiresAt > now.getTime() / 1000) {
        return known.caller;
      }
      const verified = await verifyToken(authorization, keys, now);
      remember(cache, authorization, verified);
      return verified.caller;
    },
  };
}

async function verifyToken(
  authorization: string,
  keys: ReadonlyMap<string, CryptoKey | Uint8Array>,
  now: Date,
): Promise<{ caller: Caller; expiresAt: number }> {
  try {
    const token = /^Bearer ([\w.-]+)$/.exec(authorization)?.[1] ?? "";
    const { payload, protectedHeader } = await jwtVerify(
      token,
      (header) => must(keys.get(header.kid ?? ""), "key of the issuer"),
      { audience, algorithms: ["EdDSA"], currentDate: now, requiredClaims: ["sub", "exp"] },
    );
    if (payload.iss !== protectedHeader.kid) {
      throw new Error("the key does not belong to the issuer");
    }
    const { org, scope } = payload;
    const caller: Caller = {
      organizationId: org === undefined || org === null ? null : must(parseUuid(org), "UUID of the organization"),
      subject: must(payload.sub, "sub"),
      issuer: must(payload.iss, "iss"),
      scopes: new Set(typeof scope === "string" ? scope.split(" ").filter((s) => s !== "") : []),
    };
    return { caller, expiresAt: must(payload.exp, "exp") };
  } catch (cause) {
    throw unauthenticated(cause);
  }
}

/** The refusal of a caller without a valid token; says nothing of what was wrong with it. */
export function unauthenticated(cause?: unknown): DomainError {
  return new DomainError("unauthenticated", "UNAUTHENTICATED", "a valid token is required", { cause });
}

function remember<V>(cache: Map<string, V>, key: string, value: V): void {
  if (cache.size >= cacheSize) {
    const oldest = cache.keys().next();
    if (!oldest.done) {
      cache.delete(oldest.value);
    }
  }
  cache.set(key, value);
}
