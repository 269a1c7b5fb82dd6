import { generateIssuerKeys } from "@calends/kit/keys";
import { must } from "@calends/kit/must";
import { tokenAudience, tokenIssuer, type Keyring } from "@calends/constellation/keys";
import { importJWK, SignJWT, UnsecuredJWT, type JWK } from "jose";

/** A token that must not be believed, and what is wrong with it. */
export interface BadToken {
  readonly what: string;
  readonly authorization: string;
}

interface Parts {
  readonly key: Readonly<Record<string, unknown>>;
  readonly kid: string;
  readonly issuer: string;
  readonly audience: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Seconds from now at which it ends; null for a token without end. */
  readonly expires: number | null;
}

async function sign({ key, kid, issuer, audience, claims, expires }: Parts): Promise<string> {
  const token = new SignJWT(claims)
    .setProtectedHeader({ alg: "EdDSA", kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt();
  const ended = expires === null ? token : token.setExpirationTime(Math.floor(Date.now() / 1000) + expires);
  return `Bearer ${await ended.sign(await importJWK(key as JWK, "EdDSA"))}`;
}

/** Tokens with every scope that no service may believe; the gateway's keys are of no use there either. */
export async function badInternalTokens(keyring: Keyring, scopes: readonly string[]): Promise<BadToken[]> {
  const good = partsOf(must(keyring.signingKeys["internal"], "key"), "internal", "internal", "calends", scopes);
  const booking = must(keyring.signingKeys["booking"], "key");
  return [
    ...(await badTokens(good)),
    {
      what: "of a trusted key that speaks for another issuer",
      authorization: await sign({ ...good, issuer: "booking" }),
    },
    { what: "that lives for a year", authorization: await sign({ ...good, expires: 365 * 86_400 }) },
    { what: "for a service that there is not", authorization: await sign({ ...good, audience: "billing" }) },
    { what: "of another key under a trusted name", authorization: await sign({ ...good, key: booking }) },
    {
      what: "of the identity provider, which is for the gateway",
      authorization: await sign({ ...good, key: keyring.providerKey, kid: "identity-provider", issuer: tokenIssuer }),
    },
  ];
}

/** Tokens with every scope that the gateway may not believe; internal ones are of no use there. */
export async function badPublicTokens(keyring: Keyring, scopes: readonly string[]): Promise<BadToken[]> {
  const good = partsOf(keyring.providerKey, "identity-provider", tokenIssuer, tokenAudience, scopes);
  const internal = must(keyring.signingKeys["internal"], "key");
  return [
    ...(await badTokens(good)),
    { what: "of another issuer", authorization: await sign({ ...good, issuer: "https://other.example" }) },
    {
      what: "for inside the mesh",
      authorization: await sign({ ...good, key: internal, kid: "internal", issuer: "internal", audience: "calends" }),
    },
  ];
}

function partsOf(key: Parts["key"], kid: string, issuer: string, audience: string, scopes: readonly string[]): Parts {
  const claims = { org: "0190e5a0-0000-7000-8000-000000000001", sub: "tester", scope: scopes.join(" ") };
  return { key, kid, issuer, audience, claims, expires: 60 };
}

async function badTokens(good: Parts): Promise<BadToken[]> {
  const stranger = must((await generateIssuerKeys([good.kid])).signingKeys[good.kid], "key");
  const { sub: _, ...nobody } = good.claims;
  const unsigned = new UnsecuredJWT(good.claims)
    .setIssuer(good.issuer)
    .setAudience(good.audience)
    .setExpirationTime("1m");
  return [
    { what: "that is garbage", authorization: "Bearer garbage" },
    { what: "of another scheme", authorization: "Basic dGVzdDp0ZXN0" },
    { what: "that is empty", authorization: "Bearer " },
    { what: "that is not signed", authorization: `Bearer ${unsigned.encode()}` },
    { what: "that has expired", authorization: await sign({ ...good, expires: -30 }) },
    { what: "that never ends", authorization: await sign({ ...good, expires: null }) },
    { what: "for another audience", authorization: await sign({ ...good, audience: "elsewhere" }) },
    { what: "of nobody", authorization: await sign({ ...good, claims: nobody }) },
    { what: "of an unknown key under a trusted name", authorization: await sign({ ...good, key: stranger }) },
    { what: "of an unknown name", authorization: await sign({ ...good, kid: "stranger", issuer: "stranger" }) },
  ];
}
