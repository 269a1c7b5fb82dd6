import { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { ServerReflection } from "@calends/contracts/grpc/reflection/v1/reflection_pb";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { afterEach, expect, test } from "vitest";
import { createGrpcTransport } from "./grpc-transport.ts";
import { serve, type Server } from "./serve.ts";

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) {
    await close();
  }
});

async function startServer(handler: () => string): Promise<Server> {
  const observer = { finished: () => undefined, failed: () => undefined };
  const server = await serve({ host: "127.0.0.1", port: 0, verifier: { verify: async () => null }, observer });
  server.mount((router) =>
    router.service(PublicBookingService, {
      getBookingPage: () => ({ slug: handler() }),
    }),
  );
  server.health.set(true);
  open.push(() => server.close());
  return server;
}

function connect(...servers: readonly Pick<Server, "port">[]) {
  const target = `ipv4:${servers.map(({ port }) => `127.0.0.1:${port}`).join(",")}`;
  const transport = createGrpcTransport({ target });
  open.push(() => transport[Symbol.dispose]());
  return { transport, client: createClient(PublicBookingService, transport) };
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "ok",
    (error: unknown) => Code[ConnectError.from(error).code] ?? "",
  );
}

test("a call that is cancelled before it begins ends at once and reaches nobody", async () => {
  let calls = 0;
  const { client } = connect(await startServer(() => String((calls += 1))));
  expect(await codeOf(client.getBookingPage({ slug: "a" }, { signal: AbortSignal.abort() }))).toBe("Canceled");
  expect((await client.getBookingPage({ slug: "a" })).slug).toBe("1");
});

test("streams go both ways, and what is not served is UNIMPLEMENTED", async () => {
  const { transport } = connect(await startServer(() => ""));
  const reflection = createClient(ServerReflection, transport);
  const requests = async function* () {
    for (const value of [PublicBookingService.typeName, "no.Such"]) {
      yield { messageRequest: { case: "fileContainingSymbol" as const, value } };
    }
  };
  const cases: (string | undefined)[] = [];
  for await (const { messageResponse } of reflection.serverReflectionInfo(requests())) {
    cases.push(messageResponse.case);
  }
  expect(cases).toEqual(["fileDescriptorResponse", "errorResponse"]);
  const unknown = createClient(AvailabilityService, transport);
  expect(await codeOf(unknown.findSlots({}))).toBe("Unimplemented");
});

test("an input that throws fails the call, and nothing else", async () => {
  const { transport, client } = connect(await startServer(() => "fine"));
  const broken = async function* () {
    yield { messageRequest: { case: "listServices" as const, value: "" } };
    throw new Error("the caller's own fault");
  };
  const read = async () => {
    for await (const answer of createClient(ServerReflection, transport).serverReflectionInfo(broken())) {
      expect(answer.messageResponse.case).toBe("listServicesResponse");
    }
  };
  await expect(read()).rejects.toThrow("the caller's own fault");
  expect((await client.getBookingPage({ slug: "a" })).slug).toBe("fine");
});
