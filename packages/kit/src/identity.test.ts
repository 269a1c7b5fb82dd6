import { createTestClock } from "@calends/testkit/clock";
import { expect, test } from "vitest";
import { createSigner, createVerifier, type VerifierOptions } from "./identity.ts";
import { generateIssuerKeys } from "./keys.ts";
import { must } from "./must.ts";
import type { Jwk } from "./config.ts";
import { importJWK, SignJWT, type JWK } from "jose";

const { signingKeys, trustedIssuers } = await generateIssuerKeys(["booking", "sync"]);
const key = (issuer: string) => must(signingKeys[issuer], issuer);
const claims = {
  organizationId: "0190e5a0-0000-7000-8000-000000000001",
  subject: "someone",
  scopes: ["a:read", "b:write"],
};
const any = { services: "any", scopes: "any", organizations: "any" } as const;

/** A verifier as the availability service has it. */
function believing(permissions: Partial<VerifierOptions["permissions"][string]> = {}): VerifierOptions {
  return { service: "availability", trustedIssuers, permissions: { booking: { ...any, ...permissions }, sync: any } };
}

test("a verifier reads what a signer says", async () => {
  const signer = await createSigner(key("booking"));
  const verifier = await createVerifier(believing());
  const caller = {
    organizationId: claims.organizationId,
    subject: "someone",
    issuer: "booking",
    scopes: new Set(claims.scopes),
  };
  expect(await verifier.verify(await signer.bearer(claims, "availability"))).toEqual(caller);
  expect(
    await verifier.verify(await signer.bearer({ ...claims, organizationId: null, scopes: [] }, "availability")),
  ).toEqual({
    ...caller,
    organizationId: null,
    scopes: new Set(),
  });
  expect(await verifier.verify(null)).toBeNull();
});

test("an organization's UUID is read in either case as one", async () => {
  const signer = await createSigner(key("booking"));
  const verifier = await createVerifier(believing());
  const bearer = await signer.bearer(
    { ...claims, organizationId: claims.organizationId.toUpperCase() },
    "availability",
  );
  expect((await verifier.verify(bearer))?.organizationId).toBe(claims.organizationId);
});

test("a signer reuses a token while it has time left; an expired token is refused, allowing for a difference of clocks", async () => {
  const clock = createTestClock(new Date(1_000_000_000_000));
  const signer = await createSigner(key("booking"), clock);
  const verifier = await createVerifier(believing(), clock);
  const first = await signer.bearer(claims, "availability");
  clock.advance(39_000);
  expect(await signer.bearer(claims, "availability")).toBe(first);
  clock.advance(1_000);
  const second = await signer.bearer(claims, "availability");
  expect(second).not.toBe(first);
  clock.advance(29_000);
  expect(await verifier.verify(first)).not.toBeNull();
  clock.advance(1_000);
  await expect(verifier.verify(first)).rejects.toThrow("a valid token is required");
  expect(await verifier.verify(second)).not.toBeNull();
});

test("different claims have different tokens", async () => {
  const signer = await createSigner(key("booking"));
  const tokens = [
    claims,
    { ...claims, subject: "other" },
    { ...claims, scopes: [] },
    { ...claims, organizationId: null },
  ];
  expect(new Set(await Promise.all(tokens.map((each) => signer.bearer(each, "availability")))).size).toBe(4);
});

test("a key speaks for its own issuer alone", async () => {
  const posing = await createSigner({ ...key("sync"), kid: "booking" });
  const unknown = await createSigner({ ...key("sync"), kid: "stranger" });
  const verifier = await createVerifier(believing());
  await expect(verifier.verify(await posing.bearer(claims, "availability"))).rejects.toThrow(
    "a valid token is required",
  );
  await expect(verifier.verify(await unknown.bearer(claims, "availability"))).rejects.toThrow(
    "a valid token is required",
  );
});

test("a service accepts only the tokens that name it", async () => {
  const signer = await createSigner(key("booking"));
  const verifier = await createVerifier(believing());
  expect(await verifier.verify(await signer.bearer(claims, "sync", "availability"))).not.toBeNull();
  await expect(verifier.verify(await signer.bearer(claims, "sync"))).rejects.toThrow("a valid token is required");
});

test("a token of the previous release, which names no service, is accepted", async () => {
  const signer = await createSigner(key("booking"));
  const verifier = await createVerifier(believing());
  expect(await verifier.verify(await signer.bearer(claims))).not.toBeNull();
});

test("a caller gets the scopes of its token that the issuer may use, and no others", async () => {
  const bearer = await (await createSigner(key("booking"))).bearer(claims, "availability");
  const scopesUnder = async (permissions: Partial<VerifierOptions["permissions"][string]>) =>
    [...((await (await createVerifier(believing(permissions))).verify(bearer))?.scopes ?? [])].join();
  expect(await scopesUnder({ scopes: ["a:read", "c:write"] })).toBe("a:read");
  expect(await scopesUnder({ scopes: [] })).toBe("");
});

test("a token is refused if its issuer is unknown, may not call the service, or may not speak for the organization", async () => {
  const bearer = await (await createSigner(key("booking"))).bearer(claims, "availability");
  const refusing = [
    believing({ services: ["sync"] }),
    believing({ organizations: ["0190e5a0-0000-7000-8000-000000000002"] }),
    { ...believing(), permissions: {} },
  ];
  for (const options of refusing) {
    const verifier = await createVerifier(options);
    await expect(verifier.verify(bearer)).rejects.toThrow("a valid token is required");
  }
  const allowing = await createVerifier(
    believing({ organizations: [claims.organizationId], services: ["availability"] }),
  );
  expect(await allowing.verify(bearer)).not.toBeNull();
});

test("a token that lives for more than a minute, or was made too long ago or in the future, is refused", async () => {
  const now = Math.floor(Date.now() / 1000);
  const verifier = await createVerifier(believing());
  const signed = async (issuedAt: number, expiresAt: number) => {
    const token = new SignJWT({ org: claims.organizationId, scope: "a:read" })
      .setProtectedHeader({ alg: "EdDSA", kid: "booking" })
      .setIssuer("booking")
      .setAudience("availability")
      .setSubject("someone")
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt);
    return `Bearer ${await token.sign(await importJWK(key("booking") as JWK, "EdDSA"))}`;
  };
  expect(await verifier.verify(await signed(now, now + 60))).not.toBeNull();
  const refused = [
    signed(now, now + 61),
    signed(now - 90, now + 60),
    signed(now - 90, now - 30),
    signed(now + 30, now + 60),
  ];
  for (const bearer of refused) {
    await expect(verifier.verify(await bearer)).rejects.toThrow("a valid token is required");
  }
});

test("an issuer may have two keys at once, and a key is accepted only for the issuer that it names", async () => {
  const made = await generateIssuerKeys(["booking-2"]);
  const named = (jwk: Jwk) => ({ ...jwk, iss: "booking" });
  const second = named(must(made.signingKeys["booking-2"], "key"));
  const keys = [...trustedIssuers.keys, ...made.trustedIssuers.keys.map(named)];
  const verifier = await createVerifier({ ...believing(), trustedIssuers: { keys } });
  for (const jwk of [key("booking"), second]) {
    const bearer = await (await createSigner(jwk)).bearer(claims, "availability");
    expect(await verifier.verify(bearer)).toMatchObject({ issuer: "booking" });
  }
  const posing = await (await createSigner({ ...second, iss: "sync" })).bearer(claims, "availability");
  await expect(verifier.verify(posing)).rejects.toThrow("a valid token is required");
});
