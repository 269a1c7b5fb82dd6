import { once } from "node:events";
import { connect } from "node:http2";
import type { DescMethod } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { Client, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { isUnary } from "./_calls.ts";
import { pathOf } from "./_contract.ts";

/** Sends bytes as the body of an RPC and says what came back: an HTTP status with a code, as in "400 invalid_argument". */
export type Send = (method: DescMethod, headers: Readonly<Record<string, string>>, body: Uint8Array) => Promise<string>;

/** Sends over HTTP/1.1 as Connect, in JSON or binary. */
export function connectSender(baseUrl: string, contentType: "application/json" | "application/proto"): Send {
  return async (method, headers, body) => {
    const response = await post(`${baseUrl}${pathOf(method)}`, { ...headers, "content-type": contentType }, body);
    const text = await response.text();
    return `${response.status} ${response.ok ? "ok" : (/"code":\s*"(\w+)"/.exec(text)?.[1] ?? text)}`;
  };
}

/** Sends over HTTP/1.1 as gRPC-Web, in an envelope or without one. */
export function grpcWebSender(baseUrl: string, enveloped: boolean): Send {
  return async (method, headers, body) => {
    const type = { ...headers, "content-type": "application/grpc-web+proto" };
    const response = await post(`${baseUrl}${pathOf(method)}`, type, enveloped ? envelope(body) : body);
    const text = Buffer.from(await response.arrayBuffer()).toString("latin1");
    const status = response.headers.get("grpc-status") ?? /grpc-status: ?(\d+)/i.exec(text)?.[1];
    return `${response.status} ${codeName(status)}`;
  };
}

/** Sends with grpc-js to a service. */
export function grpcSender(target: string): Send & Disposable {
  const client = new Client(target, credentials.createInsecure());
  const send: Send = (method, headers, body) => {
    const metadata = Metadata.fromHttp2Headers({ ...headers });
    return new Promise((resolve) => {
      const done = (error: ServiceError | null) => resolve(`200 ${codeName(String(error?.code ?? 0))}`);
      if (isUnary(method)) {
        client.makeUnaryRequest(pathOf(method), same, same, Buffer.from(body), metadata, done);
      } else {
        const call = client.makeServerStreamRequest(pathOf(method), same, same, Buffer.from(body), metadata);
        call
          .on("error", done)
          .on("end", () => done(null))
          .resume();
      }
    });
  };
  return Object.assign(send, { [Symbol.dispose]: () => client.close() });
}

/** Sends over HTTP/2 as gRPC, byte for byte, without the envelope that a client would put around. */
export function rawGrpcSender(address: string): Send {
  return async (method, headers, body) => {
    const session = connect(`http://${address}`);
    session.on("error", () => undefined); // The server may end what it cannot read.
    try {
      const stream = session.request({
        ...headers,
        ":method": "POST",
        ":path": pathOf(method),
        "content-type": "application/grpc",
        te: "trailers",
      });
      let status: string | undefined;
      const note = (fields: NodeJS.Dict<string | string[]>) => {
        status = String(fields["grpc-status"] ?? status ?? "");
      };
      stream.on("response", note).on("trailers", note).resume().end(Buffer.from(body));
      await once(stream, "close");
      return `200 ${codeName(status)}`;
    } finally {
      session.close();
    }
  };
}

/** Puts gRPC's length prefix before a message. */
export function envelope(body: Uint8Array): Uint8Array {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

function same(bytes: Buffer): Buffer {
  return bytes;
}

function post(url: string, headers: Readonly<Record<string, string>>, body: Uint8Array): Promise<Response> {
  return fetch(url, { method: "POST", headers, body: Buffer.from(body) });
}

function codeName(status: string | undefined): string {
  const code = Number(status ?? Number.NaN);
  const name = code === 0 ? "ok" : Code[code];
  return name === undefined ? "nothing" : name.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}
