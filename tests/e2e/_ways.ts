import { fileURLToPath } from "node:url";
import {
  create,
  fromBinary,
  getOption,
  type DescMessage,
  type DescMethodUnary,
  type JsonValue,
  type Message,
  type MessageInitShape,
  type MessageShape,
  fromJson,
} from "@bufbuild/protobuf";
import { http } from "@calends/contracts/google/api/annotations_pb";
import { StatusSchema } from "@calends/contracts/google/rpc/status_pb";
import { must } from "@calends/kit/must";
import { ConnectError, type Transport } from "@connectrpc/connect";
import { credentials, loadPackageDefinition, Metadata, type Client, type ServiceError } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { callRpc, errorFromRest, fetchConnect, jsonBody, jsonOf, objectOf, textOf } from "./_calls.ts";

/** One way of calling an RPC: a protocol and a client of it. */
export type Way = <I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  request: MessageInitShape<I>,
) => Promise<MessageShape<O>>;

/** Connect's JSON with nothing but fetch. */
export function byFetch(baseUrl: string): Way {
  return async (method, request) =>
    answerOf(method, await fetchConnect(baseUrl, method, create(method.input, request)));
}

/** A Connect transport: Connect, gRPC-Web or gRPC. */
export function byTransport(transport: Transport): Way {
  return async (method, request) => answerOf(method, await callRpc(transport, method, create(method.input, request)));
}

/** The REST path that the proto declares. */
export function byRest(baseUrl: string): Way {
  return async (method, request) => {
    const json = jsonOf(method, create(method.input, request));
    const { pattern } = getOption(method, http);
    const path = must(typeof pattern.value === "string" ? pattern.value : null, "path").replaceAll(
      /\{(\w+)\}/g,
      (_match, name: string) => {
        const field = must(
          method.input.fields.find((f) => f.name === name),
          name,
        );
        const value = encodeURIComponent(textOf(json[field.jsonName]));
        delete json[field.jsonName];
        return value;
      },
    );
    const response =
      pattern.case === "get"
        ? await fetch(`${baseUrl}${path}?${new URLSearchParams(flat(json)).toString()}`)
        : await fetch(`${baseUrl}${path}`, { method: "POST", body: JSON.stringify(json) });
    const body = await jsonBody(response);
    if (!response.ok) {
      throw errorFromRest(body);
    }
    return fromJson(method.output, body);
  };
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** @grpc/grpc-js as anybody uses it who has nothing of ours but the .proto files. */
export function byProtoFiles(address: string): Way {
  return (method, request) => {
    const definition = loadSync(method.parent.file.proto.name, {
      includeDirs: [`${root}/proto`, `${root}/third_party`],
      longs: String,
      defaults: true,
    });
    const client = new (serviceAt(loadPackageDefinition(definition), method.parent.typeName))(
      address,
      credentials.createInsecure(),
    );
    const call = must(client[method.localName], method.localName).bind(client);
    const message = plain(create(method.input, request));
    return new Promise<MessageShape<typeof method.output>>((resolve, reject) => {
      call(message, new Metadata(), (error, answer) => {
        client.close();
        if (error === null) {
          resolve(fromPlain(method.output, answer));
        } else {
          reject(fromServiceError(error));
        }
      });
    });
  };
}

type Callback = (error: ServiceError | null, answer: unknown) => void;
type LoadedClient = Client & Record<string, (message: unknown, metadata: Metadata, done: Callback) => void>;
type Constructor = new (address: string, creds: ReturnType<typeof credentials.createInsecure>) => LoadedClient;

function serviceAt(loaded: object, typeName: string): Constructor {
  let found: unknown = loaded;
  for (const part of typeName.split(".")) {
    found = Object.entries(found ?? {}).find(([name]) => name === part)?.[1];
  }
  return found as Constructor;
}

/** A message as proto-loader takes it: plain objects with 64-bit numbers as text. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") {
    return String(value);
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !key.startsWith("$"))
      .map(([key, v]) => [key, plain(v)]),
  );
}

function fromPlain<D extends DescMessage>(schema: D, value: unknown): MessageShape<D> {
  const entries = Object.entries(value ?? {}).map(([key, v]): [string, unknown] => {
    const field = schema.fields.find(({ localName }) => localName === key);
    const wrap = (item: unknown): unknown => {
      const nested = field?.message;
      return nested === undefined || item === null ? bigintOr(key, item) : fromPlain(nested, item);
    };
    return [key, Array.isArray(v) ? v.map(wrap) : (wrap(v) ?? undefined)];
  });
  return create(schema, Object.fromEntries(entries) as MessageInitShape<D>);
}

function bigintOr(key: string, value: unknown): unknown {
  return (key === "seconds" || key === "version") && typeof value === "string" ? BigInt(value) : value;
}

function fromServiceError({ code, details, metadata }: ServiceError): ConnectError {
  const error = new ConnectError(details, code as number);
  const [bytes] = metadata.get("grpc-status-details-bin");
  for (const { typeUrl, value } of bytes instanceof Buffer ? fromBinary(StatusSchema, bytes).details : []) {
    error.details.push({ type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value });
  }
  return error;
}

function answerOf<O extends DescMessage>(method: { output: O }, message: Message): MessageShape<O> {
  if (message.$typeName !== method.output.typeName) {
    throw new Error(`${message.$typeName} instead of ${method.output.typeName}`);
  }
  return message as MessageShape<O>;
}

/** Nested objects as query parameters: {a: {b: 1}} is a.b=1. */
function flat(json: JsonValue, path = ""): [string, string][] {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return [[path, textOf(json)]];
  }
  return Object.entries(objectOf(json)).flatMap(([key, value]) => flat(value, path === "" ? key : `${path}.${key}`));
}
