/**
 * What RFC 5545 says, decided slowly: every day (hour, minute, second) of every period is asked whether each part of
 * the rule names it. Shares nothing with the engine: dates come from Date, zones from Intl.
 */

/** A recurrence set for the oracle: local times are milliseconds since 1970-01-01T00:00 local. */
export interface OracleSet {
  readonly startMs: number;
  /** An IANA zone; undefined where local time is UTC. */
  readonly zone: string | undefined;
  readonly rules: readonly string[];
  readonly exceptionRules?: readonly string[];
  /** Instants in UTC. */
  readonly dates?: readonly number[];
  readonly exceptionDates?: readonly number[];
  readonly gap?: "shift" | "omit";
}

type Parts = ReadonlyMap<string, string>;

const lists = new WeakMap<Parts, Map<string, number[]>>();

const dayMs = 86_400_000;
const weekdayNames = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

/** The instants of a set whose local times lie before an end. */
export function oracleInstants(set: OracleSet, untilLocalMs: number): number[] {
  const included = set.rules.flatMap((rule) => ruleInstants(set, rule, untilLocalMs));
  const excluded = new Set((set.exceptionRules ?? []).flatMap((rule) => ruleInstants(set, rule, untilLocalMs)));
  for (const ms of set.exceptionDates ?? []) {
    excluded.add(ms);
  }
  const all = new Set([...included, ...(set.dates ?? [])]);
  return [...all].filter((ms) => !excluded.has(ms)).sort((a, b) => a - b);
}

function ruleInstants(set: OracleSet, text: string, untilLocalMs: number): number[] {
  const parts: Parts = new Map(text.split(";").map((part) => part.split("=") as [string, string]));
  const locals = oracleLocalTimes(parts, set.startMs, untilLocalMs);
  const instants = new Set<number>();
  for (const local of locals) {
    const utc = set.zone === undefined ? local : oracleToUtc(set.zone, local, set.gap ?? "shift");
    if (!Number.isNaN(utc)) {
      instants.add(utc);
    }
  }
  const sorted = [...instants].sort((a, b) => a - b);
  const until = parts.get("UNTIL");
  const last = until === undefined ? Number.POSITIVE_INFINITY : readTime(until);
  return sorted.filter((ms) => ms <= last).slice(0, numbers(parts, "COUNT")[0] ?? sorted.length);
}

/** Reads "20260131", "20260131T093000" or "20260131T093000Z" on its own clock. */
export function readTime(text: string): number {
  const [, y, m, d, hh = "0", mm = "0", ss = "0"] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z?)?$/.exec(text) ?? [];
  return Date.UTC(Number(y), Number(m) - 1, Number(d), Number(hh), Number(mm), Number(ss));
}

