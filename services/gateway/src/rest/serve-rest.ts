import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { fromBinary, type DescService, type JsonObject } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import { HttpBodySchema } from "@calends/contracts/google/api/httpbody_pb";
import { BadRequestSchema, ErrorInfoSchema } from "@calends/contracts/google/rpc/error_details_pb";
import { toConnectError } from "@calends/kit/connect-errors";
import { connectionOf } from "@calends/kit/limits/guard-handler";
import type { RequestListener } from "@calends/kit/listen";
import type { Server } from "@calends/kit/serve";
import { readAllBytes } from "@connectrpc/connect/protocol";
import { codeToHttpStatus, errorToJson } from "@connectrpc/connect/protocol-connect";
import { requestJson } from "./request.ts";
import { matchPath, routesOf, type Route } from "./template.ts";

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

const passedHeaders = [
  "authorization",
  "traceparent",
  "x-request-id",
  "connect-timeout-ms",
  "content-encoding",
  "content-length",
];

/**
 * Serves the REST paths that protos declare with google.api.http. A request becomes the RPC it stands for and goes the
 * same way, so that identity, validation and logs are one. What is no such path goes to `otherwise`.
 */
export function serveRest(
  server: Server,
  services: readonly DescService[],
  otherwise: RequestListener,
): RequestListener {
  const routes = routesOf(services);
  return (request, response) => {
    const [path = "", query = ""] = (request.url ?? "/").split(/\?(.*)/s, 2);
    for (const route of routes) {
      const values = route.verb === request.method ? matchPath(route, path) : undefined;
      if (values !== undefined) {
        answer(server, route, values, new URLSearchParams(query), request).then(
          (result) => send(response, result),
          (error: unknown) => send(response, failure(error)),
        );
        return;
      }
    }
    otherwise(request, response);
  };
}

interface Result {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array | string;
}

async function answer(
  server: Server,
  route: Route,
  values: Readonly<Record<string, string>>,
  query: URLSearchParams,
  request: Request,
): Promise<Result> {
  const key = request.headers["idempotency-key"];
  const idempotencyKey = typeof key === "string" ? key : undefined;
  const header = new Headers({ "content-type": "application/json" });
  for (const name of passedHeaders) {
    const value = request.headers[name];
    if (typeof value === "string") {
      header.set(name, value);
    }
  }
  const abort = new AbortController();
  request.once("aborted", () => abort.abort());
  const body = route.hasBody ? (request as AsyncIterable<Uint8Array>) : nothing();
  const call = { httpVersion: "1.1", method: "POST", header, body, signal: abort.signal };
  const response = await server.dispatch(route.method, call, {
    connection: connectionOf(request),
    convert: (json) => requestJson(route, values, query, json, idempotencyKey),
  });
  const bytes = await readAllBytes(response.body ?? nothing(), Number.MAX_SAFE_INTEGER);
  const json = JSON.parse(new TextDecoder().decode(bytes)) as JsonObject;
  if (response.status !== 200) {
    return jsonResult(...restError(response.status, json));
  }
  return route.method.output.typeName === HttpBodySchema.typeName ? httpBody(json) : jsonResult(200, json);
}

function httpBody(json: JsonObject): Result {
  const { contentType, data } = json;
  return {
    status: 200,
    contentType: typeof contentType === "string" ? contentType : "application/octet-stream",
    body: typeof data === "string" ? base64Decode(data) : "",
  };
}

/** The status and body of an error. A body that is too large gets 413, where Connect would answer 429. */
function restError(status: number, json: JsonObject): [number, JsonObject] {
  const error = errorJson(json);
  return [error["reason"] === "REQUEST_TOO_LARGE" ? 413 : status, { error }];
}

/** An error as REST clients see it: code, reason, sentence, and the fields at fault. */
function errorJson({ code, message, details }: JsonObject): JsonObject {
  const error: JsonObject = { code: code ?? "unknown", message: message ?? "" };
  for (const detail of Array.isArray(details) ? (details as JsonObject[]) : []) {
    const value = base64Decode(typeof detail["value"] === "string" ? detail["value"] : "");
    if (detail["type"] === ErrorInfoSchema.typeName) {
      const { reason, metadata } = fromBinary(ErrorInfoSchema, value);
      Object.assign(error, { reason, metadata });
    } else if (detail["type"] === BadRequestSchema.typeName) {
      const { fieldViolations } = fromBinary(BadRequestSchema, value);
      error["violations"] = fieldViolations.map(({ field, description }) => ({ field, rule: description }));
    }
  }
  return error;
}

/** What the transcoder itself refuses; of a bug it says nothing. */
function failure(error: unknown): Result {
  const refusal = toConnectError(error);
  return jsonResult(...restError(codeToHttpStatus(refusal.code), errorToJson(refusal, undefined)));
}

function jsonResult(status: number, json: JsonObject): Result {
  return { status, contentType: "application/json; charset=utf-8", body: JSON.stringify(json) };
}

function send(response: Response, { status, contentType, body }: Result): void {
  response.statusCode = status;
  response.setHeader("content-type", contentType);
  response.end(body);
}

async function* nothing(): AsyncIterable<Uint8Array> {
  // An empty body.
}
