import { zoneOf } from "@calends/time/zone";
import { daysPhrase, isFeminine, isOneWeekday, isWeekdayOnly, periodOf, weekdayGroup } from "./describe-days.ts";
import { formatsOf, type Formats } from "./describe-formats.ts";
import { parseRule } from "./parse-rule.ts";
import { impliesMonth } from "./plan.ts";
import { rscaleOf } from "./rscale.ts";
import { weekdays, type ByMonth, type Rule, type Until } from "./rule.ts";
import { de } from "./words/de.ts";
import { en } from "./words/en.ts";
import { es } from "./words/es.ts";
import { fr } from "./words/fr.ts";
import { ja } from "./words/ja.ts";
import { pt } from "./words/pt.ts";
import type { Noun, Words } from "./words/words.ts";

const languages: ReadonlyMap<string, Words> = new Map(Object.entries({ de, en, es, fr, ja, pt }));

/** What a rule does not say of itself. */
export interface DescribeOptions {
  /** The IANA zone in which the date of an UNTIL in UTC is said; UTC where it is not given. */
  readonly timeZone?: string;
  /**
   * The start by its own clock, in milliseconds since 1970-01-01T00:00 there: with it the month and the minutes that a rule
   * takes from its start are said, and without it that they are the start's.
   */
  readonly localStartMs?: number;
}

/**
 * Says a rule in words, in the language of a BCP 47 tag; English where the language is not known. Rules without UNTIL that
 * are said alike have the same dates from any start; of UNTIL the date is said, not the time. Throws InvalidRuleError, and
 * UnknownZoneError for a zone that is not known.
 */
export function describe(rule: string, locale = "en", options: DescribeOptions = {}): string {
  const language = locale.split("-")[0]?.toLowerCase() ?? "";
  const words = languages.get(language);
  const whole = withStart(parseRule(rule), options.localStartMs);
  const untilMs = whole.until === undefined ? undefined : dateOfUntil(whole.until, options.timeZone ?? "UTC");
  return words === undefined
    ? sentence(whole, untilMs, en, formatsOf("en"))
    : sentence(whole, untilMs, words, formatsOf(locale));
}

/** An UNTIL on the clock of a zone; one that is no instant has its own clock. */
function dateOfUntil({ kind, ms }: Until, timeZone: string): number {
  return kind === "utc" ? ms + zoneOf(timeZone).offsetAt(ms) : ms;
}

/** A rule with the parts written that it takes from its start and that words would leave open. */
function withStart(rule: Rule, localStartMs: number | undefined): Rule {
  if (localStartMs === undefined) {
    return rule;
  }
  const start = new Date(localStartMs);
  const isGregorian = rscaleOf(rule.rscale ?? "GREGORIAN")?.calendar === undefined;
  const byMonth =
    isGregorian && rule.byMonthDay.length > 0 && impliesMonth(rule)
      ? [{ month: start.getUTCMonth() + 1 }]
      : rule.byMonth;
  const byMinute =
    rule.byHour.length > 0 && rule.byMinute.length === 0 && !isClock(rule) ? [start.getUTCMinutes()] : rule.byMinute;
  return { ...rule, byMonth, byMinute };
}

function isClock({ freq }: Rule): boolean {
  return freq === "HOURLY" || freq === "MINUTELY" || freq === "SECONDLY";
}

function sentence(rule: Rule, untilMs: number | undefined, words: Words, formats: Formats): string {
  const { count, skip } = rule;
  const nth = nthPhrase(rule, words, formats);
  const scale = rscaleOf(rule.rscale ?? "GREGORIAN");
  const skips = scale?.hasLeapMonth(5) === true ? words.skipWithMonths : words.skip;
  const isDate = isOneDate(rule, formats);
  const said = words.assemble({
    every: everyPhrase(rule, words, formats),
    days: nth === "" ? daysPhrase(rule, words, formats) : nth,
    weeks: nth === "" ? formats.list(weekPhrases(rule, words, formats)) : "",
    months: monthsPhrase(rule, nth !== "", words, formats),
    times: timesPhrase(rule, words, formats),
    positions: nth === "" && rule.bySetPos.length > 0 ? positionsPhrase(rule, words, formats) : "",
    weekStart: isWeekStartSaid(rule) ? words.weeksBegin(formats.weekday(weekdays.indexOf(rule.wkst))) : "",
    skip: skip === "BACKWARD" || skip === "FORWARD" ? skips[skip] : "",
    until: untilMs === undefined ? "" : words.until(formats.date(untilMs)),
    count: count === undefined ? "" : formats.plural(words.times, count),
    isDate,
  });
  return scale?.calendar === undefined ? said : `${said} (${formats.calendar(rule.rscale ?? "")})`;
}

