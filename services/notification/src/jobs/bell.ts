/** Wakes whoever waits. Rings are counted, so that one between looking and waiting is not lost. */
export interface Bell {
  /** Rings so far. */
  readonly rings: number;
  ring(): void;
  /** Settles once there were more rings than that, or after so long. */
  after(rings: number, timeoutMs: number): Promise<void>;
}

/** Makes a bell. */
export function createBell(): Bell {
  let rings = 0;
  const waiting = new Set<() => void>();
  return {
    get rings() {
      return rings;
    },
    ring() {
      rings += 1;
      for (const wake of waiting) {
        wake();
      }
    },
    async after(heard, timeoutMs) {
      if (rings > heard) {
        return;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, timeoutMs);
      waiting.add(resolve);
      await promise;
      clearTimeout(timer);
      waiting.delete(resolve);
    },
  };
}
