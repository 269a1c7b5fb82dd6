import { setImmediate as nextTurn } from "node:timers/promises";

/** The event loop is held no longer than this at a stretch, what a single piece takes aside. */
const stretchMs = 10;
/** So many items are one piece. */
const pieceSize = 250;

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

/**
 * Maps items piece by piece, so that others have their turn. After many items it ends with a turn of others, because
 * whoever made a long list writes it out next.
 */
export async function mapInTurns<T, R>(items: readonly T[], map: (item: T) => R, signal?: AbortSignal): Promise<R[]> {
  const results: R[] = [];
  const turn = takeTurns(signal);
  for (let from = 0; from < items.length; from += pieceSize) {
    results.push(...items.slice(from, from + pieceSize).map(map));
    await turn();
  }
  if (items.length > pieceSize) {
    await nextTurn();
    signal?.throwIfAborted();
  }
  return results;
}
