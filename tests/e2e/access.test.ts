import { randomUUID } from "node:crypto";
import { create, type DescMethod } from "@bufbuild/protobuf";
import { createGrpcTransport, type GrpcTransport } from "@calends/kit/grpc-transport";
import { createSigner } from "@calends/kit/identity";
import { must } from "@calends/kit/must";
import { createConnectTransport } from "@connectrpc/connect-web";
import type { Transport } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callRpc, servedNames } from "./_calls.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { allScopes, contractMethods, isPublic, pathOf, scopeOf } from "./_contract.ts";
import { badInternalTokens, badPublicTokens, type BadToken } from "./_tokens.ts";
import { outcomeOf } from "./_util.ts";

/** What services ask of one another: the scopes that the key of each is believed, by the service that is asked. */
const asked = {
  availability: ["booking allocations:read"],
  booking: [
    "availability calendars:read",
    "availability slots:read",
    "recurrence-engine series:read",
    "recurrence-engine series:write",
  ],
  notification: ["booking booking-versions:read", "booking manage-links:read"],
  "recurrence-engine": [],
  sync: ["availability calendars:read", "booking booking-copies:read", "booking booking-versions:read"],
};

/** A door through which RPCs can be reached, and what it has by its own word. */
interface Door {
  readonly name: string;
  readonly transport: Transport;
  readonly methods: readonly DescMethod[];
  readonly bad: readonly BadToken[];
  readonly bearer: (claims: { organizationId: string | null; scopes: readonly string[] }) => Promise<string>;
}

let sky: TestConstellation;
let doors: Door[];
let scopes: string[];
const connections: GrpcTransport[] = [];

beforeAll(async () => {
  sky = await startTestConstellation();
  scopes = await allScopes();
  const contract = await contractMethods();
  const internal = await badInternalTokens(sky.keyring, scopes);
  const publicTokens = await badPublicTokens(sky.keyring, scopes);
  doors = await Promise.all(
    Object.entries(sky.targets).map(async ([name, target]): Promise<Door> => {
      const grpc = createGrpcTransport({ target });
      connections.push(grpc);
      const served = await servedNames(grpc);
      const methods = contract.filter(({ parent }) => served.includes(parent.typeName));
      return name === "gateway"
        ? {
            name,
            methods,
            transport: createConnectTransport({ baseUrl: sky.gatewayUrl }),
            bad: publicTokens,
            bearer: async (claims) => `Bearer ${await sky.token(claims)}`,
          }
        : {
            name,
            methods,
            transport: grpc,
            bad: internal,
            bearer: (claims) => sky.signer.bearer({ ...claims, subject: "t" }),
          };
    }),
  );
});
afterAll(async () => {
  connections.forEach((transport) => transport[Symbol.dispose]());
  await sky[Symbol.asyncDispose]();
});

/** The outcome of each RPC behind each door under one Authorization header; the request itself is empty. */
async function outcomes(
  authorize: (door: Door, method: DescMethod) => Promise<string | undefined>,
): Promise<{ rpc: string; door: string; method: DescMethod; outcome: string }[]> {
  const all = doors.flatMap((door) => door.methods.map((method) => ({ door, method })));
  return Promise.all(
    all.map(async ({ door, method }) => {
      const authorization = await authorize(door, method);
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const outcome = await outcomeOf(callRpc(door.transport, method, create(method.input), headers));
      return { rpc: `${door.name} ${pathOf(method)}`, door: door.name, method, outcome };
    }),
  );
}

function refusedOtherwise(results: Awaited<ReturnType<typeof outcomes>>, expected: string): string[] {
  return results.filter(({ outcome }) => outcome !== expected).map(({ rpc, outcome }) => `${rpc}: ${outcome}`);
}

test("the doors have every RPC of the contract, and the gateway all that the services have", () => {
  const gateway = must(
    doors.find(({ name }) => name === "gateway"),
    "gateway",
  );
  const services = doors.filter((door) => door !== gateway).flatMap(({ methods }) => methods.map(pathOf));
  const forwarded = new Set(gateway.methods.map(pathOf));
  expect(services.length).toBeGreaterThan(30);
  expect(services.filter((path) => !forwarded.has(path))).toEqual([]);
});