/** Whether the days that a rule names are dates of one month that has a name: "29 February". */
function isOneDate(rule: Rule, formats: Formats): boolean {
  const { byMonth, byMonthDay, byDay, byYearDay } = rule;
  const [month, ...others] = byMonth;
  const isNamed = month !== undefined && others.length === 0 && monthNameOf(rule, month, formats) !== undefined;
  const areDates = byMonthDay.length > 0 && byMonthDay.every((n) => n > 0) && byYearDay.length === 0;
  return isNamed && areDates && (byDay.length === 0 || isOneWeekday(rule));
}

function monthNameOf({ rscale }: Rule, month: ByMonth, formats: Formats): string | undefined {
  const calendar = rscaleOf(rscale ?? "GREGORIAN")?.calendar;
  return calendar === undefined ? formats.month(month.month) : formats.monthIn(calendar, month);
}

/** Months that days are of, or in which all that the rule names is. */
function monthsPhrase(rule: Rule, isNth: boolean, words: Words, formats: Formats): string {
  const { freq, byMonth, byMonthDay, byDay, byYearDay } = rule;
  if (byMonth.length === 0) {
    return byMonthDay.length > 0 && impliesMonth(rule) ? words.ofStartMonth : "";
  }
  const nameOf = (month: ByMonth) =>
    monthNameOf(rule, month, formats) ?? words.numberedMonth(month.month, month.leap === true);
  const list = formats.list(byMonth.map(nameOf));
  if (isOneDate(rule, formats)) {
    return (words.ofDate ?? words.ofMonths)(list);
  }
  const hasOrdinal = byDay.some(({ ordinal }) => ordinal !== undefined);
  const isWithin = isNth ? freq !== "WEEKLY" : byYearDay.length === 0 && (byMonthDay.length > 0 || hasOrdinal);
  return isWithin ? words.ofMonths(list) : words.inMonths(list);
}

/** Whether the first day of the week can make a difference and is not the usual one. */
function isWeekStartSaid({ freq, wkst, interval, byDay, byWeekNo, bySetPos }: Rule): boolean {
  const isOfWeeks = freq === "WEEKLY" && byDay.length > 0 && (interval > 1 || bySetPos.length > 0);
  return wkst !== "MO" && (isOfWeeks || byWeekNo.length > 0);
}

/** A rule of all days of every week repeats every day. "on weekdays" says enough where it repeats every day or week. */
function everyPhrase(rule: Rule, words: Words, formats: Formats): string {
  const { freq, interval } = rule;
  const group = weekdayGroup(rule.byDay.map(({ weekday }) => weekdays.indexOf(weekday)));
  const isOfEveryWeek = (freq === "DAILY" || freq === "WEEKLY") && interval === 1 && isWeekdayOnly(rule);
  if (isOfEveryWeek && (group === "workdays" || group === "weekend")) {
    return "";
  }
  return formats.plural(words.every[isOfEveryWeek && group === "all" ? "DAILY" : freq], interval);
}

/** "on the last weekday of the month": BYSETPOS over nothing but weekdays of one month, week or year. */
function nthPhrase(rule: Rule, words: Words, formats: Formats): string {
  const { freq, byDay, bySetPos, byMonth, byMonthDay, byYearDay, byWeekNo, byHour, byMinute, bySecond } = rule;
  const others = [byMonthDay, byYearDay, byWeekNo].some((by) => by.length > 0);
  const several = [byHour, byMinute, bySecond].some((by) => by.length > 1);
  const plain = byDay.every(({ ordinal }) => ordinal === undefined);
  const isOfOnePeriod =
    freq === "MONTHLY" || (freq === "WEEKLY" && byMonth.length === 0) || (freq === "YEARLY" && byMonth.length < 2);
  if (bySetPos.length === 0 || byDay.length === 0 || others || several || !plain || !isOfOnePeriod) {
    return "";
  }
  const days = byDay.map(({ weekday }) => weekdays.indexOf(weekday));
  const nouns: Readonly<Record<ReturnType<typeof weekdayGroup>, Noun>> = {
    workdays: words.workday,
    weekend: words.weekendDay,
    all: words.anyDay,
    some: { text: formats.alternatives(days.map(formats.weekday)), feminine: isFeminine(words, days[0] ?? 0) },
  };
  const noun = nouns[weekdayGroup(days)];
  return words.onNth(formats.list(bySetPos.map((n) => words.nth(n, noun))), periodOf(rule));
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
  const { byHour, byMinute, bySecond } = rule;
  if (!isClock(rule) && byHour.length > 0 && bySecond.length === 0) {
    const times = byHour.flatMap((hour) => byMinute.map((minute) => formats.time(hour, minute)));
    return times.length > 0 ? words.atTimes(formats.list(times)) : words.atHours(byHour, formats.hour, formats.list);
  }
  const say = (numbers: readonly number[], phrase: Words["inHours"]) =>
    numbers.length === 0 ? "" : phrase(formats.list(numbers.map(String)), numbers.length);
  const said = [say(byHour, words.inHours), say(byMinute, words.inMinutes), say(bySecond, words.inSeconds)];
  return said.filter((phrase) => phrase !== "").join(" ");
}
