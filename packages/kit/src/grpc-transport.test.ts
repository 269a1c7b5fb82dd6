import { once } from "node:events";
import { create, createFileRegistry, fromJson, type DescMethodStreaming, type DescService } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema, StringValueSchema, file_google_protobuf_wrappers } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { createAsyncIterable } from "@connectrpc/connect/protocol";
import { afterEach, describe, expect, test } from "vitest";
import { reasonOf, serverStopping } from "./connect-errors.ts";
import { DomainError } from "./domain-error.ts";
import { createGrpcTransport, type GrpcTransport } from "./grpc-transport.ts";
import { createLogger } from "./logger.ts";
import { createMetrics } from "./metrics.ts";
import { must } from "./must.ts";
import { createObserver } from "./observe.ts";
import { serve, type Server } from "./serve.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A service without options: one RPC that may be repeated, one that may not, and a stream. */
const echo = echoService();

function echoService(): DescService {
  const type = ".google.protobuf.StringValue";
  const method = (name: string, more: object = {}) => ({ name, inputType: type, outputType: type, ...more });
  const file = {
    name: "test/echo.proto",
    package: "test",
    syntax: "proto3",
    dependency: ["google/protobuf/wrappers.proto"],
    service: [
      {
        name: "Echo",
        method: [
          method("Read", { options: { idempotencyLevel: "NO_SIDE_EFFECTS" } }),
          method("Write"),
          method("Count", { serverStreaming: true }),
        ],
      },
    ],
  };
  const set = fromJson(FileDescriptorSetSchema, { file: [file] });
  set.file.unshift(file_google_protobuf_wrappers.proto);
  return must(createFileRegistry(set).getService("test.Echo"), "test.Echo");
}

type Impl = Record<string, (request: { value: string }, context: { signal: AbortSignal }) => unknown>;

async function startServer(implementation: Impl): Promise<Server> {
  const observer = createObserver(createLogger("test", "silent"), createMetrics("test"));
  const verifier = { verify: async () => null };
  const server = await serve({ host: "127.0.0.1", port: 0, verifier, observer });
  server.mount((router: ConnectRouter) => void router.service(echo, implementation as never));
  server.health.set(true);
  open.push(server);
  return server;
}

function connectTo(...servers: Server[]): GrpcTransport {
  const target = `ipv4:${servers.map(({ port }) => `127.0.0.1:${port}`).join(",")}`;
  const transport = createGrpcTransport({ target });
  open.push({ close: () => transport[Symbol.dispose]() });
  return transport;
}

async function call(
  transport: GrpcTransport,
  name: string,
  value: string,
  options: { signal?: AbortSignal; timeoutMs?: number } = {},
) {
  const method = must(
    echo.methods.find((m) => m.name === name && m.methodKind === "unary"),
    name,
  );
  const message = create(StringValueSchema, { value });
  const answer = await transport.unary(method as never, options.signal, options.timeoutMs, undefined, message);
  return (answer.message as unknown as { value: string }).value;
}

const codeOf = async (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: unknown) => Code[ConnectError.from(error).code],
  );

