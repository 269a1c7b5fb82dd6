import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { once } from "node:events";
import { gzipSync } from "node:zlib";
import { create, toBinary } from "@bufbuild/protobuf";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { createGrpcTransport } from "@calends/kit/grpc-transport";
import { createClient } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isUnary } from "./_calls.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { pathOf } from "./_contract.ts";
import { messageOf } from "./_samples.ts";
import { openSubjects } from "./_subjects.ts";
import { outcomeOf } from "./_util.ts";
import { connectSender, envelope, grpcWebSender } from "./_wire.ts";
import { createWorld, type World } from "./_world.ts";

let sky: TestConstellation;
let world: World;
let subjects: Awaited<ReturnType<typeof openSubjects>>;

beforeAll(async () => {
  sky = await startTestConstellation();
  world = await createWorld(sky);
  subjects = await openSubjects(sky, world);
});
afterAll(async () => {
  stack.dispose();
  subjects[Symbol.dispose]();
  await sky[Symbol.asyncDispose]();
});

const stack = new DisposableStack();
const grpc = (target: string) => stack.use(createGrpcTransport({ target }));
const { book, getBookingPage } = PublicBookingService.method;
const big = Buffer.alloc(9 * 1024 * 1024, 0x20);

describe("a body that is too large is RESOURCE_EXHAUSTED", () => {
  test("by Connect and gRPC-Web", async () => {
    expect(await connectSender(sky.gatewayUrl, "application/json")(book, {}, big)).toMatch(/resource_exhausted$/);
    expect(await connectSender(sky.gatewayUrl, "application/proto")(book, {}, big)).toMatch(/resource_exhausted$/);
    expect(await grpcWebSender(sky.gatewayUrl, true)(book, {}, big)).toMatch(/resource_exhausted$/);
  });

  test("by gRPC, and the connection goes on", async () => {
    const client = createClient(PublicBookingService, grpc(sky.targets.booking));
    expect(await outcomeOf(client.getBookingPage({ slug: "x".repeat(big.length) }))).toMatch(/^ResourceExhausted/);
    expect((await client.getBookingPage({ slug: world.slug })).slug).toBe(world.slug);
  });

  test("by REST", async () => {
    const response = await fetch(`${sky.gatewayUrl}/book/${world.slug}/book`, { method: "POST", body: big });
    expect(await response.json()).toMatchObject({ error: { code: "resource_exhausted" } });
    expect(response.status).toBe(413);
  });

  test("when it only becomes so by decompression", async () => {
    const send = connectSender(sky.gatewayUrl, "application/json");
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    expect(await send(book, { "content-encoding": "gzip" }, bomb)).toMatch(/resource_exhausted$/);
    const web = grpcWebSender(sky.gatewayUrl, false);
    const enveloped = envelope(bomb);
    enveloped.set([1], 0);
    expect(await web(book, { "grpc-encoding": "gzip" }, enveloped)).toMatch(/resource_exhausted$/);
  });
});