test("every RPC says in its proto who may call it", async () => {
  const silent = (await contractMethods()).filter((method) => !isPublic(method) && scopeOf(method) === "");
  expect(silent.map(pathOf)).toEqual([]);
});

describe("through every door, every RPC", () => {
  test("that is not public refuses a call without a token; a public one does not ask for it", async () => {
    const results = await outcomes(async () => undefined);
    const scoped = results.filter(({ method }) => !isPublic(method));
    expect(refusedOtherwise(scoped, "Unauthenticated/UNAUTHENTICATED")).toEqual([]);
    const open = results.filter(({ method }) => isPublic(method));
    expect(open.length).toBeGreaterThan(0);
    expect(refusedOtherwise(open, "InvalidArgument/INVALID_FIELD")).toEqual([]);
  });

  test("refuses each kind of bad token, public ones too", async () => {
    const kinds = Math.max(...doors.map(({ bad }) => bad.length));
    expect(kinds).toBeGreaterThan(10);
    for (let kind = 0; kind < kinds; kind += 1) {
      const results = await outcomes(async ({ bad }) => bad[kind % bad.length]?.authorization);
      expect(refusedOtherwise(results, "Unauthenticated/UNAUTHENTICATED")).toEqual([]);
    }
  });

  test("refuses a token that has every scope but its own, and one that has none", async () => {
    const organizationId = randomUUID();
    const allBut = (method: DescMethod) => scopes.filter((scope) => scope !== scopeOf(method));
    const without = [allBut, () => [], (m: DescMethod) => [`${scopeOf(m)}x`, scopeOf(m).toUpperCase(), "*", "read"]];
    for (const scopesOf of without) {
      const results = await outcomes((door, method) => door.bearer({ organizationId, scopes: scopesOf(method) }));
      const scoped = results.filter(({ method }) => !isPublic(method));
      expect(refusedOtherwise(scoped, "PermissionDenied/MISSING_SCOPE")).toEqual([]);
    }
  });

  test("believes a service's key in what the services ask of one another, and in nothing else", async () => {
    const organizationId = randomUUID();
    const reached: Record<string, string[]> = {};
    for (const issuer of ["availability", "booking", "notification", "recurrence-engine", "sync"]) {
      const signer = await createSigner(must(sky.keyring.signingKeys[issuer], "key"));
      const results = await outcomes(({ name }) => signer.bearer({ organizationId, subject: "job", scopes }, name));
      const scoped = results.filter(({ method }) => !isPublic(method));
      const refused = /^(Unauthenticated\/UNAUTHENTICATED|PermissionDenied\/MISSING_SCOPE)$/;
      const believed = scoped.filter(({ outcome }) => !refused.test(outcome));
      reached[issuer] = [...new Set(believed.map(({ door, method }) => `${door} ${scopeOf(method)}`))].toSorted();
    }
    expect(reached).toEqual(asked);
  });

  test("lets a token with just its scope through to the request, which is then judged", async () => {
    const organizationId = randomUUID();
    const results = await outcomes((door, method) => door.bearer({ organizationId, scopes: [scopeOf(method)] }));
    const judged = results.filter(({ outcome }) => !/^(ok|InvalidArgument\/INVALID_FIELD)$/.test(outcome));
    expect(judged.map(({ rpc, outcome }) => `${rpc}: ${outcome}`)).toEqual([]);
  });

  test("gives a token without an organization, or with one that is none, no records", async () => {
    for (const organizationId of [null, "not-a-uuid", ""]) {
      const results = await outcomes((door) => door.bearer({ organizationId, scopes }));
      const answered = results.filter(
        ({ method, outcome }) =>
          !isPublic(method) && !/^(Unauthenticated\/UNAUTHENTICATED|InvalidArgument\/INVALID_FIELD)$/.test(outcome),
      );
      expect(answered.map(({ rpc, outcome }) => `${rpc} as ${organizationId}: ${outcome}`)).toEqual([]);
    }
  });
});
