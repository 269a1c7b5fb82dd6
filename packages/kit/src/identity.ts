import { importJWK, jwtVerify, SignJWT, type CryptoKey, type JWK, type JWTPayload } from "jose";
import type { Caller } from "./call.ts";
import { systemClock, type Clock } from "./clock.ts";
import type { Jwk, JwkSet } from "./config.ts";
import { DomainError } from "./domain-error.ts";
import { parseUuid } from "./ids.ts";
import { includes, type IssuerPermissions } from "./issuer-permissions.ts";
import { must } from "./must.ts";

/**
 * The audience of every token of the previous release, whose tokens did not name a service. New tokens carry it, too, so
 * that replicas of the previous release accept them during an upgrade.
 */
const sharedAudience = "calends";
const lifetimeSeconds = 60;
/** How many seconds the clocks of two services may differ. */
const clockSkewSeconds = 10;
/** A signer reuses a token until fewer than these seconds of its life are left. */
const reuseUntilSeconds = 20;
const cacheSize = 10_000;

/** The caller that an internal token describes. */
export interface Claims {
  readonly organizationId: string | null;
  readonly subject: string;
  readonly scopes: readonly string[];
}

/** Signs internal tokens: Ed25519 JWTs, valid for one minute, that say which service calls which, for which caller. */
export interface Signer {
  readonly issuer: string;
  /** Makes the value of an Authorization header. Only the named services accept it. */
  bearer(claims: Claims, ...services: readonly string[]): Promise<string>;
}

/** Verifies internal tokens against the public keys of trusted issuers. */
export interface Verifier {
  /** Reads a token, or throws "unauthenticated" without saying more than that. */
  verify(authorization: string | null): Promise<Caller | null>;
}

/** The issuer that a key belongs to: its `iss` or, without one, its `kid`. With `iss`, an issuer may have two keys. */
function issuerOf(key: Jwk): string {
  return String(key["iss"] ?? must(key["kid"], "kid of a key"));
}

/** Makes a signer from a private JWK. */
export async function createSigner(key: Jwk, clock: Clock = systemClock): Promise<Signer> {
  const issuer = issuerOf(key);
  const kid = String(must(key["kid"], "kid of the signing key"));
  const privateKey = await importJWK(key as JWK, "EdDSA");
  const cache = new Map<string, { bearer: string; expiresAt: number }>();
  return {
    issuer,
    async bearer(claims, ...services) {
      const cacheKey = JSON.stringify([claims, services]);
      const now = Math.floor(clock.now().getTime() / 1000);
      const known = cache.get(cacheKey);
      if (known !== undefined && known.expiresAt - now > reuseUntilSeconds) {
        return known.bearer;
      }
      const expiresAt = now + lifetimeSeconds;
      const token = await new SignJWT({ org: claims.organizationId, scope: claims.scopes.join(" ") })
        .setProtectedHeader({ alg: "EdDSA", kid })
        .setIssuer(issuer)
        .setAudience([...services, sharedAudience])
        .setSubject(claims.subject)
        .setIssuedAt(now)
        .setExpirationTime(expiresAt)
        .sign(privateKey);
      remember(cache, cacheKey, { bearer: `Bearer ${token}`, expiresAt });
      return `Bearer ${token}`;
    },
  };
}

/** Which tokens a verifier accepts. */
export interface VerifierOptions {
  /** The name of the service that verifies. Tokens for other services are refused. */
  readonly service: string;
  readonly trustedIssuers: JwkSet;
  /** What each issuer may do. Tokens of an issuer that is not named here are refused. */
  readonly permissions: Readonly<Record<string, IssuerPermissions>>;
}

interface TrustedKey {
  readonly issuer: string;
  readonly key: CryptoKey | Uint8Array;
}

/** Makes a verifier from the public JWKs of trusted issuers. A key verifies only tokens of the issuer that it names. */
export async function createVerifier(options: VerifierOptions, clock: Clock = systemClock): Promise<Verifier> {
  const keys = new Map<string, TrustedKey>();
  for (const jwk of options.trustedIssuers.keys) {
    const kid = String(must(jwk["kid"], "kid of a trusted key"));
    keys.set(kid, { issuer: issuerOf(jwk), key: await importJWK(jwk as JWK, "EdDSA") });
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
      const verified = await verifyToken(authorization, keys, options, now);
      remember(cache, authorization, verified);
      return verified.caller;
    },
  };
}

async function verifyToken(
  authorization: string,
  keys: ReadonlyMap<string, TrustedKey>,
  options: VerifierOptions,
  now: Date,
): Promise<{ caller: Caller; expiresAt: number }> {
  try {
    const token = /^Bearer ([\w.-]+)$/.exec(authorization)?.[1] ?? "";
    const { payload, protectedHeader } = await jwtVerify(
      token,
      (header) => must(keys.get(header.kid ?? ""), "key of the issuer").key,
      {
        audience: [options.service, sharedAudience],
        algorithms: ["EdDSA"],
        currentDate: now,
        clockTolerance: clockSkewSeconds,
        maxTokenAge: lifetimeSeconds,
        requiredClaims: ["sub", "exp", "iat"],
      },
    );
    if (payload.iss !== must(keys.get(protectedHeader.kid ?? ""), "key of the issuer").issuer) {
      throw new Error("the key does not belong to the issuer");
    }
    refuseOtherAudience(payload.aud, options.service);
    return { caller: callerOf(payload, options), expiresAt: endOf(payload) };
  } catch (cause) {
    throw unauthenticated(cause);
  }
}

/** Whether a token is for a service. A token that names no service is of the previous release, and is for all. */
function refuseOtherAudience(audience: string | readonly string[] | undefined, service: string): void {
  const services = [audience ?? []].flat().filter((name) => name !== sharedAudience);
  if (services.length > 0 && !services.includes(service)) {
    throw new Error("the token is for another service");
  }
}

/** The end of a token's life in epoch seconds. */
function endOf({ iat, exp }: JWTPayload): number {
  const endsAt = must(exp, "exp");
  if (endsAt - must(iat, "iat") > lifetimeSeconds) {
    throw new Error("the token lives too long");
  }
  return endsAt;
}

function callerOf({ org, scope, sub, iss }: JWTPayload, { service, permissions }: VerifierOptions): Caller {
  const issuer = must(iss, "iss");
  const allowed = permissions[issuer];
  const organizationId = org === undefined || org === null ? null : must(parseUuid(org), "UUID of the organization");
  if (allowed === undefined || !includes(allowed.services, service)) {
    throw new Error("the issuer may not call this service");
  }
  if (organizationId !== null && !includes(allowed.organizations, organizationId)) {
    throw new Error("the issuer may not speak for this organization");
  }
  const scopes = typeof scope === "string" ? scope.split(" ").filter((name) => name !== "") : [];
  return {
    organizationId,
    subject: must(sub, "sub"),
    issuer,
    scopes: new Set(scopes.filter((name) => includes(allowed.scopes, name))),
  };
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
