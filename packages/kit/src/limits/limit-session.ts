import { constants, type Http2Session, type ServerHttp2Stream } from "node:http2";

/** The limits of one HTTP/2 connection; times in milliseconds. */
export interface SessionLimits {
  /** Longest time from a request's headers to the end of its body. */
  readonly requestMs: number;
  /** Longest time without an open stream. A stream opens only when its headers have arrived completely. */
  readonly idleMs: number;
  /** Time after which, with some jitter, the connection takes no new stream. */
  readonly connectionAgeMs: number;
  /** How many streams the client may reset at once (`burst`), and how many more it may reset each second after that. */
  readonly resets: { readonly burst: number; readonly perSecond: number };
}

/**
 * Enforces limits on an HTTP/2 connection that Node does not enforce there: how long a request may take to arrive, how
 * long the connection may be idle, and how many streams a client may open only to reset them (CVE-2023-44487).
 */
export function limitSession(session: Http2Session, limits: SessionLimits): void {
  const timers = new Set<NodeJS.Timeout>();
  const after = (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms).unref();
    timers.add(timer);
    return timer;
  };
  if (Number.isFinite(limits.connectionAgeMs)) {
    // Jitter, so that clients that connected together after a restart do not all reconnect together.
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

/** Asks the client to use another connection, and ends this one where the client goes on. */
function endWithin(session: Http2Session, ms: number, after: (ms: number, run: () => void) => unknown): void {
  session.close();
  after(ms, () => session.destroy());
}

/** Ends a stream whose request has not arrived completely. A request that has may take any time to be answered. */
function endUpload(stream: ServerHttp2Stream): void {
  if (!stream.closed && stream.state.remoteClose !== 1) {
    stream.close(constants.NGHTTP2_CANCEL);
    stream.removeAllListeners("data").resume(); // The stream closes once the data that has arrived is read.
  }
}

/** A token bucket: a limit on how often something may happen, in bursts and per second. */
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
