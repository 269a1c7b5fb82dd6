import type { SetDate } from "./members.ts";
import type { CompiledSet, Window } from "./compiled-set.ts";

/** What {@link overlappingIn} looks for. */
export interface OverlapQuery {
  readonly startMs: number;
  readonly endMs: number;
  readonly durationMs: number;
  readonly limit: number;
}

/**
 * Occurrences in progress: those that start before the end and end after the start; one without length where it lies
 * inside. A period of RDATE has a length of its own.
 */
export function overlappingIn(dates: readonly SetDate[], between: CompiledSet["between"], query: OverlapQuery): Window {
  const { startMs, endMs, durationMs, limit } = query;
  const from = durationMs > 0 ? startMs - durationMs + 1 : startMs;
  const lengths = new Map<number, number>();
  for (const date of dates) {
    if (date.durationMs !== null) {
      lengths.set(date.startMs, Math.max(date.durationMs, lengths.get(date.startMs) ?? 0));
    }
  }
  if (lengths.size === 0) {
    return between(from, endMs, { limit });
  }
  // One more than the limit is left, if there is one, when those with a length of their own are taken out.
  const enough = limit + 1 + lengths.size;
  const found = [...between(from, endMs, { limit: enough }).starts].filter((ms) => !lengths.has(ms));
  const last = found.length > limit ? (found[limit] ?? endMs) : endMs;
  for (const [ms, length] of lengths) {
    if (ms < last && ms + length > startMs && ms < endMs && between(ms, ms + 1).starts.length > 0) {
      found.push(ms);
    }
  }
  found.sort((a, b) => a - b);
  return { starts: Float64Array.from(found.slice(0, limit)), truncated: found.length > limit };
}
