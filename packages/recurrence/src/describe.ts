import { formatsOf, type Formats } from "./describe-formats.ts";
import { parseRule } from "./parse-rule.ts";
import { rscaleOf } from "./rscale.ts";
import { weekdays, type ByMonth, type Rule } from "./rule.ts";
import { de } from "./words/de.ts";
import { en } from "./words/en.ts";
import { es } from "./words/es.ts";
import { fr } from "./words/fr.ts";
import { ja } from "./words/ja.ts";
import { pt } from "./words/pt.ts";
import type { Noun, Period, Words } from "./words/words.ts";

const languages: ReadonlyMap<string, Words> = new Map(Object.entries({ de, en, es, fr, ja, pt }));

/** Says a rule in words, in the language of a BCP 47 tag; English where the language is not known. */
export function describe(rule: string, locale = "en"): string {
  const language = locale.split("-")[0]?.toLowerCase() ?? "";
  const words = languages.get(language);
  return words === undefined ? sentence(parseRule(rule), en, "en") : sentence(parseRule(rule), words, locale);
}

function sentence(rule: Rule, words: Words, locale: string): string {
  const formats = formatsOf(locale);
  const { count, until, skip } = rule;
  const nth = nthPhrase(rule, words, formats);
  const scale = rscaleOf(rule.rscale ?? "GREGORIAN");
  const calendar = scale?.calendar;
  const monthName = (named: ByMonth) =>
    calendar === undefined ? formats.month(named.month) : formats.monthIn(calendar, named);
  const months = formats.list(rule.byMonth.map(monthName));
  const skips = scale?.hasLeapMonth(5) === true ? words.skipWithMonths : words.skip;
  const isWithinMonths = rule.byMonthDay.length > 0 || rule.byDay.some(({ ordinal }) => ordinal !== undefined);
  const said = words.assemble({
    every: everyPhrase(rule, words, formats),
    days: nth === "" ? daysPhrase(rule, words, formats) : nth,
    weeks: nth === "" ? formats.list(weekPhrases(rule, words, formats)) : "",
    months: months === "" ? "" : nth !== "" || isWithinMonths ? words.ofMonths(months) : words.inMonths(months),
    times: timesPhrase(rule, words, formats),
    positions: nth === "" && rule.bySetPos.length > 0 ? positionsPhrase(rule, words, formats) : "",
    skip: skip === "BACKWARD" || skip === "FORWARD" ? skips[skip] : "",
    until: until === undefined ? "" : words.until(formats.date(until.ms)),
    count: count === undefined ? "" : formats.plural(words.times, count),
  });
  return calendar === undefined ? said : `${said} (${formats.calendar(rule.rscale ?? "")})`;
}

/** A rule of all days of every week repeats every day. "on weekdays" says enough where it repeats every day or week. */
function everyPhrase({ freq, interval, byDay }: Rule, words: Words, formats: Formats): string {
  const group = weekdayGroup(byDay.map(({ weekday }) => weekdays.indexOf(weekday)));
  const isOfEveryWeek = (freq === "DAILY" || freq === "WEEKLY") && interval === 1;
  if (isOfEveryWeek && (group === "workdays" || group === "weekend")) {
    return "";
  }
  return formats.plural(words.every[isOfEveryWeek && group === "all" ? "DAILY" : freq], interval);
}

type WeekdayGroup = "workdays" | "weekend" | "all" | "some";

function weekdayGroup(days: readonly number[]): WeekdayGroup {
  const key = [...new Set(days)].sort((a, b) => a - b).join("");
  const groups: Readonly<Record<string, WeekdayGroup>> = { "01234": "workdays", "56": "weekend", "0123456": "all" };
  return groups[key] ?? "some";
}

/** "on the last weekday of the month": BYSETPOS over nothing but weekdays. */
function nthPhrase(rule: Rule, words: Words, formats: Formats): string {
  const { freq, byDay, bySetPos, byMonthDay, byYearDay, byWeekNo, byHour, byMinute, bySecond } = rule;
  const others = [byMonthDay, byYearDay, byWeekNo].some((by) => by.length > 0);
  const several = [byHour, byMinute, bySecond].some((by) => by.length > 1);
  const plain = byDay.every(({ ordinal }) => ordinal === undefined);
  if (bySetPos.length === 0 || byDay.length === 0 || others || several || !plain || !(freq in nthPeriods)) {
    return "";
  }
  const days = byDay.map(({ weekday }) => weekdays.indexOf(weekday));
  const nouns: Readonly<Record<WeekdayGroup, Noun>> = {
    workdays: words.workday,
    weekend: words.weekendDay,
    all: words.anyDay,
    some: { text: formats.alternatives(days.map(formats.weekday)), feminine: isFeminine(words, days[0] ?? 0) },
  };
  const noun = nouns[weekdayGroup(days)];
  return words.onNth(formats.list(bySetPos.map((n) => words.nth(n, noun))), periodOf(rule));
}

