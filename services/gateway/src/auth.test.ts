import { createServer } from "node:http";
import { once } from "node:events";
import { expect, test } from "vitest";
import { freePort } from "@calends/local/ports";
import { createTokenVerifier } from "./auth.ts";

const base = { issuer: "https://id.example", audience: "calends", organizationClaim: "org" };
const clock = { now: () => new Date("2026-12-01T00:00:00Z") };
const header = Buffer.from(JSON.stringify({ alg: "EdDSA", kid: "a" })).toString("base64url");
const token = `Bearer ${header}.e30.AAAA`;

test("a token whose issuer's keys cannot be read is UNAVAILABLE, not the caller's fault", async () => {
  const keys = new URL(`http://127.0.0.1:${await freePort()}/jwks`);
  const verifying = createTokenVerifier({ ...base, keys }, clock).verify(token);
  await expect(verifying).rejects.toMatchObject({ kind: "unavailable", reason: "DEPENDENCY_UNAVAILABLE" });
});

test("a token of no known key is refused", async () => {
  const server = createServer((_request, response) => response.end('{"keys":[]}')).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const keys = new URL(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/jwks`);
  const verifier = createTokenVerifier({ ...base, keys }, clock);
  await expect(verifier.verify(token)).rejects.toMatchObject({ kind: "unauthenticated" });
  await expect(verifier.verify("Basic x")).rejects.toMatchObject({ kind: "unauthenticated" });
  server.close();
});
