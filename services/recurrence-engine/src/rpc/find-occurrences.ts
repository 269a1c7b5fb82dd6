import { occurrencesIn, planWindow, searchOf, type Occurrence, type Window } from "../domain/occurrences.ts";
import { compilePattern } from "../domain/pattern.ts";
import type { Held } from "../domain/series.ts";
import { expandInTurns } from "./expand-in-turns.ts";
import { maxOccurrences } from "./window.ts";

/** What is planned of a series. */
export interface Plan {
  readonly fromMs: number;
  /** Where there are too many occurrences for one event: the end of those that it has. */
  readonly toMs: number;
  readonly occurrences: readonly Occurrence[];
}

/** The occurrences of a series in a window, exceptions applied. */
export async function findOccurrences(
  held: Held,
  window: Window,
  signal?: AbortSignal,
): Promise<{ occurrences: Occurrence[]; truncated: boolean }> {
  const { fromMs, toMs, limit } = searchOf(held, window);
  const { starts } = await expandInTurns(compilePattern(held.series.pattern), fromMs, toMs, limit, signal);
  return occurrencesIn(held, starts, window);
}

/** What is planned of a series from now on; null where nothing is. */
export async function findPlan(held: Held, now: Date, signal?: AbortSignal): Promise<Plan | null> {
  const window = planWindow(held.series, now, maxOccurrences);
  if (window === null) {
    return null;
  }
  const { occurrences, truncated } = await findOccurrences(held, window, signal);
  const last = occurrences.at(-1);
  const toMs = truncated && last !== undefined ? last.startMs + 1 : window.toMs;
  return { fromMs: window.fromMs, toMs, occurrences };
}
