import { formatDateTime } from "./date-time.ts";
import type { Rule } from "./rule.ts";

/** Writes a rule as RFC 5545 text without "RRULE:", FREQ first, parts that say nothing left out. */
export function formatRule(rule: Rule): string {
  const parts: string[] = [];
  const add = (name: string, value: string | number | undefined) => {
    if (value !== undefined && value !== "") {
      parts.push(`${name}=${value}`);
    }
  };
  add("RSCALE", rule.rscale);
  add("FREQ", rule.freq);
  add("COUNT", rule.count);
  add("UNTIL", rule.until === undefined ? undefined : formatDateTime(rule.until));
  add("INTERVAL", rule.interval === 1 ? undefined : rule.interval);
  add("BYSECOND", rule.bySecond.join());
  add("BYMINUTE", rule.byMinute.join());
  add("BYHOUR", rule.byHour.join());
  add("BYDAY", rule.byDay.map(({ weekday, ordinal }) => `${ordinal ?? ""}${weekday}`).join());
  add("BYMONTHDAY", rule.byMonthDay.join());
  add("BYYEARDAY", rule.byYearDay.join());
  add("BYWEEKNO", rule.byWeekNo.join());
  add("BYMONTH", rule.byMonth.map(({ month, leap }) => `${month}${leap === true ? "L" : ""}`).join());
  add("BYSETPOS", rule.bySetPos.join());
  add("WKST", rule.wkst === "MO" ? undefined : rule.wkst);
  add("SKIP", rule.skip);
  return parts.join(";");
}
