import { createTestClock } from "@calends/testkit/clock";
import { expect, test } from "vitest";
import { createSigner, createVerifier } from "./identity.ts";
import { generateIssuerKeys } from "./keys.ts";
import { must } from "./must.ts";

const { signingKeys, trustedIssuers } = await generateIssuerKeys(["booking", "sync"]);
const key = (issuer: string) => must(signingKeys[issuer], issuer);
const claims = {
  organizationId: "0190e5a0-0000-7000-8000-000000000001",
  subject: "someone",
  scopes: ["a:read", "b:write"],
};

test("a verifier reads what a signer says", async () => {
  const signer = await createSigner(key("booking"));
  const verifier = await createVerifier(trustedIssuers);
  const caller = {
    organizationId: claims.organizationId,
    subject: "someone",
    issuer: "booking",
    scopes: new Set(claims.scopes),
  };
  expect(await verifier.verify(await signer.bearer(claims))).toEqual(caller);
  expect(await verifier.verify(await signer.bearer({ ...claims, organizationId: null, scopes: [] }))).toEqual({
    ...caller,
    organizationId: null,
    scopes: new Set(),
  });
  expect(await verifier.verify(null)).toBeNull();
});

test("an organization's UUID is read in either case as one", async () => {
  const signer = await createSigner(key("booking"));
  const verifier = await createVerifier(trustedIssuers);
  const bearer = await signer.bearer({ ...claims, organizationId: claims.organizationId.toUpperCase() });
  expect((await verifier.verify(bearer))?.organizationId).toBe(claims.organizationId);
});

test("a token is given out again while it has time left, and is worth nothing from its end on", async () => {
  const clock = createTestClock(new Date(1_000_000_000_000));
  const signer = await createSigner(key("booking"), clock);
  const verifier = await createVerifier(trustedIssuers, clock);
  const first = await signer.bearer(claims);
  clock.advance(39_000);
  expect(await signer.bearer(claims)).toBe(first);
  clock.advance(1_000);
  const second = await signer.bearer(claims);
  expect(second).not.toBe(first);
  clock.advance(19_000);
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
  expect(new Set(await Promise.all(tokens.map((each) => signer.bearer(each)))).size).toBe(4);
});

test("a key speaks for its own issuer alone", async () => {
  const posing = await createSigner({ ...key("sync"), kid: "booking" });
  const unknown = await createSigner({ ...key("sync"), kid: "stranger" });
  const verifier = await createVerifier(trustedIssuers);
  await expect(verifier.verify(await posing.bearer(claims))).rejects.toThrow("a valid token is required");
  await expect(verifier.verify(await unknown.bearer(claims))).rejects.toThrow("a valid token is required");
});
