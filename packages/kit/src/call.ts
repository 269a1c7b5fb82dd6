import { createContextKey, type CallOptions, type HandlerContext } from "@connectrpc/connect";
import { DomainError } from "./domain-error.ts";
import { continueTrace, traceparent, type Trace } from "./trace.ts";

/** Who calls: read from a verified internal token, never from the request. */
export interface Caller {
  /** UUID of the caller's organization; null for callers without one. */
  readonly organizationId: string | null;
  /** Who it is within the organization: an opaque id. */
  readonly subject: string;
  /** Which service issued the token. */
  readonly issuer: string;
  /** What the caller may do, as in "bookings:write". */
  readonly scopes: ReadonlySet<string>;
}

/** A caller that has an organization. */
export interface Member extends Caller {
  readonly organizationId: string;
}

/** Facts about the call in progress that every part may use. */
export interface Call {
  readonly requestId: string;
  readonly trace: Trace;
  /** performance.now() at which it came in. */
  readonly startedAt: number;
  /** Null on a public RPC that was called without a token. */
  caller: Caller | null;
}

/** Where the facts about the call in progress are kept. */
export const callKey = createContextKey<Call | null>(null, { description: "the call in progress" });

/** Reads the facts about the call in progress, or makes them from headers where no server has. */
export function callOf(context: Pick<HandlerContext, "values" | "requestHeader">): Call {
  const known = context.values.get(callKey);
  if (known !== null) {
    return known;
  }
  const trace = continueTrace(context.requestHeader.get("traceparent"));
  const requestId = safeId(context.requestHeader.get("x-request-id")) ?? trace.traceId;
  const call: Call = { requestId, trace, startedAt: performance.now(), caller: null };
  context.values.set(callKey, call);
  return call;
}

/** The caller, who must have an organization. Throws "unauthenticated" otherwise. */
export function memberOf(context: HandlerContext): Member {
  const { caller } = callOf(context);
  if (caller === null || caller.organizationId === null) {
    throw new DomainError("unauthenticated", "UNAUTHENTICATED", "a token of an organization is required");
  }
  return { ...caller, organizationId: caller.organizationId };
}

/** Milliseconds that a callee gets less than its caller has, so that the nearest service reports which call was slow. */
const deadlineShaveMs = 20;

/** Options for a call made while serving another: its trace, request id, cancellation and what is left of its time. */
export function outgoing(context: HandlerContext, headers: Readonly<Record<string, string>> = {}): CallOptions {
  const call = callOf(context);
  const leftMs = context.timeoutMs();
  return {
    signal: context.signal,
    headers: { ...headers, traceparent: traceparent(call.trace), "x-request-id": call.requestId },
    ...(leftMs === undefined ? {} : { timeoutMs: Math.max(1, Math.floor(leftMs - deadlineShaveMs)) }),
  };
}

function safeId(text: string | null): string | null {
  return text !== null && /^[\w-]{1,64}$/.test(text) ? text : null;
}
