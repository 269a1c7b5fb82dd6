import { useCallback, useEffect, useState } from "react";
import { readFailure, type Failure } from "./failures.ts";

/** Loaded is what has become of a call: nothing yet, an answer, or a failure. */
export interface Loaded<T> {
  readonly value?: T;
  readonly failure?: Failure;
  /** Calls again; what was answered before is kept until then. */
  readonly reload: () => void;
}

interface Outcome<T> {
  readonly load: (signal: AbortSignal) => Promise<T>;
  readonly value?: T;
  readonly failure?: Failure;
}

/**
 * Calls when first used, when `load` becomes another function, and on reload. An answer to an earlier `load` is never
 * shown for a later one; a failed reload keeps the last answer.
 */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [outcome, setOutcome] = useState<Outcome<T>>({ load });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    const run = async (): Promise<void> => {
      try {
        const value = await load(abort.signal);
        if (!abort.signal.aborted) setOutcome({ load, value });
      } catch (error) {
        if (abort.signal.aborted) return;
        const failure = readFailure(error);
        setOutcome((last) => (last.load === load ? { ...last, failure } : { load, failure }));
      }
    };
    void run();
    return () => abort.abort();
  }, [load, round]);
  const reload = useCallback(() => setRound((count) => count + 1), []);
  const { load: _, ...current } = outcome.load === load ? outcome : { load };
  return { ...current, reload };
}
