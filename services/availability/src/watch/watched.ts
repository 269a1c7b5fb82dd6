import type { Clock } from "@calends/kit/clock";
import type { ChangeHub } from "../change-hub.ts";
import type { Offer } from "./offers.ts";

/** A question that is watched: computed once for all who ask it. */
export interface Watched extends Disposable {
  /** Waits until there are offers other than those that are given, or the signal aborts; then gives what there is. */
  next(known: readonly Offer[] | null, signal: AbortSignal): Promise<readonly Offer[]>;
}

/** What is watched. */
export interface Subject {
  readonly organizationId: string;
  readonly calendarIds: readonly string[];
  /** Whether the time alone makes offers come and go. */
  readonly timed: boolean;
  readonly compute: () => Promise<readonly Offer[]>;
}

const minuteMs = 60_000;
/** Changes that come together are answered together: a burst of bookings costs one computation. */
const coalesceMs = 20;
const retryMs = 500;

/** Watches a subject until disposed of. Nothing is computed while nothing changes. */
export function watch(hub: ChangeHub, clock: Clock, subject: Subject, failed: (error: unknown) => void): Watched {
  let offers: readonly Offer[] | undefined;
  let stale = true;
  let computing = false;
  let disposed = false;
  let timer: NodeJS.Timeout | undefined;
  let minute: NodeJS.Timeout | undefined;
  const waiting = new Set<() => void>();

  const compute = async () => {
    timer = undefined;
    computing = true;
    stale = false;
    try {
      offers = await subject.compute();
      waiting.forEach((wake) => wake());
    } catch (error) {
      stale = true;
      failed(error);
    } finally {
      computing = false;
      schedule(stale && offers === undefined ? retryMs : coalesceMs);
    }
  };
  const schedule = (afterMs: number) => {
    if (stale && !computing && !disposed && timer === undefined) {
      timer = setTimeout(() => void compute(), afterMs);
    }
  };
  const changed = () => {
    stale = true;
    schedule(coalesceMs);
  };
  // Starts lie on whole minutes, so notice and horizon pass them at whole minutes.
  const nextMinute = () => {
    minute = setTimeout(
      () => {
        changed();
        nextMinute();
      },
      minuteMs - (clock.now().getTime() % minuteMs) + 1,
    );
  };
  const subscription = hub.subscribe(subject.organizationId, subject.calendarIds, changed);
  if (subject.timed) {
    nextMinute();
  }
  schedule(0);
  return {
    async next(known, signal) {
      while (!signal.aborted && (offers === undefined || offers === known)) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake);
            signal.removeEventListener("abort", wake);
            resolve();
          };
          waiting.add(wake);
          signal.addEventListener("abort", wake);
        });
      }
      return offers ?? [];
    },
    [Symbol.dispose]() {
      disposed = true;
      clearTimeout(timer);
      clearTimeout(minute);
      subscription[Symbol.dispose]();
    },
  };
}
