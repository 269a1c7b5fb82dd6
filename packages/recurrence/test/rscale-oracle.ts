/**
 * What RFC 7529 says, decided slowly: every day is asked of Intl, and whether each part of the rule names it. Shares
 * nothing with the engine; Hebrew months are told by their names, not by their places.
 */

import { withImpliedMonth } from "./oracle-days.ts";

const dayMs = 86_400_000;
const firstDay = Date.UTC(1995, 0, 1) / dayMs;
const endDay = Date.UTC(2050, 0, 1) / dayMs;
const hebrewMonths = "Tishri Heshvan Kislev Tevet Shevat Adar Nisan Iyar Sivan Tamuz Av Elul".split(" ");
const weekdayNames = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

interface Span {
  readonly first: number;
  length: number;
}

interface Month extends Span {
  /** As BYMONTH writes it: "5L". */
  readonly name: string;
  readonly year: Year;
  readonly number: number;
}

interface Year extends Span {
  readonly number: number;
  readonly months: Month[];
}

/** The months of a calendar, whole ones only, by day. */
type Days = ReadonlyMap<number, Month>;

const calendars = new Map<string, Days>();

/** The days from 1996 to 2048 in a calendar, as Intl has them. */
export function daysIn(calendar: string): Days {
  let days = calendars.get(calendar);
  if (days === undefined) {
    days = askAll(calendar);
    calendars.set(calendar, days);
  }
  return days;
}

/** First days of months where almanacs and ICU differ, as "ICU's almanac's". */
const almanacs: Readonly<Record<string, string>> = {
  chinese:
    "1999-01-18 1999-01-17 2012-08-18 2012-08-17 2018-11-07 2018-11-08 2027-02-07 2027-02-06 2030-02-02 2030-02-03",
  dangi: "2017-02-27 2017-02-26",
};

/** By first day of the almanac, ICU's first day. */
function movedFirsts(calendar: string): ReadonlyMap<number, number> {
  const days = (almanacs[calendar] ?? "").split(" ").map((date) => Date.parse(date) / dayMs);
  return new Map(days.flatMap((day, i) => (i % 2 === 1 ? [[day, days[i - 1] ?? 0] as const] : [])));
}

function askAll(calendar: string): Days {
  const fields = { year: "numeric", month: "numeric", day: "numeric", timeZone: "UTC" } as const;
  const format = new Intl.DateTimeFormat("en", { ...fields, calendar, numberingSystem: "latn" });
  const days = new Map<number, Month>();
  const moved = movedFirsts(calendar);
  const notFirst = new Set(moved.values());
  let month: Month | undefined;
  let year: Year | undefined;
  for (let day = firstDay; day < endDay; day += 1) {
    const asked = (moved.get(day) ?? day) * dayMs;
    const parts = new Map<string, string>(format.formatToParts(asked).map(({ type, value }) => [type, value]));
    const number = Number(parts.get("relatedYear") ?? parts.get("year"));
    if (parts.get("day") === "1" && !notFirst.has(day)) {
      year = year?.number === number ? year : { number, months: [], first: day, length: 0 };
      month = { name: nameOf(parts.get("month") ?? ""), year, number: (month?.number ?? 0) + 1, first: day, length: 0 };
      year.months.push(month);
    }
    if (month !== undefined && year !== undefined) {
      month.length += 1;
      year.length += 1;
      days.set(day, month);
    }
  }
  return days;
}

function nameOf(month: string): string {
  const hebrew = hebrewMonths.indexOf(month.replace(" II", ""));
  if (month === "Adar I") {
    return "5L";
  }
  return hebrew < 0 ? month.replace("bis", "L") : String(hebrew + 1);
}

/** A rule for the oracle: days since 1970. */
export interface RscaleSet {
  readonly calendar: string;
  readonly rule: string;
  readonly startDay: number;
  readonly untilDay: number;
}

type Parts = ReadonlyMap<string, string>;

