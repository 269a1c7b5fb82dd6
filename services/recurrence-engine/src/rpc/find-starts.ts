import { compile } from "@calends/recurrence";
import type { Compute } from "../compute/compute.ts";
import type { Search } from "../compute/jobs.ts";
import type { Asker } from "../compute/pool.ts";
import { isLightSet } from "../domain/cost.ts";
import { expandInTurns } from "./expand-in-turns.ts";

/** A set as text, and what becomes of its local times in a gap. */
export interface SetText {
  readonly text: string;
  readonly gap: "omit" | "shift";
}

/** The first starts in a window. */
export interface FoundStarts {
  readonly starts: readonly number[];
  readonly truncated: boolean;
  /** Whether the set is one of dates without a time. */
  readonly allDay: boolean;
}

/** Lists the first starts of a set in a window: a light set here, piece by piece, others on another thread. */
export async function findStarts(
  compute: Compute,
  { text, gap }: SetText,
  search: Search,
  asker: Asker,
): Promise<FoundStarts> {
  if (isLightSet(text)) {
    const set = compile(text, { gap });
    const { fromMs, toMs, limit } = search;
    return { ...(await expandInTurns(set, fromMs, toMs, limit, asker.signal)), allDay: set.valueType === "DATE" };
  }
  const { starts, truncated, valueType } = await compute.run("expand", [text, gap, search], asker);
  return { starts: Array.from(starts), truncated, allDay: valueType === "DATE" };
}
