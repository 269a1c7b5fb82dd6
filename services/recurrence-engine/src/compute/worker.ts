// The thread that does heavy work: one request at a time, until it is terminated.
import { parentPort } from "node:worker_threads";
import { packError } from "./errors.ts";
import { jobs } from "./jobs.ts";
import type { Answer, Order } from "./workers.ts";

parentPort?.on("message", (order: Order) => parentPort?.postMessage(answerTo(order)));

function answerTo({ name, args }: Order): Answer {
  try {
    const work = jobs[name].work as (...args: readonly unknown[]) => unknown;
    return { result: work(...args) };
  } catch (error) {
    return { failure: packError(error) };
  }
}
