/** Which days the parts of a rule name, for the oracle: each day is asked by itself. */

/** The parts of a rule, as in FREQ → DAILY. */
export type Parts = ReadonlyMap<string, string>;

const lists = new WeakMap<Parts, Map<string, number[]>>();

export const dayMs = 86_400_000;
/** As BYDAY and WKST have them. */
export const weekdayNames = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

/** A part as numbers; read once, as this is asked of every day. */
export function numbers(parts: Parts, name: string): readonly number[] {
  let known = lists.get(parts);
  if (known === undefined) {
    known = new Map();
    lists.set(parts, known);
  }
  let list = known.get(name);
  if (list === undefined) {
    list = parts.get(name)?.split(",").map(Number) ?? [];
    known.set(name, list);
  }
  return list;
}

/** What a calendar says of a day. */
export interface DayFacts {
  readonly year: number;
  readonly month: number;
  readonly monthDay: number;
  readonly monthLength: number;
  readonly yearDay: number;
  readonly yearLength: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

const facts = new Map<number, DayFacts>();

export function factsOf(day: number): DayFacts {
  let known = facts.get(day);
  if (known === undefined) {
    const date = new Date(day * dayMs);
    const year = date.getUTCFullYear();
    const month = date.getUTCMonth() + 1;
    known = {
      year,
      month,
      monthDay: date.getUTCDate(),
      monthLength: new Date(Date.UTC(year, month, 0)).getUTCDate(),
      yearDay: day - Date.UTC(year, 0, 1) / dayMs + 1,
      yearLength: (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / dayMs,
      weekday: date.getUTCDay(),
    };
    facts.set(day, known);
  }
  return known;
}

/**
 * The parts of a YEARLY rule, and those that RFC 8984 section 4.3.3.1 adds to it: without BYYEARDAY, BYMONTH and BYWEEKNO,
 * and with BYMONTHDAY or without BYDAY, the month of the start.
 */
export function withImpliedMonth(parts: Parts, startMonth: string): Parts {
  const has = (name: string) => parts.has(name);
  const isNamed = has("BYYEARDAY") || has("BYMONTH") || has("BYWEEKNO");
  return parts.get("FREQ") !== "YEARLY" || isNamed || (!has("BYMONTHDAY") && has("BYDAY"))
    ? parts
    : new Map([...parts, ["BYMONTH", startMonth]]);
}

/** Whether every part of a rule that speaks of days names a day, the parts implied by DTSTART included. */
export function dayFits(parts: Parts, freq: string, day: number, startMs: number): boolean {
  const { month, monthDay, monthLength, yearDay, yearLength, weekday } = factsOf(day);
  const start = factsOf(Math.floor(startMs / dayMs));
  const has = (name: string) => parts.has(name);
  const names = (name: string, positive: number, length: number) =>
    !has(name) || numbers(parts, name).some((n) => n === positive || n === positive - length - 1);
  if (has("BYMONTH") && !numbers(parts, "BYMONTH").includes(month)) {
    return false;
  }
  if (!names("BYMONTHDAY", monthDay, monthLength) || !names("BYYEARDAY", yearDay, yearLength)) {
    return false;
  }
  if (has("BYWEEKNO") && !weekFits(parts, day)) {
    return false;
  }
  if (has("BYDAY")) {
    return weekdayFits(parts, freq, day);
  }
  if (has("BYMONTHDAY") || has("BYYEARDAY")) {
    return true;
  }
  switch (freq) {
    case "YEARLY":
      return has("BYWEEKNO") ? weekday === start.weekday : monthDay === start.monthDay;
    case "MONTHLY":
      return monthDay === start.monthDay;
    case "WEEKLY":
      return weekday === start.weekday;
    default:
      return true;
  }
}

/** Whether BYDAY names a day: an ordinal counts within the month, or the year of a YEARLY rule without BYMONTH. */
function weekdayFits(parts: Parts, freq: string, day: number): boolean {
  const { monthDay, monthLength, yearDay, yearLength, weekday } = factsOf(day);
  const inMonth = freq === "MONTHLY" || parts.has("BYMONTH");
  const [index, length] = inMonth ? [monthDay, monthLength] : [yearDay, yearLength];
  const fromStart = Math.ceil(index / 7);
  const fromEnd = -Math.ceil((length - index + 1) / 7);
  return (parts.get("BYDAY") ?? "").split(",").some((item) => {
    const ordinal = item.slice(0, -2);
    const fits = ordinal === "" || Number(ordinal) === fromStart || Number(ordinal) === fromEnd;
    return fits && item.slice(-2) === weekdayNames[weekday];
  });
}

/** Whether BYWEEKNO names a day's week; week 1 is the first with four or more days in its year. */
function weekFits(parts: Parts, day: number): boolean {
  const weekStart = weekdayNames.indexOf(parts.get("WKST") ?? "MO");
  const begin = day - ((factsOf(day).weekday - weekStart + 7) % 7);
  // The week belongs to the year that has its fourth day.
  const { year, yearDay } = factsOf(begin + 3);
  const number = Math.ceil(yearDay / 7);
  const weeks = weeksOf(year, weekStart);
  return numbers(parts, "BYWEEKNO").some((n) => n === number || n === number - weeks - 1);
}

function weeksOf(year: number, weekStart: number): number {
  let weeks = 0;
  const first = Date.UTC(year, 0, 1) / dayMs;
  for (let day = first; day < first + factsOf(first).yearLength; day += 1) {
    weeks += factsOf(day).weekday === (weekStart + 3) % 7 ? 1 : 0;
  }
  return weeks;
}

/**
 * The days that SKIP puts in the place of weeks that a year does not have (RFC 7529 section 4.1): those next to the year,
 * of which BYMONTH and BYDAY leave what they name.
 */
export function movedWeeks(parts: Parts, from: number, to: number): number[] {
  const skip = parts.get("SKIP") ?? "OMIT";
  if (skip === "OMIT" || !parts.has("BYWEEKNO") || parts.has("BYMONTHDAY") || parts.has("BYYEARDAY")) {
    return [];
  }
  const weeks = weeksOf(factsOf(from).year, weekdayNames.indexOf(parts.get("WKST") ?? "MO"));
  const missing = numbers(parts, "BYWEEKNO").filter((n) => Math.abs(n) > weeks);
  const moved = missing.map((n) => (n > 0 ? to : from) - (skip === "BACKWARD" ? 1 : 0));
  return moved.filter(
    (day) =>
      (!parts.has("BYMONTH") || numbers(parts, "BYMONTH").includes(factsOf(day).month)) &&
      (!parts.has("BYDAY") || weekdayFits(parts, "YEARLY", day)),
  );
}

/** Days of a MONTHLY or YEARLY rule with SKIP; undefined where SKIP does nothing. */
export function skippedDays(
  parts: Parts,
  freq: string,
  from: number,
  to: number,
  startMs: number,
): number[] | undefined {
  const skip = parts.get("SKIP") ?? "OMIT";
  const expands = freq === "MONTHLY" || freq === "YEARLY";
  const start = factsOf(Math.floor(startMs / dayMs));
  const monthDays = parts.has("BYMONTHDAY") ? numbers(parts, "BYMONTHDAY") : [start.monthDay];
  if (skip === "OMIT" || !expands) {
    return undefined;
  }
  const byYearDay = parts.has("BYYEARDAY");
  if (!byYearDay && !parts.has("BYMONTHDAY") && (parts.has("BYDAY") || parts.has("BYWEEKNO"))) {
    return undefined;
  }
  const months = parts.has("BYMONTH") ? numbers(parts, "BYMONTH") : undefined;
  const days = new Set<number>();
  const place = (first: number, length: number, n: number) => {
    const index = n > 0 ? n : length + 1 + n;
    const isValid = index >= 1 && index <= length;
    const moved = skip === "BACKWARD" ? Math.min(length, Math.max(0, index)) : Math.min(length + 1, Math.max(1, index));
    days.add(first - 1 + (isValid ? index : moved));
  };
  if (byYearDay) {
    numbers(parts, "BYYEARDAY").forEach((n) => place(from, to - from, n));
  } else {
    for (let day = from; day < to; day += factsOf(day).monthLength) {
      const { month, monthLength } = factsOf(day);
      if (months === undefined || months.includes(month)) {
        monthDays.forEach((n) => place(day, monthLength, n));
      }
    }
  }
  const kept = [...days].filter(
    (day) =>
      (!byYearDay || !parts.has("BYMONTH") || numbers(parts, "BYMONTH").includes(factsOf(day).month)) &&
      (!byYearDay || !parts.has("BYMONTHDAY") || plainMonthDay(monthDays, day)) &&
      (!parts.has("BYWEEKNO") || weekFits(parts, day)) &&
      (!parts.has("BYDAY") || weekdayFits(parts, freq, day)),
  );
  return kept.sort((a, b) => a - b);
}

function plainMonthDay(monthDays: readonly number[], day: number): boolean {
  const { monthDay, monthLength } = factsOf(day);
  return monthDays.includes(monthDay) || monthDays.includes(monthDay - monthLength - 1);
}
