import { jobs, type JobName, type Jobs } from "./jobs.ts";
import { openPool, type Asker, type PoolLimits } from "./pool.ts";

type Args<N extends JobName> = Parameters<Jobs[N]["work"]>;
type Result<N extends JobName> = ReturnType<Jobs[N]["work"]>;

/** Where occurrences are worked out: light work at once, heavy work on another thread, so that the loop stays free. */
export interface Compute extends AsyncDisposable {
  /**
   * Does a job. Throws what the asker's signal was aborted with, as when the deadline has passed; "exhausted" where the
   * job takes too much of a thread, "unavailable" where no thread has time for it.
   */
  run<N extends JobName>(name: N, args: Args<N>, asker: Asker): Promise<Result<N>>;
}

/**
 * Two threads, so that one long job does not keep all others waiting. Waiting and working together take no longer than a
 * transaction of the store may.
 */
const usual: PoolLimits = { threads: 2, workMs: 10_000, waitMs: 9_000, waitingEach: 16, memoryMb: 256 };

/** Opens the place where occurrences are worked out. */
export function openCompute(limits: Partial<PoolLimits> = {}): Compute {
  const pool = openPool({ ...usual, ...limits });
  return {
    async run<N extends JobName>(name: N, args: Args<N>, asker: Asker): Promise<Result<N>> {
      const { work, isLight } = jobs[name] as unknown as Job<Args<N>, Result<N>>;
      return isLight(...args) ? work(...args) : ((await pool.run({ name, args }, asker)) as Result<N>);
    },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

interface Job<A extends unknown[], R> {
  readonly work: (...args: A) => R;
  readonly isLight: (...args: A) => boolean;
}