/** A part as numbers; read once, as this is asked of every day. */
function numbers(parts: Parts, name: string): readonly number[] {
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

/** The local times of one rule from its start until an end, COUNT and UNTIL not applied. */
function oracleLocalTimes(parts: Parts, startMs: number, untilMs: number): number[] {
  const freq = parts.get("FREQ") ?? "";
  const interval = numbers(parts, "INTERVAL")[0] ?? 1;
  const found: number[] = [];
  const isClock = freq === "HOURLY" || freq === "MINUTELY" || freq === "SECONDLY";
  const sets = isClock
    ? clockSets(parts, freq, interval, startMs, untilMs)
    : daySets(parts, freq, interval, startMs, untilMs);
  const positions = numbers(parts, "BYSETPOS");
  for (const set of sets) {
    const chosen = positions.length === 0 ? set : set.filter((_, i) => hasPosition(positions, i, set.length));
    found.push(...chosen.filter((ms) => ms >= startMs && ms < untilMs));
  }
  return found;
}

function hasPosition(positions: readonly number[], index: number, length: number): boolean {
  return positions.includes(index + 1) || positions.includes(index - length);
}

function* clockSets(
  parts: Parts,
  freq: string,
  interval: number,
  startMs: number,
  untilMs: number,
): Iterable<number[]> {
  const unit = { HOURLY: 3_600_000, MINUTELY: 60_000, SECONDLY: 1000 }[freq] ?? 1000;
  const start = new Date(startMs);
  const hours = numbers(parts, "BYHOUR");
  const minutes = parts.has("BYMINUTE") ? numbers(parts, "BYMINUTE") : [start.getUTCMinutes()];
  const seconds = parts.has("BYSECOND") ? numbers(parts, "BYSECOND") : [start.getUTCSeconds()];
  const range = (wanted: readonly number[], most: number) =>
    Array.from({ length: most }, (_, n) => n).filter((n) => wanted.includes(n));
  const innerMinutes = freq === "HOURLY" ? range(minutes, 60) : [0];
  const innerSeconds = freq === "SECONDLY" ? [0] : range(seconds, 60);
  const inner = innerMinutes.flatMap((m) => innerSeconds.map((s) => m * 60_000 + s * 1000));
  for (let at = Math.floor(startMs / unit) * unit; at < untilMs; at += interval * unit) {
    const time = new Date(at);
    const fits =
      (hours.length === 0 || hours.includes(time.getUTCHours())) &&
      (freq === "HOURLY" || !parts.has("BYMINUTE") || minutes.includes(time.getUTCMinutes())) &&
      (freq !== "SECONDLY" || !parts.has("BYSECOND") || seconds.includes(time.getUTCSeconds())) &&
      dayFits(parts, freq, Math.floor(at / dayMs), startMs);
    yield fits ? inner.map((ms) => at + ms) : [];
  }
}

function* daySets(parts: Parts, freq: string, interval: number, startMs: number, untilMs: number): Iterable<number[]> {
  const times = dayTimes(parts, startMs);
  const startDay = Math.floor(startMs / dayMs);
  const startOf = factsOf(startDay);
  const weekStart = weekdayNames.indexOf(parts.get("WKST") ?? "MO");
  const end = untilMs / dayMs + 400;
  for (let k = 0; ; k += interval) {
    let from: number;
    let to: number;
    if (freq === "YEARLY") {
      from = Date.UTC(startOf.year + k, 0, 1) / dayMs;
      to = Date.UTC(startOf.year + k + 1, 0, 1) / dayMs;
    } else if (freq === "MONTHLY") {
      from = Date.UTC(startOf.year, startOf.month - 1 + k, 1) / dayMs;
      to = Date.UTC(startOf.year, startOf.month + k, 1) / dayMs;
    } else if (freq === "WEEKLY") {
      from = startDay - ((startOf.weekday - weekStart + 7) % 7) + 7 * k;
      to = from + 7;
    } else {
      from = startDay + k;
      to = from + 1;
    }
    if (from > end) {
      return;
    }
    const days = skippedDays(parts, freq, from, to, startMs) ?? plainDays(parts, freq, from, to, startMs);
    yield days.flatMap((day) => times.map((ms) => day * dayMs + ms));
  }
}

function plainDays(parts: Parts, freq: string, from: number, to: number, startMs: number): number[] {
  const days: number[] = [];
  for (let day = from; day < to; day += 1) {
    if (dayFits(parts, freq, day, startMs)) {
      days.push(day);
    }
  }
  return days;
}

function dayTimes(parts: Parts, startMs: number): number[] {
  const start = new Date(startMs);
  const or = (name: string, implied: number) => (parts.has(name) ? numbers(parts, name) : [implied]);
  const times = new Set<number>();
  for (const hour of or("BYHOUR", start.getUTCHours())) {
    for (const minute of or("BYMINUTE", start.getUTCMinutes())) {
      for (const second of or("BYSECOND", start.getUTCSeconds())) {
        times.add(((hour * 60 + minute) * 60 + Math.min(second, 59)) * 1000);
      }
    }
  }
  return [...times].sort((a, b) => a - b);
}

interface DayFacts {
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

function factsOf(day: number): DayFacts {
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

/** Whether every part of a rule that speaks of days names a day, the parts implied by DTSTART included. */
function dayFits(parts: Parts, freq: string, day: number, startMs: number): boolean {
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
      return has("BYWEEKNO")
        ? weekday === start.weekday
        : monthDay === start.monthDay && (has("BYMONTH") || month === start.month);
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

/** Days of a MONTHLY or YEARLY rule with SKIP; undefined where SKIP does nothing. */
function skippedDays(parts: Parts, freq: string, from: number, to: number, startMs: number): number[] | undefined {
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
  const implied = freq === "YEARLY" && !parts.has("BYMONTHDAY") ? [start.month] : undefined;
  const months = parts.has("BYMONTH") ? numbers(parts, "BYMONTH") : implied;
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

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, Map<number, number>>();

/**
 * How far a zone is ahead of UTC at an instant, asked of Intl: at the ends of the hour, and where these differ at the
 * quarter. Clocks change on quarters of an hour in the years that are tested.
 */
export function oracleOffset(zone: string, utcMs: number): number {
  const hour = Math.floor(utcMs / 3_600_000) * 3_600_000;
  const offset = offsetAt(zone, hour);
  if (utcMs === hour || offset === offsetAt(zone, hour + 3_600_000)) {
    return offset;
  }
  return offsetAt(zone, Math.floor(utcMs / 900_000) * 900_000);
}

/** Frees what is known of a zone. */
export function forgetOffsets(zone: string): void {
  offsets.delete(zone);
}

function offsetAt(zone: string, utcMs: number): number {
  let known = offsets.get(zone);
  if (known === undefined) {
    known = new Map();
    offsets.set(zone, known);
  }
  let offset = known.get(utcMs);
  if (offset === undefined) {
    offset = askOffset(zone, utcMs);
    known.set(utcMs, offset);
  }
  return offset;
}

function askOffset(zone: string, utcMs: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
    formats.set(zone, format);
  }
  return Date.parse(`${format.format(utcMs).replace(" ", "T")}Z`) - utcMs;
}

/** The instant of a local time: the first whose clock shows it; in a gap the offset before it, or NaN. */
export function oracleToUtc(zone: string, localMs: number, gap: "shift" | "omit"): number {
  const near = [-26, -13, 0, 13, 26].map((hours) => oracleOffset(zone, localMs + hours * 3_600_000));
  const candidates = [...new Set(near)].map((offset) => localMs - offset);
  const real = candidates.filter((utcMs) => oracleOffset(zone, utcMs) === localMs - utcMs);
  if (real.length > 0) {
    return Math.min(...real);
  }
  return gap === "omit" ? Number.NaN : localMs - oracleOffset(zone, localMs - 26 * 3_600_000);
}

/** An instant before which nothing that comes after an end in local time can lie. */
export function horizonOf({ zone, startMs }: OracleSet, untilLocalMs: number): number {
  if (zone === undefined) {
    return untilLocalMs;
  }
  const at = untilLocalMs - oracleOffset(zone, untilLocalMs);
  const isCalm = oracleOffset(zone, at - 26 * 3_600_000) === oracleOffset(zone, at + 26 * 3_600_000);
  return isCalm ? at : Math.max(startMs - dayMs, at - 26 * 3_600_000);
}
