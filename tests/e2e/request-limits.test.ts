import { create, getOption, hasOption, toBinary, type DescMethod } from "@bufbuild/protobuf";
import { http } from "@calends/contracts/google/api/annotations_pb";
import { max_request_bytes } from "@calends/contracts/calends/options/v1/options_pb";
import { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { maxUnknownBytes } from "@calends/kit/limits/binary-shape";
import { largestMessage } from "@calends/kit/limits/largest-message";
import { requestLimit } from "@calends/kit/limits/request-limit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBookable } from "./_bookable.ts";
import { isUnary, jsonOf } from "./_calls.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { allScopes, contractMethods, isPublic, pathOf } from "./_contract.ts";
import { escapedJson, largestRequest } from "./_largest.ts";
import { messageOf } from "./_samples.ts";
import { freshTree, openSubjects, type Subject } from "./_subjects.ts";
import { connectSender, grpcSender, grpcWebSender, type Send } from "./_wire.ts";
import { createWorld } from "./_world.ts";

const mib = 1024 * 1024;

function isCapped({ input }: DescMethod): boolean {
  return hasOption(input, max_request_bytes);
}

describe("the contract", () => {
  test("every request has a largest size by its rules: at most 4 MiB, of a public RPC a quarter of that and a bit", async () => {
    const large: string[] = [];
    for (const method of await contractMethods()) {
      const { binary, json } = requestLimit(method.input);
      if (Math.max(binary, json) > (isPublic(method) ? 1.25 * mib : 4 * mib)) {
        large.push(`${pathOf(method)}: ${binary} ${json}`);
      }
    }
    expect(large).toEqual([]);
  });

  test("no request that keeps the rules of its fields is larger than its limit, in binary or in escaped JSON", async () => {
    const methods = (await contractMethods()).filter((method) => !isCapped(method));
    expect(methods.length).toBeGreaterThan(80);
    const larger: string[] = [];
    for (const method of methods) {
      const message = largestRequest(method);
      const { binary, json } = largestMessage(method.input);
      const bytes = toBinary(method.input, message).byteLength;
      const jsonBytes = Buffer.byteLength(escapedJson(jsonOf(method, message)));
      if (bytes > binary || jsonBytes > json) {
        larger.push(`${pathOf(method)}: ${bytes} ${jsonBytes}`);
      }
    }
    expect(larger).toEqual([]);
  });
});

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

/** A good request in JSON, with blanks up to its limit and so many bytes beyond. */
function paddedJson({ method, ...subject }: Subject, beyond = 0): Uint8Array {
  const json = JSON.stringify(jsonOf(method, messageOf(method.input, freshTree({ method, ...subject }))));
  return new TextEncoder().encode(json.padEnd(requestLimit(method.input).json + beyond, " "));
}

/** The largest request of an RPC in binary; where a total is set, one of a share of it. */
function largestBinary({ method }: Subject): Uint8Array {
  const share = [1, 0.5, 0.2, 0.1, 0.05, 0.02].find(
    (part) => toBinary(method.input, largestRequest(method, part)).byteLength <= requestLimit(method.input).binary,
  );
  return toBinary(method.input, largestRequest(method, share));
}

const tooLarge = /resource_exhausted/;

interface Door {
  readonly name: string;
  readonly open: (subject: Subject) => Send & Partial<Disposable>;
  /** Connect has another body for streams. */
  readonly takes?: (method: DescMethod) => boolean;
  /** Past the gateway, where internal tokens are asked for. */
  readonly isInside?: boolean;
}

const doors: readonly Door[] = [
  { name: "Connect, binary", open: () => connectSender(sky.gatewayUrl, "application/proto"), takes: isUnary },
  { name: "gRPC-Web", open: () => grpcWebSender(sky.gatewayUrl, true) },
  { name: "gRPC", open: () => grpcSender(new URL(sky.gatewayUrl).host) },
  { name: "gRPC at the services", open: ({ target }) => grpcSender(target), isInside: true },
];

async function headersFor({ isInside }: Door, { headers }: Subject): Promise<Readonly<Record<string, string>>> {
  if (isInside !== true) {
    return headers;
  }
  const organizationId = "0190e5a0-0000-7000-8000-000000000002";
  return { authorization: await sky.signer.bearer({ organizationId, subject: "limits", scopes: await allScopes() }) };
}

test.each(doors)(
  "$name: a body that is larger than its RPC's limit is refused",
  async (door) => {
    for (const subject of subjects.all.filter(({ method }) => door.takes?.(method) ?? true)) {
      const { method } = subject;
      const send = door.open(subject);
      const body = new Uint8Array(requestLimit(method.input).binary + 1);
      expect(`${pathOf(method)} ${await send(method, await headersFor(door, subject), body)}`).toMatch(tooLarge);
      send[Symbol.dispose]?.();
    }
  },
  240_000,
);

test("the largest request of every RPC passes the gateway and its service", async () => {
  const send = connectSender(sky.gatewayUrl, "application/proto");
  for (const subject of subjects.all.filter(({ method }) => isUnary(method))) {
    const { method, headers } = subject;
    expect(`${pathOf(method)} ${await send(method, headers, largestBinary(subject))}`).not.toMatch(tooLarge);
  }
}, 240_000);

test.each(doors)("$name: the largest request of every public RPC is read", async (door) => {
  for (const subject of subjects.all.filter(({ method }) => isPublic(method))) {
    const send = door.open(subject);
    const answer = await send(subject.method, await headersFor(door, subject), largestBinary(subject));
    expect(`${pathOf(subject.method)} ${answer}`).not.toMatch(tooLarge);
    send[Symbol.dispose]?.();
  }
});

test("Connect JSON: a body of exactly the limit is read, one byte more is refused", async () => {
  const send = connectSender(sky.gatewayUrl, "application/json");
  for (const subject of subjects.all.filter(({ method }) => isUnary(method))) {
    const { method, headers } = subject;
    expect(`${pathOf(method)} ${await send(method, headers, paddedJson(subject))}`).not.toMatch(tooLarge);
    expect(`${pathOf(method)} ${await send(method, headers, paddedJson(subject, 1))}`).toMatch(tooLarge);
  }
}, 240_000);

test("REST: a body of exactly the limit is read, one byte more is 413, whether its length is told or not", async () => {
  const withBody = subjects.all.filter(
    ({ method }) => isPublic(method) && hasOption(method, http) && getOption(method, http).pattern.case === "post",
  );
  expect(withBody.length).toBeGreaterThan(2);
  for (const subject of withBody) {
    const { pattern } = getOption(subject.method, http);
    const template = typeof pattern.value === "string" ? pattern.value : "";
    const path = template.replaceAll(/\{\w+\}/g, "nowhere");
    const post = async (body: Buffer | ReadableStream) => {
      const init = { method: "POST", body, duplex: "half", headers: { "content-type": "application/json" } };
      return (await fetch(`${sky.gatewayUrl}${path}`, init as RequestInit)).status;
    };
    expect(await post(Buffer.from(paddedJson(subject)))).not.toBe(413);
    expect(await post(Buffer.from(paddedJson(subject, 1)))).toBe(413);
    expect(await post(new Blob([Buffer.from(paddedJson(subject, 1))]).stream())).toBe(413);
  }
});

test("few unknown fields in binary reach the service, many are refused at every door", async () => {
  const method = PublicBookingService.method.getBookingPage;
  const { slug } = await createBookable(sky);
  const good = toBinary(method.input, create(method.input, { slug }));
  const withUnknown = (bytes: number) => Buffer.concat([good, Buffer.alloc(bytes, Buffer.from([0xf8, 0x07, 0x01]))]);
  for (const send of [connectSender(sky.gatewayUrl, "application/proto"), grpcWebSender(sky.gatewayUrl, true)]) {
    expect(await send(method, {}, withUnknown(300))).toBe("200 ok");
    expect(await send(method, {}, withUnknown(maxUnknownBytes + 3))).toMatch(tooLarge);
  }
});
