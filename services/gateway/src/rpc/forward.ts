import type { DescMethod, DescMethodStreaming, DescMethodUnary, DescService, Message } from "@bufbuild/protobuf";
import { callOf, outgoing } from "@calends/kit/call";
import { isUnary } from "../method-kind.ts";
import type { Signer } from "@calends/kit/identity";
import type { HandlerContext, ServiceImpl, Transport } from "@connectrpc/connect";

/**
 * Implements a service by passing each RPC on to where it lives. The caller's own token ends here; the service gets a
 * short-lived internal one that says the same, and checks it itself.
 */
export function forwardService(service: DescService, transport: Transport, signer: Signer): ServiceImpl<DescService> {
  const methods = service.methods.map((method) => [
    method.localName,
    isUnary(method) ? forwardUnary(method, transport, signer) : forwardStream(method, transport, signer),
  ]);
  return Object.fromEntries(methods) as ServiceImpl<DescService>;
}

function forwardUnary(method: DescMethodUnary, transport: Transport, signer: Signer) {
  return async (request: Message, context: HandlerContext) => {
    const { signal, timeoutMs, headers } = await callOptions(context, signer);
    const response = await transport.unary(method, signal, timeoutMs, headers, request);
    return response.message;
  };
}

function forwardStream(method: DescMethod, transport: Transport, signer: Signer) {
  return async function* (requests: Message | AsyncIterable<Message>, context: HandlerContext) {
    const { signal, timeoutMs, headers } = await callOptions(context, signer);
    const input = Symbol.asyncIterator in requests ? requests : single(requests);
    const response = await transport.stream(method as DescMethodStreaming, signal, timeoutMs, headers, input);
    yield* response.message;
  };
}

async function* single<T>(message: T): AsyncIterable<T> {
  yield message;
}

async function callOptions(context: HandlerContext, signer: Signer) {
  const { caller } = callOf(context);
  const authorization = await signer.bearer({
    organizationId: caller?.organizationId ?? null,
    subject: caller?.subject ?? "public",
    scopes: [...(caller?.scopes ?? [])],
  });
  return outgoing(context, { authorization });
}
