import { emptyRule } from "./parse-rule.ts";
import type { Rule, Weekday } from "./rule.ts";

/**
 * What people type in other words than "every … on …", which are all that is looked up: "daily" is "every day", "first
 * Monday of every month" is "every month on the first Monday".
 */
export function everyday(text: string): string {
  return rewrites.reduce((rest, [words, written]) => rest.replace(words, written), text);
}

const weekday = "(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*";
const list = (item: string) => `${item}(?:(?:, and |, | and )${item})*`;

const rewrites: readonly (readonly [words: RegExp, written: string])[] = [
  [/\beach\b/g, "every"],
  [/^(?:bi-?weekly|fortnightly|every fortnight)\b/, "every 2 weeks"],
  [/^quarterly\b/, "every 3 months"],
  [/^daily\b/, "every day"],
  [/^weekly\b/, "every week"],
  [/^monthly\b/, "every month"],
  [/^(?:yearly|annually)\b/, "every year"],
  [/^hourly\b/, "every hour"],
  [/^once an? (day|week|month|year|hour)\b/, "every $1"],
  [/\b(?:work|business |working |week ?)days?\b/g, "weekday"],
  [/\bmon(?:day)? ?(?:to|through|thru|[-–]) ?fri(?:day)?\b/, "weekday"],
  [/^(?:every )?weekends?$/, "every weekend"],
  [/^weekday$/, "every weekday"],
  [new RegExp(`^((?:on )?${list(`(?:${weekday})s`)})$`), "every $1"],
  [/^every on /, "every "],
  // "every other Tuesday" is every second week's.
  [new RegExp(`^every 2 (${list(weekday)})$`), "every 2 weeks on $1"],
  // The days before the period.
  [
    /^(?!every (?:\d+ )?(?:month|year))(?:every |on )?(?:the )?(.+) (?:of|in) (?:the|every) (month|year)$/,
    "every $2 on the $1",
  ],
  [/^(?:on )?(?:the )?(?!every)(.+) of every (2) (month|year)$/, "every $2 $3 on the $1"],
  [/^(?:on )?(?!every)(.+) every (?:(\d+) )?(week|month|year)s?$/, "every $2 $3 on $1"],
  // A day of one month comes every year.
  [/^(?:the )?((?:last|\d{1,2}(?:st|nd|rd|th))(?: last)? [a-z]+ (?:of|in) [a-z]+)$/, "every year on the $1"],
  [/^(on )?((?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{1,2}(?:st|nd|rd|th)?)$/, "every $2"],
  [/ {2,}/g, " "],
];

const workdays = ["MO", "TU", "WE", "TH", "FR"] as const;
const weekdays: readonly Weekday[] = [...workdays, "SA", "SU"];
const ordinal = String.raw`(?:the )?(?:(\d+)(?:st|nd|rd|th)( last)?|(last))`;
const interval = String.raw`every (?:([1-9]\d*) )?`;

/** Rules that take more than names of days: what is read of a sentence; undefined where it is none of these. */
export function wholeRule(text: string): Rule | undefined {
  return nthOfGroup(text) ?? eachWeekday(text) ?? limitedWeekday(text);
}

/** "every month on the last weekday of the month". */
function nthOfGroup(text: string): Rule | undefined {
  const found = new RegExp(`^${interval}(month)s? on ${ordinal} (weekday|weekend day)(?: of the month)?$`).exec(text);
  if (found === null) {
    return undefined;
  }
  const [, every, , n, fromEnd, last, group] = found;
  const position = last === undefined ? Number(n) * (fromEnd === undefined ? 1 : -1) : -1;
  const days = group === "weekday" ? workdays : (["SA", "SU"] as const);
  return {
    ...emptyRule,
    freq: "MONTHLY",
    interval: Number(every ?? 1),
    byDay: days.map((weekdayName) => ({ weekday: weekdayName })),
    bySetPos: [position],
  };
}

/** "every month on every Monday". */
function eachWeekday(text: string): Rule | undefined {
  const found = new RegExp(
    `^${interval}(month|year)s? on (every ${weekday}(?:(?:, and |, | and )every ${weekday})*)$`,
  ).exec(text);
  if (found === null) {
    return undefined;
  }
  const names = (found[3] ?? "").split(/, and |, | and /).map((item) => item.slice("every ".length));
  return {
    ...emptyRule,
    freq: found[2] === "month" ? "MONTHLY" : "YEARLY",
    interval: Number(found[1] ?? 1),
    byDay: names.map((name) => ({ weekday: weekdayOf(name) })),
  };
}

/** "every month on Friday the 13th", "every 4 years on the Tuesday from the 2nd to the 8th of November". */
function limitedWeekday(text: string): Rule | undefined {
  const day = String.raw`(?:the )?(\d{1,2})(?:st|nd|rd|th)`;
  const days = `(${weekday}) (?:${day}|from ${day} to ${day})(?: of ([a-z]+))?`;
  const found = new RegExp(`^${interval}(month|year)s? on (?:the )?${days}$`).exec(text);
  if (found === null) {
    return undefined;
  }
  const [, every, period, name = "", only, from, to, month] = found;
  const first = Number(only ?? from);
  const length = Number(only ?? to) - first + 1;
  const monthNumber = month === undefined ? 0 : months.indexOf(month.slice(0, 3)) + 1;
  if (length < 1 || Number(only ?? to) > 31 || (period === "year") !== monthNumber > 0) {
    return undefined;
  }
  return {
    ...emptyRule,
    freq: period === "month" ? "MONTHLY" : "YEARLY",
    interval: Number(every ?? 1),
    byDay: [{ weekday: weekdayOf(name) }],
    byMonthDay: Array.from({ length }, (_, i) => first + i),
    byMonth: monthNumber > 0 ? [{ month: monthNumber }] : [],
  };
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

function weekdayOf(name: string): Weekday {
  return weekdays.find((day) => day === name.slice(0, 2).toUpperCase()) ?? "MO";
}
