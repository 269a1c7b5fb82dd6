import type { Caller } from "@calends/kit/call";
import type { Clock } from "@calends/kit/clock";
import { unauthenticated, type Verifier } from "@calends/kit/identity";
import { createLocalJWKSet, createRemoteJWKSet, jwtVerify, type JSONWebKeySet, type JWTPayload } from "jose";
import type { AuthConfig } from "./config.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const algorithms = ["EdDSA", "ES256", "ES384", "RS256", "RS384", "PS256"];

/** Makes the verifier of the tokens that callers bring: JWTs of the configured issuer, for the configured audience. */
export function createTokenVerifier(config: AuthConfig, clock: Clock): Verifier {
  const { keys, issuer, audience } = config;
  const keySet =
    keys instanceof URL
      ? createRemoteJWKSet(keys)
      : createLocalJWKSet({ keys: keys.keys.map((key) => ({ ...key })) } as JSONWebKeySet);
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
        throw unauthenticated(cause);
      }
    },
  };
}

function callerOf(payload: JWTPayload, organizationClaim: string): Caller {
  const organization = payload[organizationClaim];
  const { scope } = payload;
  return {
    organizationId: typeof organization === "string" && uuid.test(organization) ? organization : null,
    subject: payload.sub ?? "",
    issuer: "gateway",
    scopes: new Set(typeof scope === "string" ? scope.split(" ").filter((s) => s !== "") : []),
  };
}
