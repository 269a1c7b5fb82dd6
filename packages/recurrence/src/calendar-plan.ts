import { monthCode } from "./calendar-years.ts";
import { calendarOf, type Calendar, type CalendarMonth } from "./calendars.ts";
import { InvalidRuleError } from "./errors.ts";
import { createPlan, impliesMonth, type Plan } from "./plan.ts";
import type { Rule } from "./rule.ts";

/** A rule and its start as the numbers that rules in a calendar of their own work with. */
export interface CalendarPlan {
  /** What does not depend on the calendar: days, weekdays, numbers of days and weeks. */
  readonly plan: Omit<Plan, "months" | "startYear" | "startMonth" | "startMonthDay">;
  readonly calendar: Calendar;
  readonly start: CalendarMonth;
  readonly startMonthDay: number;
  /** Codes of the months that BYMONTH names or the start implies; empty means every month. */
  readonly months: readonly number[];
}

/** Turns a rule and its local start into numbers of a calendar that Intl has. */
export function createCalendarPlan(rule: Rule, startMs: number, name: string): CalendarPlan {
  const calendar = calendarOf(name);
  if (calendar === undefined) {
    throw new InvalidRuleError("RSCALE", rule.rscale ?? "", "UNSUPPORTED", `this Intl has no calendar ${name}`);
  }
  const plan = createPlan(rule, startMs);
  const start = calendar.monthAt(plan.startDay);
  const startMonthDay = plan.startDay - (start.year.starts[start.position] ?? 0) + 1;
  const implied = impliesMonth(rule) ? [start.year.codes[start.position] ?? 0] : [];
  const months = [...implied, ...rule.byMonth.map(({ month, leap }) => monthCode(month, leap === true))];
  return { plan, calendar, start, startMonthDay, months };
}
