import { InvalidRuleError } from "./errors.ts";
import type { LocalRule } from "./local-rule.ts";
import { maxWalked } from "./members.ts";

/** The last of a COUNT is looked for from some days behind it, which have no more occurrences than seconds. */
const slack = 4 * 86_400;

/**
 * Counts the occurrences before a local time one by one: no calendar but the Gregorian repeats itself within the years
 * that are looked at, and days that SKIP moves may meet others. Throws InvalidRuleError where there are too many.
 */
export function countByWalking(walk: LocalRule["walk"], localMs: number): number {
  let count = 0;
  walk(Number.NEGATIVE_INFINITY, localMs, (at) => {
    count += at < localMs ? 1 : 0;
    return at < localMs && count <= maxWalked + slack;
  });
  if (count > maxWalked + slack) {
    throw new InvalidRuleError("set", "", "TOO_LARGE", `has more than ${maxWalked} occurrences to count one by one`);
  }
  return count;
}
