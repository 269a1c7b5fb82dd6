import { DomainError } from "@calends/kit/domain-error";
import { jobs, type JobName, type Jobs } from "./jobs.ts";
import { openPool } from "./pool.ts";

type Args<N extends JobName> = Parameters<Jobs[N]["work"]>;
type Result<N extends JobName> = ReturnType<Jobs[N]["work"]>;

/** Where occurrences are worked out: light work at once, heavy work on another thread, so that the loop stays free. */
export interface Compute extends AsyncDisposable {
  /** Does a job. Throws what the signal was aborted with, as when the caller's deadline has passed. */
  run<N extends JobName>(name: N, args: Args<N>, signal?: AbortSignal): Promise<Result<N>>;
}

/** Two, so that one long job does not keep all others waiting. */
const threads = 2;
/** Nobody gets more of a thread's time, whatever deadline the call has. */
const mostMs = 10_000;

/** Opens the place where occurrences are worked out. */
export function openCompute(): Compute {
  const pool = openPool(threads);
  return {
    async run<N extends JobName>(name: N, args: Args<N>, signal?: AbortSignal): Promise<Result<N>> {
      const { work, isLight } = jobs[name] as unknown as Job<Args<N>, Result<N>>;
      return isLight(...args) ? work(...args) : ((await heavily(name, args, signal)) as Result<N>);
    },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };

  async function heavily(name: JobName, args: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    const limit = AbortSignal.timeout(mostMs);
    try {
      return await pool.run({ name, args }, signal === undefined ? limit : AbortSignal.any([signal, limit]));
    } catch (error) {
      throw error === limit.reason ? tooLong() : error;
    }
  }
}

interface Job<A extends unknown[], R> {
  readonly work: (...args: A) => R;
  readonly isLight: (...args: A) => boolean;
}

function tooLong(): DomainError {
  return new DomainError("exhausted", "INVALID_RECURRENCE", `the recurrence cannot be worked out in ${mostMs} ms`);
}
