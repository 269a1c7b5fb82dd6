import type { Compute } from "../compute/compute.ts";
import type { Asker } from "../compute/pool.ts";
import { occurrencesIn, planWindow, searchOf, type Occurrence, type Window } from "../domain/occurrences.ts";
import { contentOf } from "@calends/recurrence/pattern";
import type { Held } from "../domain/series-types.ts";
import { findStarts } from "./find-starts.ts";

/** What is planned of a series. */
export interface Plan {
  readonly fromMs: number;
  /** Where there are too many occurrences for one event: the end of those that it has. */
  readonly toMs: number;
  readonly occurrences: readonly Occurrence[];
}

/** The occurrences of a series in a window, exceptions applied. */
export async function findOccurrences(
  compute: Compute,
  held: Held,
  window: Window,
  asker: Asker,
): Promise<{ occurrences: Occurrence[]; truncated: boolean }> {
  const { pattern } = held.series;
  const set = { text: contentOf(pattern), gap: pattern.gap };
  const { starts } = await findStarts(compute, set, searchOf(held, window), asker);
  return occurrencesIn(held, starts, window);
}

/** What is planned of a series from now on; null where nothing is. */
export function findPlan(compute: Compute, held: Held, now: Date, asker: Asker): Promise<Plan | null> {
  return findPlanIn(compute, held, planWindow(held.series, now), asker);
}

/** What is planned of a series in a window; null where there is none. */
export async function findPlanIn(
  compute: Compute,
  held: Held,
  window: Window | null,
  asker: Asker,
): Promise<Plan | null> {
  if (window === null) {
    return null;
  }
  const { occurrences, truncated } = await findOccurrences(compute, held, window, asker);
  const last = occurrences.at(-1);
  const toMs = truncated && last !== undefined ? last.startMs + 1 : window.toMs;
  return { fromMs: window.fromMs, toMs, occurrences };
}
