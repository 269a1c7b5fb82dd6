import type { Formats } from "./describe-formats.ts";
import { impliesMonth } from "./plan.ts";
import { weekdays, type Rule } from "./rule.ts";
import type { Period, Words } from "./words/words.ts";

/** What people call a set of weekdays. */
export type WeekdayGroup = "workdays" | "weekend" | "all" | "some";

/** What people call some weekdays; 0 is Monday. */
export function weekdayGroup(days: readonly number[]): WeekdayGroup {
  const key = [...new Set(days)].sort((a, b) => a - b).join("");
  const groups: Readonly<Record<string, WeekdayGroup>> = { "01234": "workdays", "56": "weekend", "0123456": "all" };
  return groups[key] ?? "some";
}

/** Whether weekdays are the only days that a rule names, and it takes all of them. */
export function isWeekdayOnly({ byDay, byMonthDay, byYearDay, bySetPos }: Rule): boolean {
  return byDay.length > 0 && byMonthDay.length + byYearDay.length + bySetPos.length === 0;
}

/** Whether a weekday's noun is feminine in a language. */
export function isFeminine({ feminineWeekdays = [] }: Words, weekday: number): boolean {
  return feminineWeekdays.includes(weekday);
}

const periods: Readonly<Record<string, Period>> = { YEARLY: "year", MONTHLY: "month", WEEKLY: "week" };

/** What an ordinal counts in; "none" where the months that are named say it. */
export function periodOf(rule: Rule): Period {
  return rule.byMonth.length > 0 || (rule.byMonthDay.length > 0 && impliesMonth(rule))
    ? "none"
    : (periods[rule.freq] ?? "none");
}

/** Days of BYDAY are added to each other; those that other parts name have to be among them. */
export function daysPhrase(rule: Rule, words: Words, formats: Formats): string {
  const { byMonthDay, byYearDay } = rule;
  if (byMonthDay.length + byYearDay.length === 0) {
    return formats.list(weekdayPhrases(rule, words, formats));
  }
  const between = betweenPhrase(rule, words, formats);
  if (between !== undefined) {
    return between;
  }
  const phrases: string[] = [];
  if (byMonthDay.length > 0) {
    phrases.push(words.onMonthDays(formats.list(monthDayPhrases(byMonthDay, words)), periodOf(rule)));
  }
  if (byYearDay.length > 0) {
    phrases.push(words.onNth(formats.list(byYearDay.map(words.yearDay)), "year"));
  }
  const limit = limitPhrase(rule, words, formats);
  return (isOrdinal(rule) ? [limit, ...phrases] : [...phrases, limit])
    .filter((phrase) => phrase !== "")
    .join(" ")
    .replaceAll(" ,", ",");
}

/** Three days in a row or more are said by their first and last. */
function monthDayPhrases(byMonthDay: readonly number[], words: Words): string[] {
  const runs: { first: number; last: number }[] = [];
  for (const day of [...new Set(byMonthDay)].sort((a, b) => order(a) - order(b))) {
    const run = runs.at(-1);
    if (run !== undefined && day > 1 && run.last === day - 1) {
      run.last = day;
    } else {
      runs.push({ first: day, last: day });
    }
  }
  return runs.flatMap(({ first, last }) => {
    const isLong = last - first >= 2;
    const each = first === last ? [first] : [first, last];
    return isLong ? [words.monthDays(first, last)] : each.map(words.monthDay);
  });
}

/** Days from the end come last. */
function order(day: number): number {
  return day > 0 ? day : 100 + day;
}

/** "on Friday the 13th", "on the Tuesday from the 2nd to the 8th": of seven days in a row there is one. */
function betweenPhrase(rule: Rule, words: Words, formats: Formats): string | undefined {
  const [day] = rule.byDay;
  if (day === undefined || !isOneWeekday(rule)) {
    return undefined;
  }
  const name = formats.weekday(weekdays.indexOf(day.weekday));
  const [first, last] = [Math.min(...rule.byMonthDay), Math.max(...rule.byMonthDay)];
  return first === last ? words.onWeekdayThe(name, first) : words.onWeekdayBetween(name, first, last);
}

/** Whether a rule names one weekday and one day of the month, or seven in a row. */
export function isOneWeekday({ byDay, byMonthDay, byYearDay }: Rule): boolean {
  const first = Math.min(...byMonthDay);
  const length = Math.max(...byMonthDay) - first + 1;
  const isRow = first > 0 && new Set(byMonthDay).size === length && (length === 1 || length === 7);
  return byDay.length === 1 && byDay[0]?.ordinal === undefined && byYearDay.length === 0 && isRow;
}

function isOrdinal({ byDay }: Rule): boolean {
  return byDay.some(({ ordinal }) => ordinal !== undefined);
}

function plainDays({ byDay }: Rule): number[] {
  return byDay.filter(({ ordinal }) => ordinal === undefined).map(({ weekday }) => weekdays.indexOf(weekday));
}

/** Weekdays among days that other parts name; all seven leave out none. */
function limitPhrase(rule: Rule, words: Words, formats: Formats): string {
  const days = plainDays(rule);
  const group = weekdayGroup(days);
  if (group === "all" || rule.byDay.length === 0) {
    return "";
  }
  if (isOrdinal(rule)) {
    return formats.list(weekdayPhrases(rule, words, formats));
  }
  const names = { workdays: [words.workday.text], weekend: [words.weekendDay.text], some: days.map(formats.weekday) };
  return words.ifWeekday(names[group], formats.alternatives);
}

/** "on Monday", "on every Monday" of a month, "on the first Tuesday of the month". */
function weekdayPhrases(rule: Rule, words: Words, formats: Formats): string[] {
  const days = plainDays(rule);
  const names = days.map(formats.weekday);
  const hasOwnDays = rule.freq === "YEARLY" || rule.freq === "MONTHLY";
  // In a named week there is one of each.
  const isEach = hasOwnDays && rule.byWeekNo.length === 0;
  const some = isEach ? words.onEachWeekday(names, formats.list) : words.onWeekdays(formats.list(names));
  const all =
    hasOwnDays || (rule.freq === "WEEKLY" && rule.interval > 1) || rule.bySetPos.length > 0 ? words.onEveryDay : "";
  const groups = { workdays: words.workdays, weekend: words.weekend, all, some };
  const said = days.length === 0 ? [] : [groups[weekdayGroup(days)]];
  const nths = rule.byDay.flatMap(({ weekday, ordinal }) => {
    const index = weekdays.indexOf(weekday);
    const noun = { text: formats.weekday(index), feminine: isFeminine(words, index) };
    return ordinal === undefined ? [] : words.nth(ordinal, noun);
  });
  return nths.length === 0 || weekdayGroup(days) === "all"
    ? said
    : [...said, words.onNth(formats.list(nths), periodOf(rule))];
}
