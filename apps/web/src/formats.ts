/** Dates and times in words. The page's language is English; hours and weeks follow the visitor's own locale. */
import { addDays, noonOf, weekdayOf, type Day, type Month, type Span } from "./days.ts";

/** Weekday is the heading of a column of the month view. */
export interface Weekday {
  readonly short: string;
  readonly long: string;
}

/** Formats writes dates and times the way one visitor reads them. */
export interface Formats {
  /** The weekday that a week begins with: 1 is Monday, 7 is Sunday. */
  readonly firstWeekday: number;
  /** The seven weekdays, the first one first. */
  readonly weekdays: readonly Weekday[];
  /** As in "Monday, November 23, 2026". */
  day(day: Day): string;
  /** As in "November 2026". */
  month(month: Month): string;
  /** As in "9:00 AM". */
  time(instantMs: number, zone: string): string;
  /** As in "9:00 AM to 9:30 AM". */
  hours(span: Span, zone: string): string;
  /** The local date of an instant, as in "Monday, November 23, 2026". */
  date(instantMs: number, zone: string): string;
  /** As in "GMT+1", which depends on the instant. */
  offset(instantMs: number, zone: string): string;
}

/** Regions outside English whose weeks begin on Sunday or Saturday, for browsers that do not know week data. */
const WEEK_STARTS = new Map([
  ["US", 7],
  ["CA", 7],
  ["IN", 7],
  ["JP", 7],
  ["KR", 7],
  ["IL", 7],
  ["BR", 7],
  ["MX", 7],
  ["PH", 7],
  ["ZA", 7],
  ["EG", 6],
  ["AE", 6],
]);

/** Returns the weekday that weeks begin with where a language is spoken: 1 is Monday, 7 is Sunday. */
export function firstWeekdayOf(language: string): number {
  const locale: Intl.Locale & { getWeekInfo?: () => { firstDay: number } } = new Intl.Locale(language).maximize();
  return locale.getWeekInfo?.().firstDay ?? WEEK_STARTS.get(locale.region ?? "") ?? 1;
}

/** Returns the formats for a visitor whose browser prefers a language, given as a BCP 47 tag. */
export function formatsFor(language: string): Formats {
  const english = new Intl.Locale(language).language === "en";
  const locale = english ? language : "en-GB";
  const hourCycle = new Intl.DateTimeFormat(language, { hour: "numeric" }).resolvedOptions().hour12 ? "h12" : "h23";
  const writers = new Map<string, Intl.DateTimeFormat>();
  const write = (instantMs: number, options: Intl.DateTimeFormatOptions): string => {
    const key = JSON.stringify(options);
    const writer = writers.get(key) ?? new Intl.DateTimeFormat(locale, options);
    writers.set(key, writer);
    // Some engines put a narrow no-break space before AM and PM, others a plain one.
    return writer.format(instantMs).replaceAll(/[\u00A0\u202F]/g, " ");
  };
  const firstWeekday = firstWeekdayOf(language);
  const time = (instantMs: number, zone: string): string =>
    write(instantMs, {
      timeZone: zone,
      hour: hourCycle === "h12" ? "numeric" : "2-digit",
      minute: "2-digit",
      hourCycle,
    });
  return {
    firstWeekday,
    weekdays: weekdaysFrom(firstWeekday, locale),
    day: (day) => write(noonOf(day), { ...FULL_DATE, timeZone: "UTC" }),
    month: (month) => write(noonOf(`${month}-01`), { timeZone: "UTC", year: "numeric", month: "long" }),
    time,
    hours: (span, zone) => `${time(span.startMs, zone)} to ${time(span.endMs, zone)}`,
    date: (instantMs, zone) => write(instantMs, { ...FULL_DATE, timeZone: zone }),
    offset: (instantMs, zone) => zonePart(instantMs, { locale, zone, timeZoneName: "shortOffset" }),
  };
}

const FULL_DATE = { weekday: "long", year: "numeric", month: "long", day: "numeric" } as const;

function weekdaysFrom(firstWeekday: number, locale: string): Weekday[] {
  const anyMonday = "2026-11-23";
  const short = new Intl.DateTimeFormat(locale, { timeZone: "UTC", weekday: "short" });
  const long = new Intl.DateTimeFormat(locale, { timeZone: "UTC", weekday: "long" });
  return Array.from({ length: 7 }, (_, column) => {
    const instantMs = noonOf(addDays(anyMonday, firstWeekday - weekdayOf(anyMonday) + column));
    return { short: short.format(instantMs), long: long.format(instantMs) };
  });
}

interface ZoneWriting {
  readonly locale: string;
  readonly zone: string;
  readonly timeZoneName: "short" | "shortOffset";
}

function zonePart(instantMs: number, { locale, zone, timeZoneName }: ZoneWriting): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName }).formatToParts(instantMs);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}

/**
 * Returns the names of one day's slots. Where clocks go back an hour comes twice: such slots also name their offset, so
 * that no two names are equal.
 */
export function slotNames(slots: readonly Span[], zone: string, formats: Formats): string[] {
  const names = slots.map((slot) => formats.time(slot.startMs, zone));
  const seen = new Map<string, number>();
  for (const name of names) seen.set(name, (seen.get(name) ?? 0) + 1);
  return names.map((name, index) => {
    const slot = slots[index];
    return slot !== undefined && (seen.get(name) ?? 0) > 1 ? `${name} ${formats.offset(slot.startMs, zone)}` : name;
  });
}

/** Returns a length of time in words, as in "1 hour 30 minutes". */
export function lengthInWords(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.round((seconds % 3600) / 60);
  return [unit(hours, "hour"), unit(minutes, "minute")].filter((part) => part !== "").join(" ");
}

function unit(count: number, name: string): string {
  return count === 0 ? "" : `${count} ${name}${count === 1 ? "" : "s"}`;
}
