import type { DescMethod } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import type { HandlerContext } from "@connectrpc/connect";
import { compressionGzip } from "@connectrpc/connect-node";
import { malformedRequest } from "../domain-error.ts";
import { checkShape } from "./guard-body.ts";
import { requestLimit, requestTooLarge } from "./request-limit.ts";

/**
 * Refuses a message in the query of a Connect GET for the same reasons as a body. The limit of a URL's length bounds the
 * message as it is sent, and the limit of a body bounds it once decompressed.
 */
export async function guardQuery(context: Pick<HandlerContext, "method" | "requestMethod" | "url">): Promise<void> {
  if (context.requestMethod !== "GET") {
    return;
  }
  const query = new URL(context.url).searchParams;
  const encoding = query.get("encoding");
  if (encoding !== "json" && encoding !== "proto") {
    return; // The handler refuses it.
  }
  const isJson = encoding === "json";
  checkShape(context.method.input, await messageOf(query, context.method, isJson), { isJson });
}

async function messageOf(query: URLSearchParams, method: DescMethod, isJson: boolean): Promise<Uint8Array> {
  const text = query.get("message") ?? "";
  const limit = requestLimit(method.input);
  const maxBytes = isJson ? limit.json : limit.binary;
  try {
    const bytes = query.get("base64") === "1" ? base64Decode(text) : new TextEncoder().encode(text);
    const isGzip = query.get("compression") === compressionGzip.name;
    const plain = isGzip ? await compressionGzip.decompress(bytes, maxBytes) : bytes;
    if (plain.byteLength <= maxBytes) {
      return plain;
    }
  } catch {
    throw malformedRequest(); // It is not base64 or not gzip.
  }
  throw requestTooLarge(maxBytes);
}
