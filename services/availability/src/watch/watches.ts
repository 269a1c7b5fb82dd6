import type { Clock } from "@calends/kit/clock";
import type { Logger } from "@calends/kit/logger";
import type { ChangeHub } from "../change-hub.ts";
import { watch, type Subject, type Watched } from "./watched.ts";

/** Every question that is watched here. */
export interface Watches {
  /** Joins those who watch a question; who leaves last ends it. */
  join(key: string, subject: Subject): Watched;
}

interface Shared {
  readonly watched: Watched;
  watchers: number;
}

/** Makes the register of watched questions: a thousand watchers of one question cost one computation a change. */
export function createWatches(hub: ChangeHub, clock: Clock, logger: Logger): Watches {
  const shared = new Map<string, Shared>();
  const failed = (error: unknown) => logger.warn({ err: error }, "watched slots could not be computed");
  return {
    join(key, subject) {
      const entry = shared.get(key) ?? { watched: watch(hub, clock, subject, failed), watchers: 0 };
      shared.set(key, entry);
      entry.watchers += 1;
      return {
        next: (known, signal) => entry.watched.next(known, signal),
        current: () => entry.watched.current(),
        [Symbol.dispose]() {
          entry.watchers -= 1;
          if (entry.watchers === 0) {
            shared.delete(key);
            entry.watched[Symbol.dispose]();
          }
        },
      };
    },
  };
}
