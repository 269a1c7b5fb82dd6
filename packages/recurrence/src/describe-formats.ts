import { monthNameIn } from "./describe-calendar.ts";
import type { ByMonth } from "./rule.ts";
import type { Forms } from "./words/words.ts";

/** How a locale writes dates, times, lists and numbers: from Intl. */
export interface Formats {
  /** Name of a weekday; 0 is Monday. */
  readonly weekday: (index: number) => string;
  /** Name of a month, 1 to 12. */
  readonly month: (month: number) => string;
  /** Name of a month of a calendar that Intl has; undefined where it has a number only. */
  readonly monthIn: (calendar: string, month: ByMonth) => string | undefined;
  /** Name of a calendar. */
  readonly calendar: (rscale: string) => string;
  readonly date: (ms: number) => string;
  readonly time: (hour: number, minute: number) => string;
  /** An hour of the day alone. */
  readonly hour: (hour: number) => string;
  /** "a, b, and c". */
  readonly list: (items: readonly string[]) => string;
  /** "a, b, or c". */
  readonly alternatives: (items: readonly string[]) => string;
  readonly plural: (forms: Forms, n: number) => string;
}

const known = new Map<string, Formats>();

/** The formats of a locale; those of English where Intl does not know the tag. */
export function formatsOf(locale: string): Formats {
  let formats = known.get(locale);
  if (formats === undefined) {
    formats = createFormats(supported(locale));
    known.set(locale, formats);
  }
  return formats;
}

function supported(locale: string): string {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale)[0] ?? "en";
  } catch {
    return "en"; // A tag that is no BCP 47 tag.
  }
}

function createFormats(locale: string): Formats {
  const zoned = { timeZone: "UTC" } as const;
  const weekday = new Intl.DateTimeFormat(locale, { ...zoned, weekday: "long" });
  const month = new Intl.DateTimeFormat(locale, { ...zoned, month: "long" });
  const date = new Intl.DateTimeFormat(locale, { ...zoned, dateStyle: "long" });
  const time = new Intl.DateTimeFormat(locale, { ...zoned, hour: "numeric", minute: "2-digit" });
  const hourOnly = new Intl.DateTimeFormat(locale, { ...zoned, hour: "numeric" });
  const calendars = new Intl.DisplayNames(locale, { type: "calendar" });
  const and = new Intl.ListFormat(locale, { type: "conjunction" });
  const or = new Intl.ListFormat(locale, { type: "disjunction" });
  const number = new Intl.NumberFormat(locale);
  const plurals = new Intl.PluralRules(locale);
  return {
    // 2024-01-01 was a Monday.
    weekday: (index) => weekday.format(Date.UTC(2024, 0, 1 + index)),
    month: (n) => month.format(Date.UTC(2024, n - 1, 1)),
    monthIn: (calendar, named) => monthNameIn(locale, calendar, named),
    calendar: (rscale) => calendars.of(rscale.toLowerCase()) ?? rscale,
    date: (ms) => date.format(ms),
    time: (hour, minute) => time.format(Date.UTC(2024, 0, 1, hour, minute)),
    hour: (hour) => hourOnly.format(Date.UTC(2024, 0, 1, hour)),
    list: (items) => and.format(items),
    alternatives: (items) => or.format(items),
    plural: ({ one, other }, n) =>
      (one !== undefined && (n === 1 || plurals.select(n) === "one") ? one : other).replace("{n}", number.format(n)),
  };
}
