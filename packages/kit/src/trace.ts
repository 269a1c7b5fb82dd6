import { randomUUID } from "node:crypto";

/** The W3C trace context of a piece of work (https://www.w3.org/TR/trace-context/). */
export interface Trace {
  /** 32 hexadecimal digits, the same for all that one request causes. */
  readonly traceId: string;
  /** 16 hexadecimal digits of this step. */
  readonly spanId: string;
  /** Whether the caller records the trace. */
  readonly sampled: boolean;
}

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Continues the trace of a `traceparent` header with a step of its own, or starts one when there is none. */
export function continueTrace(header: string | null | undefined): Trace {
  const match = pattern.exec(header ?? "");
  const traceId = match?.[1];
  const spanId = randomUUID().slice(19).replace("-", "");
  if (traceId === undefined || /^0+$/.test(traceId)) {
    return { traceId: randomUUID().replaceAll("-", ""), spanId, sampled: false };
  }
  return { traceId, spanId, sampled: (Number.parseInt(match?.[3] ?? "0", 16) & 1) === 1 };
}

/** Formats a trace as a `traceparent` header. */
export function traceparent(trace: Trace): string {
  return `00-${trace.traceId}-${trace.spanId}-${trace.sampled ? "01" : "00"}`;
}
