// Prints a token for the gateway, as an identity provider would give one out: `node deploy/token.ts <organization>
// [scope…]`, with every scope where none is named. For installations that use the keys of deploy/generate-keys.ts.
import { parseUuid } from "@calends/kit/ids";
import { importJWK, SignJWT, type JWK } from "jose";
import { everyScope } from "../services/gateway/src/upstreams.ts";

const lifetimeSeconds = 12 * 3600;

async function token(organizationId: string, scopes: readonly string[]): Promise<string> {
  const { AUTH_ISSUER = "", AUTH_AUDIENCE = "", IDENTITY_PROVIDER_KEY = "{}" } = process.env;
  const key = JSON.parse(IDENTITY_PROVIDER_KEY) as JWK;
  const issuedAt = Math.floor(Date.now() / 1000);
  return new SignJWT({ org: organizationId, scope: scopes.join(" ") })
    .setProtectedHeader({ alg: "EdDSA", kid: "identity-provider" })
    .setIssuer(AUTH_ISSUER)
    .setAudience(AUTH_AUDIENCE)
    .setSubject("operator")
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds)
    .sign(await importJWK(key, "EdDSA"));
}

const [organization, ...scopes] = process.argv.slice(2);
const organizationId = parseUuid(organization);
if (organizationId === undefined) {
  process.stderr.write("usage: node deploy/token.ts <organization UUID> [scope…]\n");
  process.exitCode = 64;
} else {
  process.stdout.write(`${await token(organizationId, scopes.length > 0 ? scopes : everyScope())}\n`);
}