/** The days on which a rule of whole days occurs, COUNT applied. */
export function oracleDays({ calendar, rule, startDay, untilDay }: RscaleSet): number[] {
  const days = daysIn(calendar);
  const written: Parts = new Map(rule.split(";").map((part) => part.split("=") as [string, string]));
  const parts = withImpliedMonth(written, monthOf(days, startDay).name);
  const found: number[] = [];
  const shift = firstPeriod(parts, days, startDay);
  for (const [from, to] of periods(parts, days, startDay, untilDay, shift)) {
    found.push(...chosenDays(parts, days, startDay, from, to));
  }
  const distinct = [...new Set(found)].sort((a, b) => a - b).filter((day) => day >= startDay && day < untilDay);
  return distinct.slice(0, numbers(parts, "COUNT")[0] ?? distinct.length);
}

function chosenDays(parts: Parts, days: Days, startDay: number, from: number, to: number): number[] {
  const set = periodDays(parts, days, startDay, from, to);
  const positions = numbers(parts, "BYSETPOS");
  return set.filter((_, i) => positions.length === 0 || counted(positions, i + 1, set.length));
}

/**
 * How far the first year or month lies from the start's own: where SKIP carries days over their edges, it is the one that
 * has the start.
 */
function firstPeriod(parts: Parts, days: Days, startDay: number): number {
  const freq = parts.get("FREQ") ?? "";
  const skip = parts.get("SKIP") ?? "OMIT";
  if (skip === "OMIT" || (freq !== "YEARLY" && freq !== "MONTHLY")) {
    return 0;
  }
  if (!parts.has("INTERVAL")) {
    return skip === "FORWARD" ? -1 : 0;
  }
  const spanAt = (day: number): Span => (freq === "YEARLY" ? monthOf(days, day).year : monthOf(days, day));
  const has = ({ first, length }: Span) => chosenDays(parts, days, startDay, first, first + length).includes(startDay);
  const own = spanAt(startDay);
  const shift = skip === "FORWARD" ? -1 : 1;
  return !has(own) && has(spanAt(shift < 0 ? own.first - 1 : own.first + own.length)) ? shift : 0;
}

function numbers(parts: Parts, name: string): number[] {
  return parts.get(name)?.split(",").map(Number) ?? [];
}

function counted(wanted: readonly number[], n: number, length: number): boolean {
  return wanted.includes(n) || wanted.includes(n - length - 1);
}

function monthOf(days: Days, day: number): Month {
  const month = days.get(day);
  if (month === undefined) {
    throw new Error(`day ${day} is not known`);
  }
  return month;
}

function weekdayOf(day: number): number {
  return (day + 4) % 7;
}

/** First days of the periods that the rule visits, and of what follows them. */
function* periods(
  parts: Parts,
  days: Days,
  startDay: number,
  untilDay: number,
  shift: number,
): Iterable<[number, number]> {
  const freq = parts.get("FREQ") ?? "";
  const interval = numbers(parts, "INTERVAL")[0] ?? 1;
  const start = monthOf(days, startDay);
  const week = startDay - ((weekdayOf(startDay) - weekdayNames.indexOf(parts.get("WKST") ?? "MO") + 7) % 7);
  for (let day = week - 800; day < untilDay + 40; day += 1) {
    const month = monthOf(days, day);
    const { year } = month;
    if (freq === "YEARLY" && day === year.first && isStep(year.number - start.year.number - shift, interval)) {
      yield [day, day + year.length];
    } else if (freq === "MONTHLY" && day === month.first && isStep(month.number - start.number - shift, interval)) {
      yield [day, day + month.length];
    } else if (freq === "WEEKLY" && isStep(day - week, 7 * interval)) {
      yield [day, day + 7];
    } else if (freq === "DAILY" && isStep(day - startDay, interval)) {
      yield [day, day + 1];
    }
  }
}

function isStep(distance: number, interval: number): boolean {
  return distance >= 0 && distance % interval === 0;
}

