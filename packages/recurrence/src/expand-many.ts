import type { CompiledSet, Window } from "./compiled-set.ts";

/** Occurrences of many sets in one window, in the order of the sets. */
export function expandMany(sets: readonly CompiledSet[], startMs: number, endMs: number): Window[] {
  return sets.map((set) => set.between(startMs, endMs));
}
