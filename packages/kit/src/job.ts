import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "./logger.ts";

/** Work that is not asked for. */
export interface JobOptions {
  readonly logger: Logger;
  /** Rest after each time that the work was done, in milliseconds. */
  readonly pauseMs: number;
  /** Told to the log beside the error when the work fails; it is tried again after the pause. */
  readonly failed: string;
  /** The signal aborts when the job is disposed of; what has been begun is finished. */
  readonly work: (signal: AbortSignal) => Promise<unknown>;
}

/** Works again and again until it is disposed of; disposal waits for the work in hand. */
export function startJob({ logger, pauseMs, failed, work }: JobOptions): AsyncDisposable {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async () => {
    while (!signal.aborted) {
      await work(signal).catch((error: unknown) => logger.warn({ err: error }, failed));
      await delay(pauseMs, undefined, { signal, ref: false }).catch(() => undefined); // The loop checks the signal.
    }
  };
  const running = run();
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
    },
  };
}
