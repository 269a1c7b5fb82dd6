/** Occurrences in a window. */
export interface Window {
  /** Starts in epoch milliseconds, in order, without duplicates. */
  readonly starts: Float64Array;
  /** Whether the window holds more than the limit. */
  readonly truncated: boolean;
}

/** How a window is asked for. */
export interface WindowOptions {
  /** At most so many starts; 10,000 where it is not said. */
  readonly limit?: number;
}

/**
 * A recurrence set that is ready to answer. Immutable. Instants are epoch milliseconds, or an infinity. Throws
 * InvalidRuleError where an argument is no instant, no length of time, or no whole number of occurrences, and names it.
 */
export interface CompiledSet {
  /** "DATE" for a set of dates without times: its starts are the midnights UTC of those dates. */
  readonly valueType: "DATE" | "DATE-TIME";
  /** Whether the set ends: no rule goes on for ever, or all that do are proved to have no occurrence. */
  readonly isFinite: boolean;
  /** Whether the set has no occurrence: proved, not given up on. */
  readonly isEmpty: boolean;
  /** The first and the last occurrence; `last` is null without an end, both are null of an empty set. */
  readonly bounds: { readonly first: number | null; readonly last: number | null };
  /** Occurrences in [startMs, endMs). */
  between(startMs: number, endMs: number, options?: WindowOptions): Window;
  /** Occurrences of a length that are in progress at some instant of [startMs, endMs); an RDATE period has its own. */
  overlapping(startMs: number, endMs: number, durationMs: number, options?: WindowOptions): Window;
  /** The first occurrence after an instant. */
  next(afterMs: number): number | null;
  /** The last occurrence before an instant. */
  previous(beforeMs: number): number | null;
  /** The first n occurrences. */
  first(n: number): Float64Array;
  /** The last occurrence; null where there is none or no end. */
  last(): number | null;
  /** How many occurrences there are; Infinity without an end, 0 of an empty set. */
  count(): number;
}
