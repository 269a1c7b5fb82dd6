import {
  create,
  fromBinary,
  fromJson,
  toBinary,
  toJson,
  type DescMethod,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type JsonObject,
  type JsonValue,
  type Message,
} from "@bufbuild/protobuf";
import { ErrorInfoSchema } from "@calends/contracts/google/rpc/error_details_pb";
import { ServerReflection, type ServerReflectionResponse } from "@calends/contracts/grpc/reflection/v1/reflection_pb";
import { FileDescriptorProtoSchema, type FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { must } from "@calends/kit/must";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { codeFromString, errorFromJson } from "@connectrpc/connect/protocol-connect";

/** Calls any RPC of the contract; of a stream of answers it takes the first. */
export async function callRpc(
  transport: Transport,
  method: DescMethod,
  request: Message,
  headers: Readonly<Record<string, string>> = {},
  timeoutMs?: number,
): Promise<Message> {
  if (isUnary(method)) {
    return (await transport.unary(method, undefined, timeoutMs, headers, request)).message;
  }
  if (!isServerStreaming(method)) {
    throw new Error(`${method.name}: this kind of RPC is not called yet`);
  }
  const ended = new AbortController();
  const { message } = await transport.stream(method, ended.signal, timeoutMs, headers, one(request));
  for await (const first of message) {
    ended.abort();
    return first;
  }
  return create(method.output);
}

/** Whether an RPC has one request and one answer. */
export function isUnary(method: DescMethod): method is DescMethod & DescMethodUnary {
  return method.methodKind === "unary";
}

function isServerStreaming(method: DescMethod): method is DescMethod & DescMethodServerStreaming {
  return method.methodKind === "server_streaming";
}

async function* one<T>(value: T): AsyncIterable<T> {
  yield value;
}

/** A message in protobuf's JSON form. */
export function jsonOf(method: DescMethod, request: Message): JsonObject {
  const json = toJson(method.input, request);
  return typeof json === "object" && json !== null && !Array.isArray(json) ? json : {};
}

/** Calls an RPC by the Connect protocol with nothing but fetch. */
export async function fetchConnect(
  baseUrl: string,
  method: DescMethod,
  request: Message,
  headers: Readonly<Record<string, string>> = {},
): Promise<Message> {
  const response = await fetch(`${baseUrl}/${method.parent.typeName}/${method.name}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(jsonOf(method, request)),
  });
  const json = await jsonBody(response);
  if (!response.ok) {
    throw errorFromJson(json, response.headers, new ConnectError(`HTTP ${response.status}`, Code.Unknown));
  }
  return fromJson(method.output, json);
}

/** A response's JSON. */
export async function jsonBody(response: Response): Promise<JsonValue> {
  return (await response.json()) as JsonValue;
}

/** A REST error as a ConnectError, so that every protocol's refusals compare. */
export function errorFromRest(json: JsonValue): ConnectError {
  const error = objectOf(objectOf(json)["error"]);
  const code = must(codeFromString(textOf(error["code"])), `code of ${JSON.stringify(json)}`);
  const connectError = new ConnectError(textOf(error["message"]), code);
  const value = create(ErrorInfoSchema, { reason: textOf(error["reason"]) });
  connectError.details.push({ type: ErrorInfoSchema.typeName, value: toBinary(ErrorInfoSchema, value) });
  return connectError;
}

/** A JSON value as the text that stands for it in a path or query; nothing where it is absent. */
export function textOf(json: JsonValue | undefined): string {
  return typeof json === "string" ? json : (JSON.stringify(json) ?? "");
}

/** A JSON value that is to be an object. */
export function objectOf(json: JsonValue | undefined): JsonObject {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new Error(`not an object: ${JSON.stringify(json)}`);
  }
  return json;
}

type ReflectionRequest = Exclude<Parameters<typeof reflect>[1], undefined>;

/** Asks a server's reflection one question. */
export async function reflect(
  transport: Transport,
  messageRequest:
    | { case: "listServices" | "fileContainingSymbol" | "fileByFilename"; value: string }
    | { case: "fileContainingExtension"; value: { containingType: string; extensionNumber: number } },
): Promise<ServerReflectionResponse["messageResponse"]> {
  const answers = createClient(ServerReflection, transport).serverReflectionInfo(one({ messageRequest }));
  for await (const { messageResponse } of answers) {
    return messageResponse;
  }
  throw new Error("reflection gave no answer");
}

/** The names of the services that a server has, by its own word. */
export async function servedNames(transport: Transport): Promise<string[]> {
  const answer = await reflect(transport, { case: "listServices", value: "" });
  return answer.case === "listServicesResponse" ? answer.value.service.map(({ name }) => name) : [];
}

/** The files with which a server answers a question of reflection; none where it refuses. */
export async function reflectedFiles(transport: Transport, request: ReflectionRequest): Promise<FileDescriptorProto[]> {
  const answer = await reflect(transport, request);
  return answer.case === "fileDescriptorResponse"
    ? answer.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes))
    : [];
}
