import { createLimitedRule } from "./calendar-limits.ts";
import { createCalendarPlan } from "./calendar-plan.ts";
import { createCalendarRule } from "./calendar-rule.ts";
import { firstCalendarDay, lastCalendarDay } from "./calendar-years.ts";
import { InvalidRuleError } from "./errors.ts";
import type { LocalRule } from "./local-rule.ts";
import { rscaleOf } from "./rscale.ts";
import type { Rule } from "./rule.ts";

const dayMs = 86_400_000;

/** What a rule in a calendar of its own is made with. */
export interface RscaleParts {
  readonly startMs: number;
  /** Seconds of the day at which rules of whole days occur. */
  readonly times: readonly number[];
  /** Makes a rule of the Gregorian calendar with the same start. */
  readonly gregorian: (rule: Rule) => LocalRule;
}

/** Makes the rule of an RSCALE; undefined where it says the same in the Gregorian calendar. Throws InvalidRuleError. */
export function createRscaleRule(rule: Rule, rscale: string, parts: RscaleParts): LocalRule | undefined {
  const name = rscaleOf(rscale)?.calendar;
  if (name === undefined) {
    return undefined;
  }
  const { freq, byMonth, byMonthDay, byYearDay } = rule;
  const isOfYears = freq === "YEARLY" || freq === "MONTHLY";
  if (!isOfYears && byMonth.length + byMonthDay.length + byYearDay.length === 0) {
    return undefined;
  }
  checkStart(parts.startMs);
  const plan = createCalendarPlan(rule, parts.startMs, name);
  return isOfYears || freq === "WEEKLY"
    ? createCalendarRule(plan, freq, parts.times)
    : createLimitedRule(plan, parts.gregorian({ ...rule, byMonth: [], byMonthDay: [], byYearDay: [] }));
}

function checkStart(startMs: number): void {
  const day = Math.floor(startMs / dayMs);
  if (day < firstCalendarDay || day > lastCalendarDay) {
    const value = new Date(startMs).toISOString().slice(0, 10);
    throw new InvalidRuleError("DTSTART", value, "OUT_OF_RANGE", "RSCALE is computed from 1600-01-01 to 2599-12-31");
  }
}
