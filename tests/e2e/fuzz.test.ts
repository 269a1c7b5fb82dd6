import { getOption, hasOption, toBinary, type JsonObject } from "@bufbuild/protobuf";
import { http } from "@calends/contracts/google/api/annotations_pb";
import { Health } from "@calends/contracts/grpc/health/v1/health_pb";
import { createGrpcTransport } from "@calends/kit/grpc-transport";
import { createClient } from "@connectrpc/connect";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { jsonOf } from "./_calls.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { allScopes, pathOf } from "./_contract.ts";
import { messageOf } from "./_samples.ts";
import { openSubjects, type Subject } from "./_subjects.ts";
import { connectSender, grpcSender, grpcWebSender, rawGrpcSender, type Send } from "./_wire.ts";
import { createWorld } from "./_world.ts";

/** Bodies for each RPC and protocol. */
const runs = { numRuns: 12 };
/** What no body of a caller may lead to. */
const ourFault = /\b(internal|unknown|data_loss|nothing|5\d\d)\b/;

let sky: TestConstellation;
let subjects: Awaited<ReturnType<typeof openSubjects>>;

beforeAll(async () => {
  sky = await startTestConstellation();
  subjects = await openSubjects(sky, await createWorld(sky));
});
afterAll(async () => {
  subjects[Symbol.dispose]();
  await sky[Symbol.asyncDispose]();
});
afterEach(async () => {
  for (const target of Object.values(sky.targets)) {
    using transport = createGrpcTransport({ target });
    await createClient(Health, transport).check({});
  }
});

function binaryOf({ method, tree }: Subject): Uint8Array {
  return toBinary(method.input, messageOf(method.input, tree));
}

/** Bytes without meaning, and a good message with some bytes changed, cut off or repeated. */
function bytesLike(good: Uint8Array): fc.Arbitrary<Uint8Array> {
  const place = fc.nat({ max: Math.max(0, good.length - 1) });
  const flipped = fc.array(fc.tuple(place, fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }).map((changes) => {
    const bytes = Uint8Array.from(good);
    changes.forEach(([index, value]) => bytes.set([value], Math.min(index, Math.max(0, bytes.length - 1))));
    return bytes;
  });
  return fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    good.length === 0 ? fc.constant(good) : flipped,
    place.map((end) => good.slice(0, end)),
    place.map((from) => Uint8Array.from([...good, ...good.slice(from)])),
  );
}

/** A good JSON body in which one value is another. */
function jsonLike(good: JsonObject): fc.Arbitrary<Uint8Array> {
  const keys = Object.keys(good);
  const changed = fc
    .tuple(fc.constantFrom(...keys, "unknown"), fc.jsonValue())
    .map(([key, value]) => JSON.stringify({ ...good, [key]: value }));
  const texts = fc.oneof(fc.json(), changed, fc.string({ unit: "binary", maxLength: 40 }));
  return fc.oneof(
    texts.map((text) => new TextEncoder().encode(text)),
    fc.uint8Array({ maxLength: 40 }),
  );
}

/** Sends bodies to an RPC; fails with the smallest one that is answered as if the fault were ours. */
async function expectNoFault(
  send: Send,
  { method, headers }: Subject,
  bodies: fc.Arbitrary<Uint8Array>,
): Promise<void> {
  const property = fc.asyncProperty(bodies, async (body) => {
    const answer = await send(method, headers, body);
    expect(answer, `${pathOf(method)} with ${Buffer.from(body).toString("hex")}`).not.toMatch(ourFault);
  });
  await fc.assert(property, runs);
}

async function internalHeaders({ headers }: Subject): Promise<Record<string, string>> {
  const world = { organizationId: "0190e5a0-0000-7000-8000-000000000001", subject: "fuzz" };
  const scopes = Object.keys(headers).length === 0 ? [] : await allScopes();
  return { authorization: await sky.signer.bearer({ ...world, scopes }) };
}

describe("random bodies lead to no INTERNAL error and end no server", () => {
  const binary: [string, () => Send][] = [
    ["Connect, binary", () => connectSender(sky.gatewayUrl, "application/proto")],
    ["gRPC-Web", () => grpcWebSender(sky.gatewayUrl, true)],
    ["gRPC-Web without envelopes", () => grpcWebSender(sky.gatewayUrl, false)],
    ["gRPC without envelopes", () => rawGrpcSender(new URL(sky.gatewayUrl).host)],
  ];
  test.each(binary)("%s, at the gateway", async (_name, sender) => {
    const send = sender();
    for (const subject of subjects.all) {
      await expectNoFault(send, subject, bytesLike(binaryOf(subject)));
    }
  });

  test("gRPC, at each service", async () => {
    for (const subject of subjects.all) {
      using send = grpcSender(subject.target);
      await expectNoFault(send, { ...subject, headers: await internalHeaders(subject) }, bytesLike(binaryOf(subject)));
    }
  });

  test("Connect JSON, at the gateway", async () => {
    const send = connectSender(sky.gatewayUrl, "application/json");
    for (const subject of subjects.all) {
      await expectNoFault(
        send,
        subject,
        jsonLike(jsonOf(subject.method, messageOf(subject.method.input, subject.tree))),
      );
    }
  });

  test("REST: any body, query and path", async () => {
    const withPath = subjects.all.filter(({ method }) => hasOption(method, http));
    expect(withPath.length).toBeGreaterThan(5);
    for (const subject of withPath) {
      const { pattern } = getOption(subject.method, http);
      const json = jsonOf(subject.method, messageOf(subject.method.input, subject.tree));
      const parts = fc.tuple(fc.string({ minLength: 1 }), fc.webQueryParameters(), jsonLike(json));
      const property = fc.asyncProperty(parts, async ([value, query, body]) => {
        const template = typeof pattern.value === "string" ? pattern.value : "";
        const path = template.replaceAll(/\{\w+\}/g, () => encodeURIComponent(value));
        const isPost = pattern.case === "post";
        const init = isPost ? { method: "POST", body: Buffer.from(body) } : {};
        const { status } = await fetch(`${sky.gatewayUrl}${path}?${query}`, init);
        expect(`${path}?${query} ${Buffer.from(body).toString("hex")}: ${status}`).not.toMatch(/: 5\d\d/);
      });
      await fc.assert(property, { numRuns: 40 });
    }
  });
});