function periodDays(parts: Parts, days: Days, startDay: number, from: number, to: number): number[] {
  const freq = parts.get("FREQ") ?? "";
  const skip = parts.get("SKIP") ?? "OMIT";
  const byWeekday = parts.has("BYDAY") && (freq === "MONTHLY" || !parts.has("BYMONTH"));
  const isMoved = parts.has("BYMONTHDAY") || parts.has("BYYEARDAY") || !(byWeekday || parts.has("BYWEEKNO"));
  if (skip !== "OMIT" && isMoved && (freq === "YEARLY" || freq === "MONTHLY")) {
    return movedDays(parts, days, startDay, from);
  }
  const all = Array.from({ length: to - from }, (_, i) => from + i);
  const own = all.filter((day) => fits(parts, days, startDay, day));
  return [...new Set([...own, ...movedWeeks(parts, days, from)])].sort((a, b) => a - b);
}

/** The days next to a year that SKIP puts in the place of weeks beyond its own, as far as BYMONTH and BYDAY name them. */
function movedWeeks(parts: Parts, days: Days, from: number): number[] {
  const skip = parts.get("SKIP") ?? "OMIT";
  const { year } = monthOf(days, from);
  const end = year.first + year.length;
  const weekStart = weekdayNames.indexOf(parts.get("WKST") ?? "MO");
  const fourths = Array.from({ length: year.length }, (_, i) => year.first + i).filter(
    (day) => weekdayOf(day) === (weekStart + 3) % 7,
  );
  const missing = skip === "OMIT" ? [] : numbers(parts, "BYWEEKNO").filter((n) => Math.abs(n) > fourths.length);
  return missing
    .map((n) => (n > 0 ? end : year.first) - (skip === "BACKWARD" ? 1 : 0))
    .filter((day) => isNamedMonth(parts, days, monthOf(days, day)))
    .filter((day) => !parts.has("BYDAY") || weekdayFits(parts, monthOf(days, day), day));
}

/** Whether every part names a day, those implied by DTSTART included. */
function fits(parts: Parts, days: Days, startDay: number, day: number): boolean {
  const month = monthOf(days, day);
  const start = monthOf(days, startDay);
  const freq = parts.get("FREQ") ?? "";
  const has = (name: string) => parts.has(name);
  if (!isNamedMonth(parts, days, month) || !limitsFit(parts, days, day) || !yearDayFits(parts, month, day)) {
    return false;
  }
  if (has("BYDAY") || has("BYMONTHDAY") || has("BYYEARDAY")) {
    return true;
  }
  const isSameDay = day - month.first === startDay - start.first;
  const implied: Readonly<Record<string, boolean>> = {
    YEARLY: has("BYWEEKNO") ? weekdayOf(day) === weekdayOf(startDay) : isSameDay,
    MONTHLY: isSameDay,
    WEEKLY: weekdayOf(day) === weekdayOf(startDay),
  };
  return implied[freq] ?? true;
}

function yearDayFits(parts: Parts, { year }: Month, day: number): boolean {
  return !parts.has("BYYEARDAY") || counted(numbers(parts, "BYYEARDAY"), day - year.first + 1, year.length);
}

/** Whether BYMONTHDAY, BYWEEKNO and BYDAY name a day. */
function limitsFit(parts: Parts, days: Days, day: number): boolean {
  const month = monthOf(days, day);
  if (parts.has("BYMONTHDAY") && !counted(numbers(parts, "BYMONTHDAY"), day - month.first + 1, month.length)) {
    return false;
  }
  return weekFits(parts, days, day) && (!parts.has("BYDAY") || weekdayFits(parts, month, day));
}