function isFeminine({ feminineWeekdays = [] }: Words, weekday: number): boolean {
  return feminineWeekdays.includes(weekday);
}

const nthPeriods: Readonly<Record<string, Period>> = { YEARLY: "year", MONTHLY: "month", WEEKLY: "week" };

/** What an ordinal counts in; "none" where the months that are named say it. */
function periodOf({ freq, byMonth }: Rule): Period {
  return byMonth.length > 0 ? "none" : (nthPeriods[freq] ?? "none");
}

/** Days of BYDAY are added to each other; those that other parts name have to be among them. */
function daysPhrase(rule: Rule, words: Words, formats: Formats): string {
  const { byDay, byMonthDay, byYearDay } = rule;
  const phrases = byDay.length === 0 ? [] : [formats.list(weekdayPhrases(rule, words, formats))];
  if (byMonthDay.length > 0) {
    phrases.push(words.onMonthDays(formats.list(byMonthDay.map(words.monthDay)), periodOf(rule)));
  }
  if (byYearDay.length > 0) {
    phrases.push(words.onNth(formats.list(byYearDay.map(words.yearDay)), "year"));
  }
  return phrases.filter((phrase) => phrase !== "").join(" ");
}

/** "on Monday", "on the first Tuesday of the month". */
function weekdayPhrases(rule: Rule, words: Words, formats: Formats): string[] {
  const plain = rule.byDay.filter(({ ordinal }) => ordinal === undefined);
  const days = plain.map(({ weekday }) => weekdays.indexOf(weekday));
  const names = formats.list(days.map(formats.weekday));
  const every = isLimitedByDay(rule) ? "" : words.onEveryDay;
  const groups = { workdays: words.workdays, weekend: words.weekend, all: every, some: words.onWeekdays(names) };
  const nths = rule.byDay.flatMap(({ weekday, ordinal }) => {
    const index = weekdays.indexOf(weekday);
    const noun = { text: formats.weekday(index), feminine: isFeminine(words, index) };
    return ordinal === undefined ? [] : words.nth(ordinal, noun);
  });
  const said = days.length === 0 ? [] : [groups[weekdayGroup(days)]];
  return nths.length === 0 ? said : [...said, words.onNth(formats.list(nths), periodOf(rule))];
}

/** Whether BYDAY only leaves out days that other parts name, so that all seven days say nothing. */
function isLimitedByDay({ freq, interval, byMonthDay, byYearDay }: Rule): boolean {
  const hasOwnDays = freq === "YEARLY" || freq === "MONTHLY" || (freq === "WEEKLY" && interval > 1);
  return !hasOwnDays || byMonthDay.length > 0 || byYearDay.length > 0;
}

/** "in week 20", "in the last week of the year". */
function weekPhrases({ byWeekNo }: Rule, words: Words, formats: Formats): string[] {
  const weeks = byWeekNo.filter((n) => n > 0).map(String);
  const fromEnd = byWeekNo.filter((n) => n < 0).map(words.weekFromEnd);
  const said = weeks.length === 0 ? [] : [words.inWeeks(formats.list(weeks), weeks.length)];
  return fromEnd.length === 0 ? said : [...said, words.inWeeksFromEnd(formats.list(fromEnd))];
}

function positionsPhrase({ bySetPos }: Rule, words: Words, formats: Formats): string {
  return words.onlyPositions(formats.list(bySetPos.map(words.position)));
}

/** Times of day where hours and minutes are said; else the parts by themselves, as the rest is DTSTART's. */
function timesPhrase(rule: Rule, words: Words, formats: Formats): string {
  const { freq, byHour, byMinute, bySecond } = rule;
  const isClock = freq === "HOURLY" || freq === "MINUTELY" || freq === "SECONDLY";
  if (!isClock && byHour.length > 0 && byMinute.length > 0 && bySecond.length === 0) {
    const times = byHour.flatMap((hour) => byMinute.map((minute) => formats.time(hour, minute)));
    return words.atTimes(formats.list(times));
  }
  const say = (numbers: readonly number[], phrase: Words["inHours"]) =>
    numbers.length === 0 ? "" : phrase(formats.list(numbers.map(String)), numbers.length);
  const said = [say(byHour, words.inHours), say(byMinute, words.inMinutes), say(bySecond, words.inSeconds)];
  return said.filter((phrase) => phrase !== "").join(" ");
}
