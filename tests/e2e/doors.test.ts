import { create, createFileRegistry } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema, type FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { Health, HealthCheckResponse_ServingStatus as Status } from "@calends/contracts/grpc/health/v1/health_pb";
import { createGrpcTransport } from "@calends/kit/grpc-transport";
import { createClient } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reflect, reflectedFiles, servedNames } from "./_calls.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { contractServices } from "./_contract.ts";
import { outcomeOf } from "./_util.ts";

let sky: TestConstellation;

beforeAll(async () => {
  sky = await startTestConstellation();
});
afterAll(() => sky[Symbol.asyncDispose]());

const names = ["availability", "booking", "gateway", "notification", "recurrence-engine", "sync"] as const;

function connect(name: (typeof names)[number]) {
  return createGrpcTransport({ target: sky.targets[name] });
}

/** Files in the order in which a registry takes them: each after those that it imports. */
function importsFirst(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const ordered = new Set<FileDescriptorProto>();
  const visit = (file: FileDescriptorProto) => {
    files.filter((other) => file.dependency.includes(other.name)).forEach(visit);
    ordered.add(file);
  };
  files.forEach(visit);
  return [...ordered];
}

describe("health", () => {
  test.each(names)("%s says SERVING for itself and for each service it has", async (name) => {
    using transport = connect(name);
    const health = createClient(Health, transport);
    const services = await servedNames(transport);
    const answers = await Promise.all(["", ...services].map((service) => health.check({ service })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => Status.SERVING));
    expect(await outcomeOf(health.check({ service: "calends.no.Such" }))).toBe("NotFound");
    const { statuses } = await health.list({});
    expect(Object.keys(statuses).toSorted()).toEqual(["", ...services].toSorted());
  });

  test.each(names)("%s can be watched", async (name) => {
    using transport = connect(name);
    const health = createClient(Health, transport);
    for await (const { status } of health.watch({ service: "" })) {
      expect(status).toBe(Status.SERVING);
      break;
    }
    for await (const { status } of health.watch({ service: "calends.no.Such" })) {
      expect(status).toBe(Status.SERVICE_UNKNOWN);
      break;
    }
  });
});

describe("reflection", () => {
  test.each(names)("%s gives a client all it needs to know of each of its services", async (owner) => {
    using transport = connect(owner);
    const services = await servedNames(transport);
    expect(services.length).toBeGreaterThan(0);
    for (const service of services) {
      const files = await reflectedFiles(transport, { case: "fileContainingSymbol", value: service });
      const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: importsFirst(files) }));
      const reflected = registry.getService(service);
      const inContract = (await contractServices()).find(({ typeName }) => typeName === service);
      expect(reflected?.methods.map((m) => m.name)).toEqual(inContract?.methods.map((m) => m.name));
      const symbols = (reflected?.methods ?? []).flatMap((m) => [
        `${service}.${m.name}`,
        m.input.typeName,
        m.output.typeName,
        ...m.input.fields.flatMap((field) => field.message?.typeName ?? field.enum?.typeName ?? []),
      ]);
      const known = await Promise.all(
        symbols.map((value) => reflectedFiles(transport, { case: "fileContainingSymbol", value })),
      );
      expect(symbols.filter((_symbol, index) => known[index]?.length === 0)).toEqual([]);
    }
  });

  test("refuses what it does not have without ending the conversation", async () => {
    using transport = connect("booking");
    expect(await reflect(transport, { case: "fileContainingSymbol", value: "calends.no.Such" })).toMatchObject({
      case: "errorResponse",
      value: { errorCode: 5 },
    });
  });

  test("every RPC of the contract is served by some service, and by the gateway", async () => {
    const served = new Map<string, string[]>();
    for (const name of names) {
      using transport = connect(name);
      served.set(name, await servedNames(transport));
    }
    const contract = (await contractServices()).map(({ typeName }) => typeName).filter((n) => n.startsWith("calends."));
    const ofServices = new Set(names.filter((n) => n !== "gateway").flatMap((n) => served.get(n) ?? []));
    expect(contract.filter((n) => !ofServices.has(n))).toEqual([]);
    expect(contract.filter((n) => !served.get("gateway")?.includes(n))).toEqual([]);
  });
});

describe("CORS", () => {
  const path = "/calends.booking.v1.PublicBookingService/Book";
  const preflight = {
    origin: "https://page.example",
    "access-control-request-method": "POST",
    "access-control-request-headers":
      "connect-protocol-version,connect-timeout-ms,content-type,x-grpc-web,authorization",
  };

  test.each([path, "/book/x/book"])(
    "a preflight for %s lets a page's clients of each protocol call",
    async (target) => {
      const response = await fetch(`${sky.gatewayUrl}${target}`, { method: "OPTIONS", headers: preflight });
      expect(response.status).toBe(204);
      const header = (name: string) => response.headers.get(name)?.toLowerCase().split(/, */) ?? [];
      expect(header("access-control-allow-origin")).toEqual(["https://page.example"]);
      expect(header("access-control-allow-methods")).toEqual(expect.arrayContaining(["get", "post"]));
      const wanted = [...preflight["access-control-request-headers"].split(","), "x-user-agent", "grpc-timeout"];
      expect(header("access-control-allow-headers")).toEqual(expect.arrayContaining(wanted));
      expect(header("vary")).toContain("origin");
    },
  );

  test("an answer may be read by the page, its gRPC status too, also when it is a refusal", async () => {
    const response = await fetch(`${sky.gatewayUrl}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: "https://page.example" },
      body: "{}",
    });
    expect(response.status).toBe(400);
    expect(response.headers.get("access-control-allow-origin")).toBe("https://page.example");
    expect(response.headers.get("access-control-expose-headers")?.toLowerCase()).toContain("grpc-status");
  });
});
