import { constants, type Http2Session, type ServerHttp2Stream } from "node:http2";

/** What one HTTP/2 connection may do. */
export interface SessionLimits {
  /** For a request to come whole, from its headers on. */
  readonly requestMs: number;
  /** Without an open stream. Headers that never end open none. */
  readonly idleMs: number;
  /** After so long, with some jitter, it takes no new stream. */
  readonly connectionAgeMs: number;
  /** Streams that the client may reset at once, and so many more a second. */
  readonly resets: { readonly burst: number; readonly perSecond: number };
}

/**
 * Holds a connection to limits that Node's HTTP/2 does not have, or only for HTTP/1.1: of the time that a request takes to
 * come, of the time without any, and of streams that are opened only to be reset (CVE-2023-44487).
 */
export function limitSession(session: Http2Session, limits: SessionLimits): void {
  const timers = new Set<NodeJS.Timeout>();
  const after = (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms).unref();
    timers.add(timer);
    return timer;
  };
  if (Number.isFinite(limits.connectionAgeMs)) {
    // Jitter, so that the clients of a restart do not all come back at once.
    after(limits.connectionAgeMs * (0.9 + Math.random() * 0.2), () => session.close());
  }
  const endIdle = () => endWithin(session, limits.requestMs, after);
  let idle = after(limits.idleMs, endIdle);
  let open = 0;
  const resets = tokens(limits.resets);
  session.on("stream", (stream: ServerHttp2Stream) => {
    open += 1;
    clearTimeout(idle);
    timers.delete(idle);
    const upload = after(limits.requestMs, () => endUpload(stream));
    stream.once("close", () => {
      clearTimeout(upload);
      timers.delete(upload);
      open -= 1;
      if (open === 0 && !session.closed) {
        idle = after(limits.idleMs, endIdle);
      }
    });
    stream.once("aborted", () => {
      if (!session.destroyed && !resets.take()) {
        session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
        session.destroy();
      }
    });
  });
  session.on("close", () => timers.forEach((timer) => clearTimeout(timer)));
}

/** Tells the client to go elsewhere, and cuts it off where it does not. */
function endWithin(session: Http2Session, ms: number, after: (ms: number, run: () => void) => unknown): void {
  session.close();
  after(ms, () => session.destroy());
}

/** Ends a stream whose request has not come whole. One that has may be answered for as long as it takes. */
function endUpload(stream: ServerHttp2Stream): void {
  if (!stream.closed && stream.state.remoteClose !== 1) {
    stream.close(constants.NGHTTP2_CANCEL);
    stream.removeAllListeners("data").resume(); // It closes once what has arrived is read.
  }
}

/** A bucket of tokens that fills again with time. */
function tokens({ burst, perSecond }: SessionLimits["resets"]): { take(): boolean } {
  let left = burst;
  let since = performance.now();
  return {
    take() {
      const now = performance.now();
      left = Math.min(burst, left + ((now - since) / 1000) * perSecond);
      since = now;
      left -= 1;
      return left >= 0;
    },
  };
}
