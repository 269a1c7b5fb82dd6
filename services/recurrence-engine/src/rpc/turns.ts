import { setImmediate as nextTurn } from "node:timers/promises";

/** The event loop is held no longer than this at a stretch. */
const stretchMs = 20;

/**
 * Makes a function to call between pieces of long work: now and then it gives others their turn, and throws what the
 * signal was aborted with, as when the caller's deadline has passed.
 */
export function takeTurns(signal?: AbortSignal): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since > stretchMs) {
      await nextTurn();
      signal?.throwIfAborted();
      since = performance.now();
    }
  };
}
