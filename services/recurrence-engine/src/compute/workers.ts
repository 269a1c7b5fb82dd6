import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Failure } from "./errors.ts";
import type { JobName } from "./jobs.ts";

/** What a worker is asked to do. */
export interface Order {
  readonly name: JobName;
  readonly args: readonly unknown[];
}

/** What a worker says. */
export type Answer = { readonly result: unknown } | { readonly failure: Failure };

/** Threads at work and at rest. */
export interface Workers extends AsyncDisposable {
  /** One that rests, or a new one. */
  take(): Worker;
  giveBack(worker: Worker): void;
  end(worker: Worker): Promise<void>;
}

/** Opens threads of so much memory each; an order that needs more ends its thread, not the process. */
export function openWorkers(memoryMb: number): Workers {
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const start = (): Worker => {
    const resourceLimits = { maxOldGenerationSizeMb: memoryMb };
    const worker = new Worker(new URL("worker.ts", import.meta.url), { resourceLimits });
    // A process may end while a thread is idle; and one that fails while it is being ended harms nobody.
    worker.unref();
    worker.on("error", () => undefined);
    all.add(worker);
    return worker;
  };
  return {
    take: () => idle.pop() ?? start(),
    giveBack: (worker) => void idle.push(worker),
    async end(worker) {
      all.delete(worker);
      await worker.terminate();
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

/** Asks a thread, which must be at rest. Rejects where it failed, or works on for nobody. */
export async function ask(worker: Worker, order: Order, signal: AbortSignal): Promise<Answer> {
  const heard = once(worker, "message", { signal });
  worker.postMessage(order);
  const [answer] = (await heard) as [Answer];
  return answer;
}