function weekdayFits(parts: Parts, month: Month, day: number): boolean {
  const { first, length } = parts.get("FREQ") === "MONTHLY" || parts.has("BYMONTH") ? month : month.year;
  const fromStart = Math.ceil((day - first + 1) / 7);
  const fromEnd = -Math.ceil((first + length - day) / 7);
  return (parts.get("BYDAY") ?? "").split(",").some((item) => {
    const ordinal = item.slice(0, -2);
    const isNth = ordinal === "" || Number(ordinal) === fromStart || Number(ordinal) === fromEnd;
    return isNth && item.slice(-2) === weekdayNames[weekdayOf(day)];
  });
}

/** A week belongs to the year of its fourth day. */
function weekFits(parts: Parts, days: Days, day: number): boolean {
  if (!parts.has("BYWEEKNO")) {
    return true;
  }
  const weekStart = weekdayNames.indexOf(parts.get("WKST") ?? "MO");
  const fourth = day - ((weekdayOf(day) - weekStart + 7) % 7) + 3;
  const { year } = monthOf(days, fourth);
  const number = Math.ceil((fourth - year.first + 1) / 7);
  const left = Math.ceil((year.first + year.length - fourth) / 7);
  return numbers(parts, "BYWEEKNO").some((n) => n === number || n === -left);
}

function isNamedMonth(parts: Parts, days: Days, month: Month): boolean {
  const names = parts.get("BYMONTH")?.split(",");
  const before = days.get(month.year.first - 1)?.year;
  return (
    names === undefined ||
    [month.year, ...(before === undefined ? [] : [before])].some((year) =>
      standIns(parts, days, year, names).includes(month),
    )
  );
}

/** The months of a year that some names mean, SKIP applied to leap months. */
function standIns(parts: Parts, days: Days, year: Year, names: readonly string[]): Month[] {
  const skip = parts.get("SKIP") ?? "OMIT";
  return names.flatMap((name) => {
    const own = year.months.find((month) => month.name === name);
    const regular = year.months.find((month) => `${month.name}L` === name);
    if (own !== undefined || regular === undefined || skip === "OMIT") {
      return own ?? [];
    }
    return skip === "BACKWARD" ? regular : monthOf(days, regular.first + regular.length);
  });
}

/** The days of a MONTHLY or YEARLY rule whose days SKIP moves. */
function movedDays(parts: Parts, days: Days, startDay: number, from: number): number[] {
  const start = monthOf(days, startDay);
  const { year } = monthOf(days, from);
  const isYearly = parts.get("FREQ") === "YEARLY";
  const moved = new Set<number>();
  const place = ({ first, length }: Span, n: number) => {
    const index = n > 0 ? n : length + 1 + n;
    const isBefore = parts.get("SKIP") === "BACKWARD";
    const least = isBefore ? 0 : 1;
    const most = isBefore ? length : length + 1;
    moved.add(first - 1 + (index >= 1 && index <= length ? index : Math.min(most, Math.max(least, index))));
  };
  if (parts.has("BYYEARDAY")) {
    numbers(parts, "BYYEARDAY").forEach((n) => place(year, n));
  } else {
    const byWeekday = parts.has("BYDAY") && !parts.has("BYMONTHDAY");
    const names = parts.get("BYMONTH")?.split(",");
    const yearly = names === undefined ? year.months : standIns(parts, days, year, names);
    const one = monthOf(days, from);
    const months = isYearly ? yearly : isNamedMonth(parts, days, one) ? [one] : [];
    const monthDays = parts.has("BYMONTHDAY") ? numbers(parts, "BYMONTHDAY") : [startDay - start.first + 1];
    months.forEach((month) => {
      const all = Array.from({ length: month.length }, (_, i) => i + 1);
      (byWeekday ? all : monthDays).forEach((n) => place(month, n));
    });
  }
  const limits = parts.has("BYYEARDAY") ? parts : new Map([...parts].filter(([name]) => name !== "BYMONTHDAY"));
  return [...moved]
    .filter((day) => limitsFit(limits, days, day))
    .filter((day) => !parts.has("BYYEARDAY") || isNamedMonth(parts, days, monthOf(days, day)))
    .sort((a, b) => a - b);
}