describe("calls inside the mesh", () => {
  test("take turns over every address of a name", async () => {
    const servers = await Promise.all(["a", "b", "c"].map((name) => startServer({ read: () => ({ value: name }) })));
    const transport = connectTo(...servers);
    await Promise.all(servers.map(() => call(transport, "Read", "")));
    const answers: string[] = [];
    for (let i = 0; i < 30; i += 1) {
      answers.push(await call(transport, "Read", ""));
    }
    expect(new Set(answers)).toEqual(new Set(["a", "b", "c"]));
  });

  test("go on with the servers that are left when one ends", async () => {
    const [gone, left] = await Promise.all(
      ["gone", "left"].map((name) => startServer({ read: () => ({ value: name }) })),
    );
    const transport = connectTo(must(gone, "gone"), must(left, "left"));
    await call(transport, "Read", "");
    await must(gone, "gone").close();
    for (let i = 0; i < 10; i += 1) {
      expect(await call(transport, "Read", "")).toBe("left");
    }
  });

  test("are repeated where the proto allows it and no service has answered, and only there", async () => {
    let tries = 0;
    const failTwice = (error: Error) => () => {
      tries += 1;
      if (tries < 3) {
        throw error;
      }
      return { value: "third" };
    };
    const stopping = failTwice(serverStopping);
    const lacking = failTwice(new DomainError("unavailable", "DEPENDENCY_UNAVAILABLE", "no database"));
    const transport = connectTo(await startServer({ read: stopping, write: stopping }));
    expect(await call(transport, "Read", "")).toBe("third");
    tries = 0;
    expect(await codeOf(call(transport, "Write", ""))).toBe("Unavailable");
    expect(tries).toBe(1);
    tries = 0;
    expect(await codeOf(call(connectTo(await startServer({ read: lacking })), "Read", ""))).toBe("Unavailable");
    expect(tries).toBe(1);
  });

  test("carry errors with code, sentence and reason", async () => {
    const refuse = () => {
      throw new DomainError("precondition", "SLOT_TAKEN", "the slot: it is taken, 100% sure");
    };
    const transport = connectTo(await startServer({ read: refuse }));
    const error: unknown = await call(transport, "Read", "").catch((e: unknown) => e);
    expect(error).toMatchObject({ code: Code.FailedPrecondition, rawMessage: "the slot: it is taken, 100% sure" });
    expect(reasonOf(error)).toBe("SLOT_TAKEN");
  });

  test("tell a client nothing of an unknown error", async () => {
    const fail = () => {
      throw new Error("password=secret");
    };
    const transport = connectTo(await startServer({ read: fail }));
    const error: unknown = await call(transport, "Read", "").catch((e: unknown) => e);
    expect(String(error)).toBe("ConnectError: [internal] internal error");
  });

  test("end at their deadline, and the server hears of it", async () => {
    const ended = Promise.withResolvers<void>();
    const hang: Impl[string] = (_request, { signal }) =>
      new Promise(() => {
        signal.addEventListener("abort", () => ended.resolve());
      });
    const transport = connectTo(await startServer({ read: hang }));
    expect(await codeOf(call(transport, "Read", "", { timeoutMs: 250 }))).toBe("DeadlineExceeded");
    await ended.promise;
  });

  test("end when the caller gives up, and the server hears of it", async () => {
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const hang: Impl[string] = (_request, { signal }) => {
      begun.resolve();
      return new Promise(() => {
        signal.addEventListener("abort", () => ended.resolve());
      });
    };
    const transport = connectTo(await startServer({ read: hang }));
    const giveUp = new AbortController();
    const pending = codeOf(call(transport, "Read", "", { signal: giveUp.signal }));
    await begun.promise;
    giveUp.abort();
    expect(await pending).toBe("Canceled");
    await ended.promise;
  });

  test("with under 100 ms left are refused at once", async () => {
    const transport = connectTo(await startServer({ read: () => ({ value: "" }) }));
    expect(await codeOf(call(transport, "Read", "", { timeoutMs: 90 }))).toBe("DeadlineExceeded");
  });
});

test("streams carry every message, and end at the server when their reader leaves", async () => {
  const left = Promise.withResolvers<string>();
  const server = await startServer({
    async *count(_request, { signal }) {
      yield { value: "1" };
      yield { value: "2" };
      await once(signal, "abort");
      left.resolve(Code[ConnectError.from(signal.reason).code] ?? "");
    },
  });
  const leaving = new AbortController();
  const count = must(echo.method["count"], "Count") as DescMethodStreaming;
  const requests = createAsyncIterable([create(StringValueSchema)]);
  const { message } = await connectTo(server).stream(count, leaving.signal, undefined, undefined, requests);
  const seen: unknown[] = [];
  const read = async () => {
    for await (const one of message) {
      seen.push(one["value" as keyof typeof one]);
      if (seen.length === 2) {
        leaving.abort();
      }
    }
  };
  expect(await codeOf(read())).toBe("Canceled");
  expect(seen).toEqual(["1", "2"]);
  expect(await left.promise).toBe("Canceled");
});
