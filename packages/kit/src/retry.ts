import { setTimeout as delay } from "node:timers/promises";

/** How to repeat. */
export interface RetryOptions {
  /** Ends the repetition with its reason. */
  readonly signal: AbortSignal;
  /** Whether an error is worth another try; every error is when absent. */
  readonly retry?: (error: unknown) => boolean;
  /** Told of each failure before the wait. */
  readonly onRetry?: (error: unknown) => void;
  readonly firstDelayMs?: number;
  readonly maxDelayMs?: number;
}

/** Repeats until it works, with growing, jittered pauses. Throws what is not worth another try, or the signal's reason. */
export async function retryUntil<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, firstDelayMs = 100, maxDelayMs = 3000 } = options;
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (options.retry?.(error) === false) {
        throw error;
      }
      options.onRetry?.(error);
      const ceiling = Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(attempt, 10));
      await delay(ceiling * (0.5 + Math.random() / 2), undefined, { signal });
    }
  }
}
