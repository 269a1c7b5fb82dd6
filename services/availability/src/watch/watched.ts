import type { Clock } from "@calends/kit/clock";
import { DomainError, type ErrorKind } from "@calends/kit/domain-error";
import type { ChangeHub } from "../change-hub.ts";
import type { Slot } from "../domain/slots.ts";
import type { Told } from "./offers.ts";

/** What there is to be told at one moment. */
export interface Answer extends Told {
  readonly offers: readonly Slot[];
  /** From when on the time alone may make it another, in epoch milliseconds; infinity where it never does. */
  readonly until: number;
  /** Where a watcher resumes who has been told of these offers. */
  readonly cursor: string;
}

/** A question that is watched: computed once for all who ask it. */
export interface Watched extends Disposable {
  /**
   * Waits until there is an answer other than the one that is given, and gives it; null once the signal aborts. Throws where
   * what is asked about does not exist, or is too much to answer.
   */
  next(known: Answer | null, signal: AbortSignal): Promise<Answer | null>;
  /** What was computed last; null before the first answer. */
  current(): Answer | null;
}

/** What is watched. */
export interface Subject {
  readonly organizationId: string;
  /** Those that are asked about; what moves a bundle's member moves the bundle. */
  readonly calendarIds: readonly string[];
  readonly compute: () => Promise<Answer>;
}

/** No wait is longer, so that a clock that is put right is noticed. */
const longestWaitMs = 60_000;
/** Changes that come together are answered together: a burst of bookings costs one computation. */
const coalesceMs = 20;
const retryMs = 500;
/** What may pass by itself. Any other refusal is an answer, and ends the watch: it would be the same a moment later. */
const passingKinds: ReadonlySet<ErrorKind> = new Set(["unavailable", "conflict", "deadline"]);

/** Watches a subject until disposed of. Nothing is computed while nothing changes. */
export function watch(hub: ChangeHub, clock: Clock, subject: Subject, failed: (error: unknown) => void): Watched {
  let answer: Answer | undefined;
  let refusal: DomainError | undefined;
  let stale = true;
  let computing = false;
  let disposed = false;
  let next: NodeJS.Timeout | undefined;
  let passing: NodeJS.Timeout | undefined;
  const waiting = new Set<() => void>();

  const compute = async () => {
    next = undefined;
    computing = true;
    stale = false;
    let pauseMs = coalesceMs;
    try {
      answer = await subject.compute();
      waiting.forEach((wake) => wake());
      waitForTime();
    } catch (error) {
      if (error instanceof DomainError && !passingKinds.has(error.kind)) {
        refusal = error;
        waiting.forEach((wake) => wake());
        return;
      }
      stale = true;
      pauseMs = retryMs;
      failed(error);
    } finally {
      computing = false;
      schedule(pauseMs);
    }
  };
  const schedule = (afterMs: number) => {
    if (stale && !computing && !disposed && next === undefined) {
      next = setTimeout(() => void compute(), afterMs);
    }
  };
  const changed = () => {
    stale = true;
    schedule(coalesceMs);
  };
  const waitForTime = () => {
    clearTimeout(passing);
    const leftMs = (answer?.until ?? Number.POSITIVE_INFINITY) - clock.now().getTime();
    if (leftMs <= 0) {
      changed();
    } else if (leftMs < Number.POSITIVE_INFINITY && !disposed) {
      passing = setTimeout(waitForTime, Math.min(leftMs, longestWaitMs));
    }
  };
  const subscription = hub.subscribe(subject.organizationId, subject.calendarIds, changed);
  schedule(0);
  return {
    async next(known, signal) {
      while (!signal.aborted && refusal === undefined && (answer === undefined || answer === known)) {
        await wokenBy(waiting, signal);
      }
      if (refusal !== undefined) {
        throw refusal;
      }
      return signal.aborted ? null : (answer ?? null);
    },
    current: () => answer ?? null,
    [Symbol.dispose]() {
      disposed = true;
      clearTimeout(next);
      clearTimeout(passing);
      subscription[Symbol.dispose]();
    },
  };
}

function wokenBy(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      waiting.delete(wake);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    waiting.add(wake);
    signal.addEventListener("abort", wake);
  });
}