describe("a deadline", () => {
  const bodyOf = () => toBinary(getBookingPage.input, create(getBookingPage.input, { slug: world.slug }));

  test.each(["0", "1", "99"])("of %s ms is refused before anything is begun, on every RPC", async (ms) => {
    const send = connectSender(sky.gatewayUrl, "application/proto");
    for (const { method, headers } of subjects.all.filter((subject) => isUnary(subject.method))) {
      const answer = await send(method, { ...headers, "connect-timeout-ms": ms }, new Uint8Array());
      expect(`${pathOf(method)} ${answer}`).toMatch(/deadline_exceeded$/);
    }
  });

  test.each(["-1", "abc", "1e3", "99999999999", "999999999999999999999", " ", "NaN"])(
    "of %j is the caller's fault or as good as none",
    async (ms) => {
      const send = connectSender(sky.gatewayUrl, "application/proto");
      const answer = await send(getBookingPage, { "connect-timeout-ms": ms }, bodyOf());
      expect(answer).toMatch(/ (ok|invalid_argument|deadline_exceeded)$/);
    },
  );

  test.each(["-1S", "1", "S", "99999999H", "999999999S", "1x", "0n"])("of %j in gRPC likewise", async (timeout) => {
    const send = grpcWebSender(sky.gatewayUrl, true);
    const answer = await send(getBookingPage, { "grpc-timeout": timeout }, bodyOf());
    expect(answer).toMatch(/ (ok|invalid_argument|deadline_exceeded)$/);
  });

  test("that is long enough is kept across the gateway", async () => {
    const client = createClient(CalendarService, grpc(sky.targets.gateway));
    const headers = { authorization: `Bearer ${await sky.token({ organizationId: world.organizationId })}` };
    expect(await outcomeOf(client.listCalendars({}, { timeoutMs: 5000, headers }))).toBe("ok");
    expect(await outcomeOf(client.listCalendars({}, { timeoutMs: 90, headers }))).toMatch(/^DeadlineExceeded/);
  });
});

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

test("a page token that was not given out is INVALID_ARGUMENT naming page_token, on every list", async () => {
  const id = randomUUID();
  const plain = ["x", "[]", "%00", "0", id, `${encode([id])}=`];
  const keys = ["x", [1], {}, [], ["x"], ["x", "y"], [id, id], ["", ""], ["x", id], ["\0"], ["x", "y", "z"]];
  const instants = [
    ["2026-01-01T00:00:00Z", "x"],
    ["+275760-09-13T00:00:00.000Z", id],
    ["2026-99-01T00:00:00Z", id],
  ];
  const tokens = [...plain, ...keys.map(encode), ...instants.map(encode)];
  const lists = subjects.all.filter(({ method }) => method.input.fields.some(({ name }) => name === "page_token"));
  expect(lists.length).toBeGreaterThan(4);
  const wrong: string[] = [];
  for (const { method, tree, call } of lists) {
    for (const pageToken of tokens) {
      const outcome = await outcomeOf(call(messageOf(method.input, { ...tree, pageToken })));
      if (!/^(InvalidArgument\/INVALID_FIELD|ok)$/.test(outcome)) {
        wrong.push(`${pathOf(method)} ${Buffer.from(pageToken, "base64url").toString()}: ${outcome}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

describe("whatever comes over a socket, the gateway goes on serving", () => {
  const oddities = [
    ["a request target of two slashes", "GET // HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["a request target that is no URL", "GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["a path that is not percent-encoding", "GET /book/%E0%A4%A HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["a file's path that is not percent-encoding", "GET /assets/%E0%A4%A HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["a path upwards", "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["an encoded path upwards", "GET /assets/..%2f..%2fpackage.json HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["no HTTP at all", "\x16\x03\x01 hello\r\n\r\n"],
    ["half of HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"],
    ["a method that does not exist", "FROB / HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["an RPC by GET without a query", `GET ${pathOf(getBookingPage)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    [
      "an RPC by GET with garbage",
      `GET ${pathOf(getBookingPage)}?connect=v1&encoding=json&message=%7B HTTP/1.1\r\nHost: x\r\n\r\n`,
    ],
    ["an upgrade", "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"],
    ["CONNECT", "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["an asterisk", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"],
  ] as const;

  test.each(oddities)("%s", async (_name, text) => {
    const socket = connect(Number(new URL(sky.gatewayUrl).port), "127.0.0.1");
    socket.on("error", () => undefined);
    const seen: Buffer[] = [];
    socket.on("data", (chunk) => seen.push(chunk));
    socket.write(text, "latin1");
    socket.end();
    await once(socket, "close");
    const answer = Buffer.concat(seen).toString("latin1");
    expect(answer).not.toMatch(/^HTTP\/1.1 (5\d\d|200)/);
    const client = createClient(PublicBookingService, grpc(sky.targets.gateway));
    expect(await outcomeOf(client.getBookingPage({ slug: world.slug }))).toBe("ok");
  });
});
