import { once } from "node:events";
import { createServer as createHttp1, type IncomingMessage, type ServerResponse } from "node:http";
import {
  constants,
  createServer as createHttp2,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type Http2Session,
} from "node:http2";
import { createServer as createTcp, type Socket } from "node:net";
import { limitSession } from "./limits/limit-session.ts";

/** Answers a request of either HTTP version. */
export type RequestListener = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

/** A listening port that speaks HTTP/1.1 and HTTP/2 without TLS. */
export interface Listener {
  readonly port: number;
  /** Takes no new connection and tells connected clients to go elsewhere; open streams go on. */
  stop(): void;
  /** Stops, and ends every connection: one with nothing open on it in good order, what is left after that by force. */
  close(): Promise<void>;
}

/** How long a client may take over a request, and how much it may ask for at once. */
export interface ListenLimits {
  /** Longest time, in milliseconds, in which a request's headers and body must arrive, in either HTTP version. */
  readonly requestMs: number;
  /** Milliseconds between two checks of that. */
  readonly checkMs: number;
  /**
   * After so long an HTTP/2 connection takes no new stream, open ones go on: clients connect anew, look names up again,
   * and so find the replicas that have come since.
   */
  readonly connectionAgeMs?: number;
  /** Longest time, in milliseconds, that a connection may have no request in progress. */
  readonly idleMs?: number;
  /** Most streams that are open at once on an HTTP/2 connection. */
  readonly maxStreams?: number;
  /** Streams that a client may reset at once, and more of them each second. Its HTTP/2 connection ends after more. */
  readonly resets?: { readonly burst: number; readonly perSecond: number };
}

/** They are many, because a busy gateway passes on the cancellations of all its callers on one connection. */
const usualResets = { burst: 1000, perSecond: 200 };
/** The limits in nghttp2 are set above ours. Its default of 33 resets a second would end a busy gateway's connection. */
const nghttp2Resets = { streamResetBurst: 10_000, streamResetRate: 1000 };

/**
 * How long clients may take to end connections after a stop. A socket that is destroyed while something the client sent
 * lies unread is reset, and a reset takes back answers that the client has not read yet.
 */
const lingerMs = 500;

/** The usual idle time of a connection in milliseconds. */
const idleMs = 65_000;

const usualLimits: ListenLimits = { requestMs: 60_000, checkMs: 15_000, connectionAgeMs: 300_000 };

/** The first bytes of an HTTP/2 connection with prior knowledge (RFC 9113 section 3.4). */
const preface = "PRI * HTTP/2.0";

/**
 * Listens on one port for HTTP/1.1 and h2c: the first bytes of a connection say which of them it speaks. That way one
 * port serves gRPC, gRPC-Web and Connect to browsers, proxies and services alike.
 */
export async function listen(
  host: string,
  port: number,
  listener: RequestListener,
  limits: ListenLimits = usualLimits,
): Promise<Listener> {
  let stopping = false;
  const http1 = createHttp1(
    {
      keepAliveTimeout: limits.idleMs ?? idleMs,
      headersTimeout: limits.requestMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.checkMs,
    },
    (request, response) => {
      if (stopping) {
        response.setHeader("connection", "close");
      }
      // A connection whose answer was under way at the stop has nothing to wait for after it.
      response.once("close", () => (stopping ? request.socket.end() : undefined));
      listener(request, response);
    },
  );
  // It listens on no port of its own, and without this event does not look at its timeouts and idle connections.
  http1.emit("listening");
  const settings = { maxConcurrentStreams: limits.maxStreams ?? 1000 };
  const http2 = createHttp2({ settings, ...nghttp2Resets }, listener);
  const sockets = new Set<Socket>();
  const sessions = new Set<Http2Session>();
  http2.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    session.on("error", () => session.destroy());
    limitSession(session, { idleMs, resets: usualResets, connectionAgeMs: Number.POSITIVE_INFINITY, ...limits });
  });
  const tcp = createTcp({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    dispatch(socket, limits.requestMs, (isHttp2) => (isHttp2 ? http2 : http1).emit("connection", socket));
  });
  tcp.listen(port, host);
  await once(tcp, "listening");
  const address = tcp.address();
  const stop = () => {
    stopping = true;
    tcp.close();
    http1.closeIdleConnections();
    for (const session of sessions) {
      session.close();
    }
  };
  const cut = () => {
    for (const session of sessions) {
      session.destroy();
    }
    for (const socket of sockets) {
      socket.destroy();
    }
  };
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    stop,
    async close() {
      stop();
      http1.close();
      const timer = setTimeout(cut, lingerMs);
      await new Promise((resolve) => tcp.close(resolve));
      clearTimeout(timer);
    },
  };
}

/**
 * Ends the upload of a request that is answered before its end, as one that is too large is: what is left of it would
 * hold up its whole connection. On HTTP/2 the stream is closed (RFC 9113 section 8.1). On HTTP/1.1 the connection ends with
 * the answer, because the next request would come behind the rest of the body, which nobody reads any more.
 */
export function endUploadWithAnswer(...[request, response]: Parameters<RequestListener>): void {
  if (!("stream" in request)) {
    // Whoever stops reading a body destroys its request. "close" would come only after the answer's headers.
    request.once("aborted", () => (response.headersSent ? undefined : response.setHeader("connection", "close")));
    return;
  }
  const { stream } = request;
  const end = () => {
    if (!stream.readableEnded) {
      stream.close(constants.NGHTTP2_NO_ERROR);
      stream.removeAllListeners("data").resume(); // It closes once what has arrived is read, which nobody else will do.
    }
  };
  // The response's own "finish" comes only when the stream closes; the trailers are on their way with this event.
  stream.once("wantTrailers", () => setImmediate(end));
}

function dispatch(socket: Socket, firstBytesMs: number, handOver: (isHttp2: boolean) => void): void {
  let head = Buffer.alloc(0);
  const onReadable = () => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) {
      return;
    }
    head = Buffer.concat([head, chunk]);
    const text = head.toString("latin1", 0, preface.length);
    if (text.length < preface.length && preface.startsWith(text)) {
      return;
    }
    socket.off("readable", onReadable);
    clearTimeout(timer);
    socket.unshift(head);
    handOver(text === preface);
  };
  const timer = setTimeout(() => socket.destroy(), firstBytesMs);
  socket.once("close", () => clearTimeout(timer));
  socket.on("readable", onReadable);
}
