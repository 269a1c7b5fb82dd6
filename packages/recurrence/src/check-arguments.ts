import { InvalidRuleError } from "./errors.ts";

/** An instant that is asked about; either infinity will do. Throws InvalidRuleError where it is no number. */
export function instantArgument(name: string, ms: number): number {
  if (typeof ms !== "number" || Number.isNaN(ms)) {
    throw new InvalidRuleError(name, String(ms), "OUT_OF_RANGE", "must be an instant in milliseconds");
  }
  return ms;
}

/** How many occurrences are asked for; Infinity for all. Throws InvalidRuleError where it is no count. */
export function countArgument(name: string, n: number): number {
  if (!(Number.isInteger(n) || n === Number.POSITIVE_INFINITY) || n < 0) {
    throw new InvalidRuleError(name, String(n), "OUT_OF_RANGE", "must be a whole number, 0 or more");
  }
  return n;
}

/** A length of time. Throws InvalidRuleError where it is none. */
export function durationArgument(name: string, ms: number): number {
  if (!(ms >= 0)) {
    throw new InvalidRuleError(name, String(ms), "OUT_OF_RANGE", "must be a length in milliseconds, 0 or more");
  }
  return ms;
}
