import { Health, HealthCheckResponse_ServingStatus as Status } from "@calends/contracts/grpc/health/v1/health_pb";
import { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createGrpcTransport, type GrpcTransport } from "./grpc-transport.ts";
import type { Observer } from "./observe.ts";
import { serve, type Server } from "./serve.ts";

const finished: string[] = [];
const failures: unknown[] = [];
const observer: Observer = {
  finished: (method, _call, error) => finished.push(`${method.name} ${error === undefined ? "ok" : Code[error.code]}`),
  failed: (error) => failures.push(error),
};

let server: Server;
let transport: GrpcTransport;

beforeEach(async () => {
  finished.length = 0;
  failures.length = 0;
  server = await serve({ host: "127.0.0.1", port: 0, verifier: { verify: async () => null }, observer });
  transport = createGrpcTransport({ target: `ipv4:127.0.0.1:${server.port}` });
});
afterEach(async () => {
  transport[Symbol.dispose]();
  await server.close();
});

function client() {
  return createClient(PublicBookingService, transport);
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "ok",
    (error: unknown) => Code[ConnectError.from(error).code] ?? "",
  );
}

test("before its services are mounted a server is UNAVAILABLE, in every protocol, and its health says NOT_SERVING", async () => {
  expect(await codeOf(client().getBookingPage({ slug: "a" }))).toBe("Unavailable");
  const url = `http://127.0.0.1:${server.port}/calends.booking.v1.PublicBookingService/GetBookingPage`;
  const json = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
  expect(json.status).toBe(503);
  const web = await fetch(url, { method: "POST", headers: { "content-type": "application/grpc-web+proto" } });
  expect(web.headers.get("grpc-status")).toBe(String(Code.Unavailable));
  expect((await createClient(Health, transport).check({})).status).toBe(Status.NOT_SERVING);
});

test("once it serves, an RPC that it does not have is UNIMPLEMENTED", async () => {
  server.health.set(true);
  expect(await codeOf(client().getBookingPage({ slug: "a" }))).toBe("Unimplemented");
});

test("an upload that is refused before its end leaves nothing that a drain would wait for", async () => {
  server.mount((router) => router.service(PublicBookingService, {}));
  const slug = "x".repeat(9_000_000);
  expect(await codeOf(client().getBookingPage({ slug }))).toBe("ResourceExhausted");
  expect(await codeOf(client().getBookingPage({ slug }))).toBe("ResourceExhausted");
  expect(await codeOf(client().getBookingPage({ slug: "a" }))).toBe("Unimplemented");
  const since = performance.now();
  await server.drain(20_000);
  expect(performance.now() - since).toBeLessThan(5_000);
});

test("a drain waits for the call in progress, refuses what comes later, and ends what takes too long", async () => {
  const begun = Promise.withResolvers<AbortSignal>();
  const goOn = Promise.withResolvers<void>();
  server.mount((router) =>
    router.service(PublicBookingService, {
      getBookingPage: async ({ slug }, context) => {
        begun.resolve(context.signal);
        await goOn.promise;
        return { slug };
      },
    }),
  );
  const call = client().getBookingPage({ slug: "in-progress" });
  await begun.promise;
  const drained = server.drain(10_000);
  goOn.resolve();
  expect((await call).slug).toBe("in-progress");
  await drained;
  expect(await codeOf(client().getBookingPage({ slug: "late" }, { timeoutMs: 2_000 }))).toBe("Unavailable");
});

test("a call that outlasts the drain is cancelled and told that the server is gone", async () => {
  const begun = Promise.withResolvers<void>();
  server.mount((router) =>
    router.service(PublicBookingService, {
      getBookingPage: (_request, context) =>
        new Promise((_resolve, reject) => {
          begun.resolve();
          context.signal.addEventListener("abort", () => reject(ConnectError.from(context.signal.reason)));
        }),
    }),
  );
  const call = codeOf(client().getBookingPage({ slug: "slow" }));
  await begun.promise;
  await server.drain(50);
  expect(await call).toBe("Unavailable");
});

test("a listener that throws is a logged 500, and the server goes on", async () => {
  server.fallback(() => {
    throw new Error("a bug");
  });
  const response = await fetch(`http://127.0.0.1:${server.port}/anything`);
  expect(response.status).toBe(500);
  expect(failures.map(String)).toEqual(["Error: a bug"]);
  expect((await createClient(Health, transport).check({})).status).toBe(Status.NOT_SERVING);
});

test("what a handler throws reaches the client as a code, an unknown error as nothing but INTERNAL", async () => {
  server.mount((router) =>
    router.service(PublicBookingService, {
      getBookingPage() {
        throw new Error("password=hunter2");
      },
    }),
  );
  await expect(client().getBookingPage({ slug: "a" })).rejects.toThrow(/^\[internal\] internal error$/);
  expect(finished).toEqual(["GetBookingPage Internal"]);
});
