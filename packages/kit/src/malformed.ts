import { Code, ConnectError, type ContextValues } from "@connectrpc/connect";
import {
  createAsyncIterable,
  encodeEnvelope,
  pipe,
  transformSplitEnvelope,
  type UniversalHandler,
  type UniversalServerRequest,
  type UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import { errorToJson } from "@connectrpc/connect/protocol-connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { trailerFlag, trailerParse, trailerSerialize } from "@connectrpc/connect/protocol-grpc-web";
import { toConnectError } from "./connect-errors.ts";
import { malformedRequest } from "./domain-error.ts";

/**
 * Wraps a handler so that a body which cannot be decoded is the caller's fault. Connect answers "internal" for
 * undecodable protobuf; since no interceptor has run by then, an internal error of a call that has not reached the
 * interceptors can mean nothing else. `entered` says whether it has; `refused` is told of each such body.
 */
export function refuseMalformed(
  handler: UniversalHandler,
  entered: (values: ContextValues) => boolean,
  refused: (values: ContextValues, error: ConnectError) => void,
): (request: UniversalServerRequest & { contextValues: ContextValues }) => Promise<UniversalServerResponse> {
  return async (request) => {
    const response = await handler(request);
    const values = request.contextValues;
    const refusal = () => {
      const error = toConnectError(malformedRequest());
      refused(values, error);
      return error;
    };
    if (response.trailer !== undefined) {
      return grpcResponse(response, response.trailer, () => entered(values), refusal);
    }
    if (response.header?.get("content-type")?.startsWith("application/grpc-web")) {
      return { ...response, body: grpcWebBody(response, () => entered(values), refusal) };
    }
    return response.status === 500 && !entered(values) ? connectResponse(response, refusal()) : response;
  };
}

function grpcResponse(
  response: UniversalServerResponse,
  trailer: Headers,
  entered: () => boolean,
  refusal: () => ConnectError,
): UniversalServerResponse {
  async function* body() {
    yield* response.body ?? createAsyncIterable([]);
    if (!entered() && trailer.get("grpc-status") === String(Code.Internal)) {
      setTrailerStatus(trailer, refusal());
    }
  }
  return { ...response, body: body(), trailer };
}

/** gRPC-Web carries its trailers as the last frame of the body (PROTOCOL-WEB.md). */
async function* grpcWebBody(response: UniversalServerResponse, entered: () => boolean, refusal: () => ConnectError) {
  const frames = pipe(response.body ?? createAsyncIterable([]), transformSplitEnvelope(0xffffffff));
  for await (const frame of frames) {
    const trailer = (frame.flags & trailerFlag) === trailerFlag ? trailerParse(frame.data) : undefined;
    if (trailer?.get("grpc-status") === String(Code.Internal) && !entered()) {
      setTrailerStatus(trailer, refusal());
      yield encodeEnvelope(frame.flags, trailerSerialize(trailer));
    } else {
      yield encodeEnvelope(frame.flags, frame.data);
    }
  }
}

function connectResponse(response: UniversalServerResponse, error: ConnectError): UniversalServerResponse {
  const body = new TextEncoder().encode(JSON.stringify(errorToJson(error, undefined)));
  const header = new Headers(response.header);
  header.set("content-length", String(body.byteLength));
  header.delete("content-encoding");
  return { ...response, status: 400, header, body: createAsyncIterable([body]) };
}
