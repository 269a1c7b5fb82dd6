import { fromBinary, toBinary, type DescMessage, type DescMethod, type MessageShape } from "@bufbuild/protobuf";
import { StatusSchema } from "@calends/contracts/google/rpc/status_pb";
import { Code, ConnectError } from "@connectrpc/connect";
import { Metadata, status, type Client, type ServiceError, type StatusObject } from "@grpc/grpc-js";

/** A request as Connect hands it to a transport. */
export interface OutgoingRequest<Message> {
  readonly header: Headers;
  readonly signal: AbortSignal;
  readonly message: Message;
}

/** Calls a unary RPC with a deadline in epoch milliseconds. */
export function unaryCall<I extends DescMessage, O extends DescMessage>(
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
    whenAborted(request.signal, cancel);
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

/** Calls a streaming RPC; trailers are added to `trailer` at the end. */
export async function* streamCall<I extends DescMessage, O extends DescMessage>(
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
  whenAborted(request.signal, cancel);
  const ended = new Promise<StatusObject>((resolve) => call.on("status", resolve));
  let fault: { readonly error: unknown } | undefined;
  const sending = send(request.message, call).catch((error: unknown) => {
    fault = { error }; // The input itself threw: without its rest the call has no end but this one.
    call.cancel();
  });
  try {
    for await (const message of call) {
      yield message as MessageShape<O>;
    }
    await sending;
    for (const [key, value] of headersOf((await ended).metadata)) {
      trailer.append(key, value);
    }
  } catch (error) {
    throw fault === undefined ? errorOf(error as ServiceError) : fault.error;
  } finally {
    request.signal.removeEventListener("abort", cancel);
    call.cancel();
  }
}

/** Runs at the signal's abort, also when that lies in the past: an event is not told twice. */
function whenAborted(signal: AbortSignal, run: () => void): void {
  if (signal.aborted) {
    run();
  } else {
    signal.addEventListener("abort", run, { once: true });
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
