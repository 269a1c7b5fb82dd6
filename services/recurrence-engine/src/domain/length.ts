import { invalidField } from "@calends/kit/domain-error";
import { formatRule, parseRule } from "@calends/recurrence";
import { formatLocalDate, parseLocalDate } from "@calends/time/local-date";
import { lastExtraDate } from "./extra-dates.ts";
import { toInstant } from "@calends/recurrence/pattern";
import { compilePattern, lastStart, type Pattern } from "./pattern.ts";

/** How long a series may last. */
export interface LengthPolicy {
  /** 0 for any number. */
  readonly maxLengthMonths: number;
  /** The local date from which the months are counted; null is the start of the pattern. */
  readonly lengthFrom: string | null;
}

/**
 * A pattern under a policy: one without an end ends with the last day that the policy allows. Throws "invalid" naming the
 * field for an end beyond it.
 */
export function keepLength(pattern: Pattern, policy: LengthPolicy, field = "pattern.end_date"): Pattern {
  if (policy.maxLengthMonths === 0) {
    return pattern;
  }
  const lastDate = lastDateOf(pattern, policy);
  const lastMs = toInstant(pattern.timeZone, `${lastDate}T23:59:59`);
  const why = `a series of at most ${policy.maxLengthMonths} months ends on or before ${lastDate}`;
  if (lastExtraDate(pattern) > lastMs) {
    throw invalidField("pattern.extra_lines", why);
  }
  const rule = parseRule(pattern.rule);
  if (rule.count === undefined && rule.until === undefined) {
    return refuseEmpty({ ...pattern, rule: formatRule({ ...rule, until: { kind: "utc", ms: lastMs } }) }, why);
  }
  if ((rule.until?.ms ?? lastStart(pattern) ?? Number.POSITIVE_INFINITY) > lastMs) {
    throw invalidField(field, why);
  }
  return pattern;
}

/** The same day of a later month, or the last day of that month where it is shorter. */
function lastDateOf({ localStart }: Pattern, { maxLengthMonths, lengthFrom }: LengthPolicy): string {
  const from = new Date(parseLocalDate(lengthFrom ?? localStart.slice(0, 10)) ?? Number.NaN);
  const [year, month] = [from.getUTCFullYear(), from.getUTCMonth() + maxLengthMonths];
  const daysInMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return formatLocalDate(Date.UTC(year, month, Math.min(from.getUTCDate(), daysInMonth)));
}

function refuseEmpty(pattern: Pattern, why: string): Pattern {
  if (compilePattern(pattern).isEmpty) {
    throw invalidField("pattern.local_start", why);
  }
  return pattern;
}
