import type { SeriesKey } from "../store/occurrences.ts";

/** Queues of work, one a series. */
export interface SeriesQueues extends AsyncDisposable {
  /** Works on a series soon: beside others, and once more where it is being worked on already. */
  readonly wake: (key: SeriesKey) => void;
}

/** Does some of the work of a series. Says whether there is more; it never throws. */
export type SomeWork = (key: SeriesKey, signal: AbortSignal) => Promise<boolean>;

/**
 * Starts the queues of all series. No series waits for another to be done: so many are worked on at once, and each gives way to
 * those that wait after some of its work. Disposal waits for the work in hand.
 */
export function startQueues(work: SomeWork, mostAtOnce: number): SeriesQueues {
  const stopping = new AbortController();
  const { signal } = stopping;
  const waiting = new Map<string, SeriesKey>();
  const running = new Map<string, Promise<void>>();
  const run = async (name: string, key: SeriesKey) => {
    const hasMore = await work(key, signal);
    running.delete(name);
    if (hasMore) {
      waiting.set(name, key);
    }
    startNext();
  };
  const startNext = () => {
    for (const [name, key] of waiting) {
      if (signal.aborted || running.size >= mostAtOnce) {
        return;
      }
      if (!running.has(name)) {
        waiting.delete(name);
        running.set(name, run(name, key));
      }
    }
  };
  return {
    wake(key) {
      waiting.set(`${key.organizationId} ${key.seriesId}`, key);
      startNext();
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all(running.values());
    },
  };
}
