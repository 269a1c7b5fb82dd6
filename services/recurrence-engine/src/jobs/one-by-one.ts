import type { Clock } from "@calends/kit/clock";
import type { Logger } from "@calends/kit/logger";
import type { Store, Tx } from "../store/index.ts";
import type { SeriesKey } from "../store/planned.ts";

/** Series to work on, and what is done with each. */
export interface Turns {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The series whose turn it is, so many of them at most; one that was worked on or postponed is not found again. */
  readonly find: (now: Date, limit: number) => Promise<readonly SeriesKey[]>;
  /** Works on one in a transaction of its own. False while another worker does. */
  readonly work: (tx: Tx, key: SeriesKey, now: Date) => Promise<boolean>;
  readonly postpone: (key: SeriesKey, until: Date) => Promise<void>;
  /** Told to the log beside the error of a series that cannot be worked on. */
  readonly failed: string;
}

const batchSize = 100;
/** A series that cannot be worked on does not stand in the way of the others. */
const retryMs = 3_600_000;

/**
 * Works on every series whose turn it is, a transaction each, so that a crash loses nothing and one that fails costs no
 * other. Returns how many; none while another worker does it.
 */
export async function workOneByOne(turns: Turns, signal?: AbortSignal): Promise<number> {
  let count = 0;
  for (let found: readonly SeriesKey[] | null = null; found === null || found.length > 0;) {
    found = await turns.find(turns.clock.now(), batchSize);
    for (const key of found) {
      if (signal?.aborted === true || !(await workSafely(turns, key))) {
        return count;
      }
      count += 1;
    }
  }
  return count;
}

async function workSafely({ store, clock, logger, work, postpone, failed }: Turns, key: SeriesKey): Promise<boolean> {
  try {
    return await store.transaction((tx) => work(tx, key, clock.now()));
  } catch (error) {
    logger.warn({ err: error, ...key }, failed);
    await postpone(key, new Date(clock.now().getTime() + retryMs));
    return true;
  }
}
