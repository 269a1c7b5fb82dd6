import type { DescMethod, DescMethodStreaming, DescMethodUnary, DescService, Message } from "@bufbuild/protobuf";
import { callOf, outgoing } from "@calends/kit/call";
import { DomainError } from "@calends/kit/domain-error";
import { isUnary } from "../method-kind.ts";
import type { Claims } from "@calends/kit/identity";
import type { HandlerContext, ServiceImpl, Transport } from "@connectrpc/connect";

/** The service to which RPCs are forwarded. */
export interface ForwardTarget {
  readonly transport: Transport;
  /** Makes the Authorization header of a call to that service. */
  readonly bearer: (claims: Claims) => Promise<string>;
  /** Aborts when the gateway stops. */
  readonly stopping: AbortSignal;
}

/**
 * Implements a service by passing each RPC on to where it lives. The caller's own token ends here; the service gets a
 * short-lived internal one that says the same, and checks it itself.
 */
export function forwardService(service: DescService, target: ForwardTarget): ServiceImpl<DescService> {
  const methods = service.methods.map((method) => [
    method.localName,
    isUnary(method) ? forwardUnary(method, target) : forwardStream(method, target),
  ]);
  return Object.fromEntries(methods) as ServiceImpl<DescService>;
}

function forwardUnary(method: DescMethodUnary, { transport, bearer }: ForwardTarget) {
  return async (request: Message, context: HandlerContext) => {
    const { signal, timeoutMs, headers } = await callOptions(context, bearer);
    const response = await transport.unary(method, signal, timeoutMs, headers, request);
    return response.message;
  };
}

/** A stream may go on for ever: when the gateway stops it is ended, so that the caller goes on with another. */
function forwardStream(method: DescMethod, { transport, bearer, stopping }: ForwardTarget) {
  return async function* (requests: Message | AsyncIterable<Message>, context: HandlerContext) {
    const { timeoutMs, headers } = await callOptions(context, bearer);
    const input = Symbol.asyncIterator in requests ? requests : single(requests);
    const signal = AbortSignal.any([context.signal, stopping]);
    try {
      const response = await transport.stream(method as DescMethodStreaming, signal, timeoutMs, headers, input);
      yield* response.message;
    } catch (error) {
      if (stopping.aborted) {
        throw new DomainError("unavailable", "DEPENDENCY_UNAVAILABLE", "the gateway is stopping", { cause: error });
      }
      throw error;
    }
  };
}

async function* single<T>(message: T): AsyncIterable<T> {
  yield message;
}

async function callOptions(context: HandlerContext, bearer: ForwardTarget["bearer"]) {
  const { caller } = callOf(context);
  const authorization = await bearer({
    organizationId: caller?.organizationId ?? null,
    subject: caller?.subject ?? "public",
    scopes: [...(caller?.scopes ?? [])],
  });
  return outgoing(context, { authorization });
}
