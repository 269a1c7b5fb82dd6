import { setTimeout as delay } from "node:timers/promises";
import { create, type DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Idempotency } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createContextValues, type Interceptor, type Transport } from "@connectrpc/connect";
import { runStreamingCall, runUnaryCall } from "@connectrpc/connect/protocol";
import { Client, credentials } from "@grpc/grpc-js";
import { streamCall, unaryCall } from "./grpc-call.ts";
import { reasonOf } from "./connect-errors.ts";

/** How to reach a service of the mesh. */
export interface GrpcTransportOptions {
  /** A gRPC target, as in "dns:///booking:8080": every address behind the name takes its share of the calls. */
  readonly target: string;
  readonly interceptors?: Interceptor[];
  /** Time that a call may take when its caller sets none, in milliseconds. */
  readonly defaultTimeoutMs?: number;
}

/** A transport that has to be closed. */
export type GrpcTransport = Transport & Disposable;

const channelOptions = {
  "grpc.keepalive_time_ms": 20_000,
  "grpc.keepalive_timeout_ms": 5_000,
  "grpc.keepalive_permit_without_calls": 1,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 2_000,
  "grpc.max_receive_message_length": 16 * 1024 * 1024,
  "grpc.service_config": JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
};

/**
 * Makes a Connect transport over @grpc/grpc-js. A plain HTTP/2 connection pins all calls to one pod; this one balances
 * per call over every address of the name, keeps connections alive, and retries idempotent calls that nobody has answered.
 */
export function createGrpcTransport(options: GrpcTransportOptions): GrpcTransport {
  const client = new Client(options.target, credentials.createInsecure(), channelOptions);
  const interceptors = options.interceptors ?? [];
  const defaultTimeoutMs = options.defaultTimeoutMs ?? 15_000;
  return {
    [Symbol.dispose]: () => client.close(),
    unary(method, signal, timeoutMs, header, input, contextValues) {
      return runUnaryCall({
        interceptors,
        ...(signal === undefined ? {} : { signal }),
        timeoutMs: timeoutMs ?? defaultTimeoutMs,
        req: requestOf(method, header, contextValues, create(method.input, input), false as const),
        next: async (request) => {
          const deadline = Date.now() + (timeoutMs ?? defaultTimeoutMs);
          const response = await repeat(method, request.signal, () => unaryCall(client, method, request, deadline));
          return { stream: false, service: method.parent, method, ...response };
        },
      });
    },
    stream(method, signal, timeoutMs, header, input, contextValues) {
      return runStreamingCall({
        interceptors,
        ...(signal === undefined ? {} : { signal }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        req: requestOf(method, header, contextValues, input, true as const),
        next: async (request) => {
          const trailer = new Headers();
          const message = streamCall(client, method, request, timeoutMs, trailer);
          return { stream: true, service: method.parent, method, header: new Headers(), trailer, message };
        },
      });
    },
  };
}

const maxTries = 3;
const firstPauseMs = 25;

/**
 * Repeats a call that its proto allows to be repeated, where no server took it or one was about to stop. A service that
 * says what it lacks has answered, and is not asked again: that would multiply the load of an outage.
 */
async function repeat<T>(method: DescMethod, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const unanswered = ConnectError.from(error).code === Code.Unavailable && reasonOf(error) === undefined;
      if (!unanswered || attempt === maxTries || method.idempotency === Idempotency.IDEMPOTENCY_UNKNOWN) {
        throw error;
      }
      await delay(firstPauseMs * 2 ** attempt * (0.5 + Math.random() / 2), undefined, { signal });
    }
  }
}

type Values = Parameters<Transport["unary"]>[5];

function requestOf<M extends DescMethod, Input, Stream extends boolean>(
  method: M,
  header: ConstructorParameters<typeof Headers>[0],
  contextValues: Values,
  message: Input,
  stream: Stream,
) {
  return {
    stream,
    service: method.parent,
    method,
    requestMethod: "POST",
    url: `/${method.parent.typeName}/${method.name}`,
    header: new Headers(header),
    contextValues: contextValues ?? createContextValues(),
    message,
  };
}
