import { setTimeout as delay } from "node:timers/promises";
import type { Parts } from "@calends/kit/service";
import { settleDue, type DueDeps } from "../series/settle-due.ts";

/** What the job works with. */
export interface OccurrenceDeps extends DueDeps, Pick<Parts, "logger"> {}

const pauseMs = 500;

/** Settles the dates of series that have something to do until it is disposed of. Every process works; none waits. */
export function startSettlingOccurrences(deps: OccurrenceDeps): AsyncDisposable {
  const stopping = new AbortController();
  const { signal } = stopping;
  const work = async () => {
    while (!signal.aborted) {
      await settleDue(deps, signal).catch((error: unknown) =>
        deps.logger.warn({ err: error }, "settling of dates tries again"),
      );
      await delay(pauseMs, undefined, { signal, ref: false }).catch(() => undefined); // Aborted: the loop ends.
    }
  };
  const running = work();
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
    },
  };
}
