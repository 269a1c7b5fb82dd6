import { InvalidRuleError, type RuleErrorCode } from "./errors.ts";
import { gregorian, refusalOfRscale, rscaleOf, type Rscale } from "./rscale.ts";
import type { Rule } from "./rule.ts";

/** Throws where the parts of a rule do not go together (RFC 5545 section 3.3.10 with its errata; RFC 7529 section 4). */
export function checkRule(rule: Rule): void {
  const { freq, count, until } = rule;
  if (count !== undefined && until !== undefined) {
    refuse("COUNT", String(count), "CONFLICT", "COUNT and UNTIL must not stand together");
  }
  const ordinal = rule.byDay.find((day) => day.ordinal !== undefined);
  if (ordinal !== undefined) {
    const value = `${ordinal.ordinal}${ordinal.weekday}`;
    if (freq !== "MONTHLY" && freq !== "YEARLY") {
      refuse("BYDAY", value, "NOT_ALLOWED", `an ordinal is not allowed with FREQ=${freq}`);
    }
    if (rule.byWeekNo.length > 0) {
      refuse("BYDAY", value, "NOT_ALLOWED", "an ordinal is not allowed with BYWEEKNO");
    }
  }
  if (rule.byWeekNo.length > 0 && freq !== "YEARLY") {
    refuse("BYWEEKNO", rule.byWeekNo.join(), "NOT_ALLOWED", "BYWEEKNO is allowed with FREQ=YEARLY only");
  }
  if (rule.byYearDay.length > 0 && (freq === "DAILY" || freq === "WEEKLY" || freq === "MONTHLY")) {
    refuse("BYYEARDAY", rule.byYearDay.join(), "NOT_ALLOWED", `BYYEARDAY is not allowed with FREQ=${freq}`);
  }
  if (rule.byMonthDay.length > 0 && freq === "WEEKLY") {
    refuse("BYMONTHDAY", rule.byMonthDay.join(), "NOT_ALLOWED", "BYMONTHDAY is not allowed with FREQ=WEEKLY");
  }
  if (rule.bySetPos.length > 0 && !hasOtherBy(rule)) {
    refuse("BYSETPOS", rule.bySetPos.join(), "NOT_ALLOWED", "BYSETPOS needs another BY part");
  }
  checkScale(rule);
}

function checkScale({ rscale, skip, byMonth }: Rule): void {
  if (rscale === undefined && skip !== undefined) {
    refuse("SKIP", skip, "NOT_ALLOWED", "SKIP needs RSCALE");
  }
  const name = rscale ?? "GREGORIAN";
  const scale = rscale === undefined ? gregorian : rscaleOf(rscale);
  if (scale === undefined) {
    refuse("RSCALE", name, "UNSUPPORTED", refusalOfRscale(name));
  }
  if (byMonth.length > 0) {
    checkMonths(byMonth, name, scale);
  }
}

function checkMonths(byMonth: Rule["byMonth"], name: string, { months, hasLeapMonth }: Rscale): void {
  const wrong = byMonth.find(({ month, leap }) => (leap === true ? !hasLeapMonth(month) : month > months));
  if (wrong !== undefined) {
    const value = `${wrong.month}${wrong.leap === true ? "L" : ""}`;
    refuse("BYMONTH", value, "OUT_OF_RANGE", `the calendar ${name} has no month ${value}`);
  }
}

function hasOtherBy(rule: Rule): boolean {
  const { bySecond, byMinute, byHour, byDay, byMonthDay, byYearDay, byWeekNo, byMonth } = rule;
  return [bySecond, byMinute, byHour, byDay, byMonthDay, byYearDay, byWeekNo, byMonth].some((by) => by.length > 0);
}

function refuse(part: string, value: string, code: RuleErrorCode, sentence: string): never {
  throw new InvalidRuleError(part, value, code, sentence);
}
