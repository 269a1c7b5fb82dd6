import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { unpackError, type Failure } from "./errors.ts";
import type { JobName } from "./jobs.ts";

/** What a worker is asked to do. */
export interface Order {
  readonly name: JobName;
  readonly args: readonly unknown[];
}

/** What a worker says. */
export type Answer = { readonly result: unknown } | { readonly failure: Failure };

/** Threads that do one order at a time each, in the order in which they come. */
export interface Pool extends AsyncDisposable {
  /** Rejects with the signal's reason as soon as it aborts; a thread that works on the order is then ended. */
  run(order: Order, signal: AbortSignal): Promise<unknown>;
}

interface Task extends PromiseWithResolvers<unknown> {
  readonly order: Order;
  readonly signal: AbortSignal;
}

/** Enough for the longest answer. An order that needs more ends its thread, not the process. */
const resourceLimits = { maxOldGenerationSizeMb: 256 };

/** Opens a pool of at most so many threads, each started when it is first needed. */
export function openPool(size: number): Pool {
  const waiting: Task[] = [];
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  let busy = 0;

  const start = (): Worker => {
    const worker = new Worker(new URL("worker.ts", import.meta.url), { resourceLimits });
    // A process may end while a thread is idle.
    worker.unref();
    all.add(worker);
    return worker;
  };
  const serve = async (task: Task): Promise<void> => {
    const worker = idle.pop() ?? start();
    try {
      const answer = await ask(worker, task);
      idle.push(worker);
      settle(task, answer);
    } catch (error) {
      all.delete(worker);
      task.reject(error);
      await worker.terminate();
    }
  };
  const next = () => {
    while (busy < size && waiting.length > 0) {
      const task = waiting.shift();
      if (task !== undefined && !task.signal.aborted) {
        busy += 1;
        void serve(task).finally(() => {
          busy -= 1;
          next();
        });
      }
    }
  };
  return {
    async run(order, signal) {
      signal.throwIfAborted();
      const task: Task = { order, signal, ...Promise.withResolvers<unknown>() };
      const abort = () => task.reject(asError(signal.reason));
      signal.addEventListener("abort", abort, { once: true });
      waiting.push(task);
      next();
      return await task.promise.finally(() => signal.removeEventListener("abort", abort));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

/** Rejects where the worker failed, or works on for nobody. */
async function ask(worker: Worker, { order, signal }: Task): Promise<Answer> {
  const heard = once(worker, "message", { signal });
  worker.postMessage(order);
  const [answer] = (await heard) as [Answer];
  return answer;
}

function settle({ resolve, reject }: Task, answer: Answer): void {
  if ("failure" in answer) {
    reject(unpackError(answer.failure));
  } else {
    resolve(answer.result);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error("aborted", { cause: reason });
}
