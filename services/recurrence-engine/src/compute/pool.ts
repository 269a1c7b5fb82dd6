import { DomainError } from "@calends/kit/domain-error";
import { threadError, unpackError } from "./errors.ts";
import { ask, openWorkers, type Answer, type Order } from "./workers.ts";

/** Who asks. What is asked ends with the signal; without one it has the time that everybody has. */
export interface Asker {
  /** Organizations take turns. */
  readonly organizationId: string;
  readonly signal?: AbortSignal | undefined;
}

/** What the threads of a pool may take. */
export interface PoolLimits {
  readonly threads: number;
  /** An order that takes longer once it has begun is given up. */
  readonly workMs: number;
  /** An order that has not begun by then is given up. */
  readonly waitMs: number;
  /** So many orders of one organization may wait. */
  readonly waitingEach: number;
  /** Enough for the longest answer. An order that needs more ends its thread, not the process. */
  readonly memoryMb: number;
}

/** Threads that do one order at a time each: in the order in which they come, but of organizations in turn. */
export interface Pool extends AsyncDisposable {
  /** Rejects with the signal's reason as soon as it aborts; a thread that works on the order is then ended. */
  run(order: Order, asker: Asker): Promise<unknown>;
}

interface Task extends PromiseWithResolvers<unknown> {
  readonly order: Order;
  readonly asker: Asker;
  /** How many of its organization it found waiting or at work. */
  readonly ahead: number;
}

/** Opens a pool of threads, each started when it is first needed. */
export function openPool(limits: PoolLimits): Pool {
  const waiting: Task[] = [];
  const running = new Set<Task>();
  const workers = openWorkers(limits.memoryMb);

  const serve = async (task: Task): Promise<void> => {
    const limit = AbortSignal.timeout(limits.workMs);
    const worker = workers.take();
    try {
      const answer = await ask(worker, task.order, endOf(task.asker, limit));
      workers.giveBack(worker);
      settle(task, answer);
    } catch (error) {
      task.reject(task.asker.signal?.aborted !== true && limit.aborted ? tooLong(limits.workMs) : threadError(error));
      await workers.end(worker);
    }
  };
  const begin = (): void => {
    while (running.size < limits.threads && waiting.length > 0) {
      const [task] = waiting.splice(fairest(waiting), 1);
      if (task !== undefined) {
        running.add(task);
        void serve(task).finally(() => {
          running.delete(task);
          begin();
        });
      }
    }
  };
  return {
    async run(order, asker) {
      asker.signal?.throwIfAborted();
      const isOwn = (task: Task) => task.asker.organizationId === asker.organizationId;
      const own = waiting.filter(isOwn).length;
      if (own >= limits.waitingEach) {
        throw tooBusy();
      }
      const ahead = own + [...running].filter(isOwn).length;
      const task: Task = { order, asker, ahead, ...Promise.withResolvers<unknown>() };
      waiting.push(task);
      begin();
      return await untilLate(task, waiting, limits.waitMs);
    },
    [Symbol.asyncDispose]: () => workers[Symbol.asyncDispose](),
  };
}

/** The first of those that have the fewest of their own organization before them. */
function fairest(waiting: readonly Task[]): number {
  const fewest = Math.min(...waiting.map(({ ahead }) => ahead));
  return waiting.findIndex(({ ahead }) => ahead === fewest);
}

/** What comes of a task, unless its asker goes away or it has waited too long: it then leaves those that wait. */
async function untilLate(task: Task, waiting: Task[], waitMs: number): Promise<unknown> {
  const { signal } = task.asker;
  const leaves = (): boolean => {
    const index = waiting.indexOf(task);
    return index >= 0 && waiting.splice(index, 1).length > 0;
  };
  const abort = () => {
    leaves();
    task.reject(asError(signal?.reason));
  };
  const late = setTimeout(() => (leaves() ? task.reject(tooBusy()) : undefined), waitMs).unref();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await task.promise;
  } finally {
    clearTimeout(late);
    signal?.removeEventListener("abort", abort);
  }
}

function settle({ resolve, reject }: Task, answer: Answer): void {
  if ("failure" in answer) {
    reject(unpackError(answer.failure));
  } else {
    resolve(answer.result);
  }
}

function endOf({ signal }: Asker, limit: AbortSignal): AbortSignal {
  return signal === undefined ? limit : AbortSignal.any([signal, limit]);
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error("aborted", { cause: reason });
}

function tooLong(ms: number): DomainError {
  return new DomainError("exhausted", "INVALID_RECURRENCE", `the recurrence cannot be worked out in ${ms} ms`);
}

/** Not the fault of what is asked: it may be asked again. */
function tooBusy(): DomainError {
  const message = "too many recurrences are being worked out: ask again later";
  return new DomainError("unavailable", "DEPENDENCY_UNAVAILABLE", message);
}
