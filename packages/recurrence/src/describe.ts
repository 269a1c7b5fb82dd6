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
  const { interval, count, until, skip } = rule;
  const nth = nthPhrase(rule, words, formats);
  const scale = rscaleOf(rule.rscale ?? "GREGORIAN");
  const calendar = scale?.calendar;
  const monthName = (named: ByMonth) =>
    calendar === undefined ? formats.month(named.month) : formats.monthIn(calendar, named);
  const months = formats.list(rule.byMonth.map(monthName));
  const skips = scale?.hasLeapMonth(5) === true ? words.skipWithMonths : words.skip;
  const isWithinMonths = rule.byMonthDay.length > 0 || rule.byDay.some(({ ordinal }) => ordinal !== undefined);
  const said = words.assemble({
    every: isDailyByWeekdays(rule) ? "" : formats.plural(words.every[rule.freq], interval),
    days: nth === "" ? daysPhrase(rule, words, formats) : nth,
    months: months === "" ? "" : nth !== "" || isWithinMonths ? words.ofMonths(months) : words.inMonths(months),
    times: timesPhrase(rule, words, formats),
    positions: nth === "" && rule.bySetPos.length > 0 ? positionsPhrase(rule, words, formats) : "",
    skip: skip === "BACKWARD" || skip === "FORWARD" ? skips[skip] : "",
    until: until === undefined ? "" : words.until(formats.date(until.ms)),
    count: count === undefined ? "" : formats.plural(words.times, count),
  });
  return calendar === undefined ? said : `${said} (${formats.calendar(rule.rscale ?? "")})`;
}

/** "on weekdays" says enough: the rule repeats every day or week on Monday to Friday, or Saturday and Sunday. */
function isDailyByWeekdays({ freq, interval, byDay }: Rule): boolean {
  const group = weekdayGroup(byDay.map(({ weekday }) => weekdays.indexOf(weekday)));
  return (freq === "DAILY" || freq === "WEEKLY") && interval === 1 && (group === "workdays" || group === "weekend");
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

function daysPhrase(rule: Rule, words: Words, formats: Formats): string {
  const { byDay, byMonthDay, byYearDay, byWeekNo } = rule;
  const phrases: string[] = [];
  const ordinals = byDay.flatMap(({ weekday, ordinal }) => (ordinal === undefined ? [] : [{ weekday, ordinal }]));
  const plain = byDay.filter(({ ordinal }) => ordinal === undefined).map(({ weekday }) => weekdays.indexOf(weekday));
  if (plain.length > 0) {
    const group = weekdayGroup(plain);
    const said = { workdays: words.workdays, weekend: words.weekend, all: "", some: undefined }[group];
    phrases.push(said ?? words.onWeekdays(formats.list(plain.map(formats.weekday))));
  }
  if (ordinals.length > 0) {
    const nths = ordinals.map(({ weekday, ordinal }) => {
      const index = weekdays.indexOf(weekday);
      return words.nth(ordinal, { text: formats.weekday(index), feminine: isFeminine(words, index) });
    });
    phrases.push(words.onNth(formats.list(nths), periodOf(rule)));
  }
  if (byMonthDay.length > 0) {
    phrases.push(words.onMonthDays(formats.list(byMonthDay.map(words.monthDay)), periodOf(rule)));
  }
  if (byYearDay.length > 0) {
    phrases.push(words.onNth(formats.list(byYearDay.map(words.yearDay)), "year"));
  }
  if (byWeekNo.length > 0) {
    phrases.push(words.inWeeks(formats.list(byWeekNo.map(String))));
  }
  return phrases.filter((phrase) => phrase !== "").join(" ");
}

function positionsPhrase({ bySetPos }: Rule, words: Words, formats: Formats): string {
  return words.onlyPositions(formats.list(bySetPos.map(words.position)));
}

/** Times of day; of rules within a day, or without an hour, the parts by themselves. */
function timesPhrase(rule: Rule, words: Words, formats: Formats): string {
  const { freq, byHour, byMinute, bySecond } = rule;
  const isClock = freq === "HOURLY" || freq === "MINUTELY" || freq === "SECONDLY";
  if (!isClock && byHour.length > 0 && bySecond.length === 0) {
    const minutes = byMinute.length > 0 ? byMinute : [0];
    const times = byHour.flatMap((hour) => minutes.map((minute) => formats.time(hour, minute)));
    return words.atTimes(formats.list(times));
  }
  const said = [
    byHour.length > 0 ? words.inHours(formats.list(byHour.map(String))) : "",
    byMinute.length > 0 ? words.inMinutes(formats.list(byMinute.map(String))) : "",
    bySecond.length > 0 ? words.inSeconds(formats.list(bySecond.map(String))) : "",
  ];
  return said.filter((phrase) => phrase !== "").join(" ");
}
