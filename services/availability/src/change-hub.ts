import type { Logger } from "@calends/kit/logger";
import { Client } from "pg";
import { changesChannel } from "./store/changes.ts";

/** Tells who waits for it that slots of a calendar may have moved, whichever replica moved them. */
export interface ChangeHub extends AsyncDisposable {
  /**
   * Calls back at each change of one of the topics that `store/changes.ts` tells of, most of them calendars, and after a
   * break in which changes may have been missed.
   */
  subscribe(organizationId: string, topics: readonly string[], changed: () => void): Disposable;
}

const firstDelayMs = 100;
const longestDelayMs = 5_000;

/** Listens to what `touchCalendars` says at each commit; a lost connection is opened again. */
export async function openChangeHub(databaseUrl: string, logger: Logger, signal: AbortSignal): Promise<ChangeHub> {
  const waiting = new Map<string, Set<() => void>>();
  const stopping = new AbortController();
  const stopped = AbortSignal.any([signal, stopping.signal]);
  let client: Client | undefined;
  let delayMs = firstDelayMs;
  let retry: NodeJS.Timeout | undefined;

  const tellAll = () => {
    for (const changed of new Set([...waiting.values()].flatMap((callbacks) => [...callbacks]))) {
      changed();
    }
  };
  const lost = (error: unknown) => {
    client = undefined;
    if (!stopped.aborted && retry === undefined) {
      logger.warn({ err: error }, "the connection that listens for changes was lost");
      retry = setTimeout(reconnect, delayMs);
      delayMs = Math.min(2 * delayMs, longestDelayMs);
    }
  };
  const reconnect = () => {
    retry = undefined;
    void connect().then(tellAll, lost);
  };
  const connect = async () => {
    const opened = new Client({ connectionString: databaseUrl, application_name: "availability-changes" });
    opened.on("error", () => undefined); // "end" follows, which is handled.
    opened.on("notification", ({ payload }) => waiting.get(payload ?? "")?.forEach((changed) => changed()));
    await opened.connect();
    opened.once("end", () => lost(new Error("the connection ended")));
    await opened.query(`LISTEN ${changesChannel}`);
    client = opened;
    delayMs = firstDelayMs;
  };
  await connect();
  return {
    subscribe(organizationId, topics, changed) {
      const keys = topics.map((topic) => `${organizationId} ${topic}`);
      keys.forEach((key) => (waiting.get(key) ?? put(waiting, key)).add(changed));
      return {
        [Symbol.dispose]() {
          for (const key of keys) {
            const callbacks = waiting.get(key);
            callbacks?.delete(changed);
            if (callbacks?.size === 0) {
              waiting.delete(key);
            }
          }
        },
      };
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      clearTimeout(retry);
      await client?.end();
    },
  };
}

function put(waiting: Map<string, Set<() => void>>, key: string): Set<() => void> {
  const callbacks = new Set<() => void>();
  waiting.set(key, callbacks);
  return callbacks;
}
