import type { DescMessage, DescMethod, JsonValue } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  encodeEnvelope,
  pipe,
  readAllBytes,
  transformSplitEnvelope,
  type UniversalServerRequest,
} from "@connectrpc/connect/protocol";
import { compressionGzip } from "@connectrpc/connect-node";
import { DomainError, malformedRequest } from "../domain-error.ts";
import { checkBinaryShape } from "./binary-shape.ts";
import type { BodyAccount } from "./body-budget.ts";
import { checkJsonShape } from "./json-shape.ts";
import { hasMoreValues } from "./json-values.ts";
import { requestLimit, requestTooLarge, tooManyValues } from "./request-limit.ts";

/** How the body of a request is encoded. */
interface Form {
  readonly isJson: boolean;
  /** Whether each message in the body is preceded by its length, as in gRPC. */
  readonly isEnveloped: boolean;
  /** The header that names the compression. */
  readonly encodingHeader: string;
}

/** Converts a body of JSON to the JSON form of an RPC's request. Throws a DomainError where it cannot. */
export type Convert = (body: JsonValue) => JsonValue;

const compressedFlag = 1;

/**
 * Returns the request with a body that is decompressed and checked while it is read. Reading it throws a DomainError
 * where the body, or a list in it, is larger than the RPC's proto allows. Nothing is read before the gate has let the
 * request in.
 */
export function guardBody(
  method: DescMethod,
  request: UniversalServerRequest,
  account: BodyAccount,
  convert?: Convert,
): UniversalServerRequest {
  const form = formOf(request.header.get("content-type") ?? "");
  const { body } = request;
  if (form === undefined || !isByteStream(body)) {
    return request;
  }
  const encoding = request.header.get(form.encodingHeader) ?? "identity";
  if (encoding !== "identity" && encoding !== compressionGzip.name) {
    return request; // The handler refuses any other compression without reading the body.
  }
  const read: Reading = { method, form, body, account, isGzip: encoding === compressionGzip.name };
  const length = Number(request.header.get("content-length") ?? 0);
  if (form.isEnveloped) {
    return { ...request, body: guardEnvelopes(read, length) };
  }
  const header = new Headers(request.header);
  header.delete(form.encodingHeader);
  header.delete("content-length"); // It is the compressed length.
  return { ...request, header, body: guardMessage(read, length, convert) };
}

interface Reading {
  readonly method: DescMethod;
  readonly form: Form;
  readonly body: AsyncIterable<Uint8Array>;
  readonly account: BodyAccount;
  readonly isGzip: boolean;
}

function formOf(contentType: string): Form | undefined {
  const [, plain] = /^application\/(proto|json)\b/i.exec(contentType) ?? [];
  if (plain !== undefined) {
    return { isJson: plain.toLowerCase() === "json", isEnveloped: false, encodingHeader: "content-encoding" };
  }
  const [, protocol, codec] =
    /^application\/(connect|grpc-web|grpc)(?:\+(proto|json))?(?:;|$)/i.exec(contentType) ?? [];
  if (protocol === undefined) {
    return undefined;
  }
  const encodingHeader = protocol.toLowerCase() === "connect" ? "connect-content-encoding" : "grpc-encoding";
  return { isJson: codec?.toLowerCase() === "json", isEnveloped: true, encodingHeader };
}

function isByteStream(body: UniversalServerRequest["body"]): body is AsyncIterable<Uint8Array> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

function limitOf({ method, form }: Reading): number {
  const limit = requestLimit(method.input);
  return form.isJson ? limit.json : limit.binary;
}

async function* guardMessage(reading: Reading, length: number, convert?: Convert): AsyncIterable<Uint8Array> {
  const maxBytes = limitOf(reading);
  if (length > maxBytes) {
    throw requestTooLarge(maxBytes);
  }
  const bytes = await orTooLarge(maxBytes, readAllBytes(counted(reading), maxBytes));
  const plain = reading.isGzip ? await unzip(bytes, maxBytes, reading.account) : bytes;
  if (convert === undefined) {
    checkShape(reading.method.input, plain, reading.form);
    yield plain;
    return;
  }
  const json = convert(plain.byteLength === 0 ? {} : parseJson(reading.method.input, plain));
  checkJsonShape(reading.method.input, json);
  yield new TextEncoder().encode(JSON.stringify(json));
}

async function* guardEnvelopes(reading: Reading, length: number): AsyncIterable<Uint8Array> {
  const maxBytes = limitOf(reading);
  const envelopeBytes = encodeEnvelope(0, new Uint8Array()).byteLength;
  const isOne = reading.method.methodKind === "unary" || reading.method.methodKind === "server_streaming";
  if (isOne && length > maxBytes + envelopeBytes) {
    throw requestTooLarge(maxBytes);
  }
  const envelopes = pipe(counted(reading), transformSplitEnvelope(maxBytes))[Symbol.asyncIterator]();
  for (;;) {
    const { value, done } = await orTooLarge(maxBytes, envelopes.next());
    if (done === true) {
      return;
    }
    const isCompressed = (value.flags & compressedFlag) !== 0;
    if (isCompressed && !reading.isGzip) {
      yield encodeEnvelope(value.flags, value.data); // The handler refuses this breach of the protocol.
      continue;
    }
    const plain = isCompressed ? await unzip(value.data, maxBytes, reading.account) : value.data;
    checkShape(reading.method.input, plain, reading.form);
    yield encodeEnvelope(value.flags & ~compressedFlag, plain);
  }
}

async function* counted({ body, account }: Reading): AsyncIterable<Uint8Array> {
  for await (const chunk of body) {
    account.take(chunk.byteLength);
    yield chunk;
  }
}

/** Decompresses to at most a number of bytes. They are counted first, because a few bytes may expand to many. */
async function unzip(bytes: Uint8Array, maxBytes: number, account: BodyAccount): Promise<Uint8Array> {
  account.take(maxBytes);
  const plain = await orTooLarge(maxBytes, compressionGzip.decompress(bytes, maxBytes)).catch((error: unknown) => {
    throw error instanceof DomainError ? error : malformedRequest();
  });
  account.giveBack(maxBytes - plain.byteLength);
  return plain;
}

/** Turns Connect's error for too many bytes into the DomainError for it. */
async function orTooLarge<T>(maxBytes: number, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof ConnectError && error.code === Code.ResourceExhausted ? requestTooLarge(maxBytes) : error;
  }
}

/** Throws what {@link checkJsonShape} and {@link checkBinaryShape} throw, and refuses a JSON body that is not JSON. */
export function checkShape(schema: DescMessage, bytes: Uint8Array, { isJson }: Pick<Form, "isJson">): void {
  if (isJson) {
    checkJsonShape(schema, parseJson(schema, bytes));
  } else {
    checkBinaryShape(schema, bytes);
  }
}

function parseJson(schema: DescMessage, bytes: Uint8Array): JsonValue {
  const { values } = requestLimit(schema);
  if (hasMoreValues(bytes, values)) {
    throw tooManyValues(values);
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as JsonValue;
  } catch {
    throw malformedRequest(); // It is not UTF-8 or not JSON.
  }
}
