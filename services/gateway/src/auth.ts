import type { Caller } from "@calends/kit/call";
import type { Clock } from "@calends/kit/clock";
import { DomainError } from "@calends/kit/domain-error";
import { unauthenticated, type Verifier } from "@calends/kit/identity";
import { parseUuid } from "@calends/kit/ids";
import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from "jose";
import type { AuthConfig } from "./config.ts";

const algorithms = ["EdDSA", "ES256", "ES384", "RS256", "RS384", "PS256"];

/** Makes the verifier of the tokens that callers bring: JWTs of the configured issuer, for the configured audience. */
export function createTokenVerifier(config: AuthConfig, clock: Clock): Verifier {
  const { keys, issuer, audience } = config;
  const keySet =
    keys instanceof URL ? createRemoteJWKSet(keys) : createLocalJWKSet({ keys: keys.keys.map((key) => ({ ...key })) });
  return {
    async verify(authorization) {
      if (authorization === null) {
        return null;
      }
      try {
        const token = /^Bearer ([\w.-]+)$/.exec(authorization)?.[1] ?? "";
        const options = { issuer, audience, algorithms, currentDate: clock.now(), requiredClaims: ["sub", "exp"] };
        const { payload } = await jwtVerify(token, keySet, options);
        return callerOf(payload, config.organizationClaim);
      } catch (cause) {
        throw keysAreMissing(cause) ? noKeys(cause) : unauthenticated(cause);
      }
    },
  };
}

/** Whether an error says that the issuer's keys cannot be had, which says nothing of the token. */
function keysAreMissing(error: unknown): boolean {
  return !(error instanceof errors.JOSEError) || error.code === "ERR_JWKS_TIMEOUT" || error.code === "ERR_JOSE_GENERIC";
}

function noKeys(cause: unknown): DomainError {
  const message = "the keys of the token's issuer cannot be read";
  return new DomainError("unavailable", "DEPENDENCY_UNAVAILABLE", message, { cause });
}

function callerOf(payload: JWTPayload, organizationClaim: string): Caller {
  const { scope } = payload;
  return {
    organizationId: parseUuid(payload[organizationClaim]) ?? null,
    subject: payload.sub ?? "",
    issuer: "gateway",
    scopes: new Set(typeof scope === "string" ? scope.split(" ").filter((s) => s !== "") : []),
  };
}
