import { setTimeout as delay } from "node:timers/promises";
import { fromBinary, toBinary, create, type DescMessage, type DescMethod, type MessageShape } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Idempotency } from "@bufbuild/protobuf/wkt";
import { StatusSchema } from "@calends/contracts/google/rpc/status_pb";
import { Code, ConnectError, createContextValues, type Interceptor, type Transport } from "@connectrpc/connect";
import { runStreamingCall, runUnaryCall } from "@connectrpc/connect/protocol";
import { Client, credentials, Metadata, status, type ServiceError, type StatusObject } from "@grpc/grpc-js";
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

interface OutgoingRequest<Message> {
  readonly header: Headers;
  readonly signal: AbortSignal;
  readonly message: Message;
}

function unaryCall<I extends DescMessage, O extends DescMessage>(
  client: Client,
  method: DescMethod & { input: I; output: O },
  request: OutgoingRequest<MessageShape<I>>,
  deadline: number,
): Promise<{ message: MessageShape<O>; header: Headers; trailer: Headers }> {
  return new Promise((resolve, reject) => {
    const path = `/${method.parent.typeName}/${method.name}`;
    let header = new Headers();
    let answer: MessageShape<O> | undefined;
    let failure: ServiceError | null = null;
    const call = client.makeUnaryRequest(
      path,
      (message: MessageShape<I>) => Buffer.from(toBinary(method.input, message)),
      (bytes: Buffer) => fromBinary(method.output, bytes),
      request.message,
      metadataOf(request.header),
      { deadline },
      (error, message) => {
        failure = error;
        answer = message;
      },
    );
    const cancel = () => call.cancel();
    request.signal.addEventListener("abort", cancel, { once: true });
    call.on("metadata", (metadata) => {
      header = headersOf(metadata);
    });
    call.on("status", (end) => {
      request.signal.removeEventListener("abort", cancel);
      if (failure !== null || answer === undefined) {
        reject(errorOf(failure ?? end));
      } else {
        resolve({ message: answer, header, trailer: headersOf(end.metadata) });
      }
    });
  });
}

async function* streamCall<I extends DescMessage, O extends DescMessage>(
  client: Client,
  method: DescMethod & { input: I; output: O },
  request: OutgoingRequest<AsyncIterable<MessageShape<I>>>,
  timeoutMs: number | undefined,
  trailer: Headers,
): AsyncIterable<MessageShape<O>> {
  const call = client.makeBidiStreamRequest(
    `/${method.parent.typeName}/${method.name}`,
    (message: MessageShape<I>) => Buffer.from(toBinary(method.input, message)),
    (bytes: Buffer) => fromBinary(method.output, bytes),
    metadataOf(request.header),
    timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs },
  );
  const cancel = () => call.cancel();
  request.signal.addEventListener("abort", cancel, { once: true });
  const ended = new Promise<StatusObject>((resolve) => call.on("status", resolve));
  const sending = send(request.message, call);
  try {
    for await (const message of call) {
      yield message as MessageShape<O>;
    }
    await sending;
    for (const [key, value] of headersOf((await ended).metadata)) {
      trailer.append(key, value);
    }
  } catch (error) {
    throw errorOf(error as ServiceError);
  } finally {
    request.signal.removeEventListener("abort", cancel);
    call.cancel();
  }
}

async function send<T>(
  messages: AsyncIterable<T>,
  call: { write(m: T): boolean; end(): void; once: (e: "drain", l: () => void) => unknown },
) {
  for await (const message of messages) {
    if (!call.write(message)) {
      await new Promise<void>((resolve) => call.once("drain", resolve));
    }
  }
  call.end();
}

function metadataOf(header: Headers): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of header) {
    metadata.add(key, key.endsWith("-bin") ? Buffer.from(value, "base64").toString("latin1") : value);
  }
  return metadata;
}

function headersOf(metadata: Metadata): Headers {
  const headers = new Headers();
  for (const [key, values] of Object.entries(metadata.toHttp2Headers())) {
    for (const value of Array.isArray(values) ? values : [values]) {
      if (!key.startsWith(":") && value !== undefined) {
        headers.append(key, String(value));
      }
    }
  }
  return headers;
}

function errorOf(failure: ServiceError | StatusObject): ConnectError {
  const code = failure.code === status.OK ? Code.Internal : (failure.code as number as Code);
  const [bin] = failure.metadata.get("grpc-status-details-bin");
  const detailed = bin instanceof Buffer ? fromBinary(StatusSchema, bin) : undefined;
  const error = new ConnectError(
    detailed?.message ?? decodeMessage(failure.details),
    code,
    headersOf(failure.metadata),
  );
  for (const { typeUrl, value } of detailed?.details ?? []) {
    error.details.push({ type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value });
  }
  return error;
}

/** grpc-js decodes grpc-message with decodeURI, which leaves ":" and its like as they came. */
function decodeMessage(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A message with a percent sign of its own, already decoded.
  }
}
