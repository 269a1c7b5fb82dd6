import type { Frequency } from "../rule.ts";

/** A word by the category that Intl.PluralRules gives a number; `{n}` is the number. */
export interface Forms {
  readonly one?: string;
  readonly other: string;
}

/** Something that an ordinal counts: "Monday", "weekday"; languages that need it know its gender. */
export interface Noun {
  readonly text: string;
  readonly feminine?: boolean;
}

/** The period that an ordinal counts in. */
export type Period = "month" | "year" | "week" | "none";

/** What a language says of the parts of a rule. Lists come joined as the language joins them. */
export interface Words {
  /** "every week", "every {n} weeks". */
  readonly every: Readonly<Record<Frequency, Forms>>;
  /** What Monday to Friday, and Saturday and Sunday, are called: said of a rule, and one of them. */
  readonly workdays: string;
  readonly weekend: string;
  readonly workday: Noun;
  readonly weekendDay: Noun;
  readonly anyDay: Noun;
  /** Weekdays whose grammatical gender is feminine; 0 is Monday. */
  readonly feminineWeekdays?: readonly number[];
  /** "on Monday and Wednesday". */
  readonly onWeekdays: (list: string) => string;
  /** Of all weekdays of a name within a month or year: "on every Monday and every Friday". */
  readonly onEachWeekday: (names: readonly string[], list: (items: readonly string[]) => string) => string;
  /** Of days that other parts name: "if it is a Friday or a Saturday". */
  readonly ifWeekday: (names: readonly string[], either: (items: readonly string[]) => string) => string;
  /** "on Friday the 13th". */
  readonly onWeekdayThe: (name: string, day: number) => string;
  /** The one such weekday of seven days in a row: "on the Tuesday from the 2nd to the 8th". */
  readonly onWeekdayBetween: (name: string, first: number, last: number) => string;
  /** Of the days of a period: "on every day". */
  readonly onEveryDay: string;
  /** "the first Monday", "the last weekday". */
  readonly nth: (n: number, noun: Noun) => string;
  /** "on the first Monday and the last Friday of the month". */
  readonly onNth: (list: string, period: Period) => string;
  /** "the 15th", "the last day". */
  readonly monthDay: (n: number) => string;
  /** "the 2nd to the 8th". */
  readonly monthDays: (first: number, last: number) => string;
  /** "on the 1st and the last day of the month". */
  readonly onMonthDays: (list: string, period: Period) => string;
  /** "the 100th day", "the last day". */
  readonly yearDay: (n: number) => string;
  /** "in weeks 20 and 30", of so many. */
  readonly inWeeks: (list: string, count: number) => string;
  /** "the last week", of a negative number. */
  readonly weekFromEnd: (n: number) => string;
  /** "in the last week of the year". */
  readonly inWeeksFromEnd: (list: string) => string;
  readonly inMonths: (list: string) => string;
  /** Of days within months: "of January and June". */
  readonly ofMonths: (list: string) => string;
  /** Behind a day of the month, where one month is named, as in "29 février"; as other days within months if absent. */
  readonly ofDate?: (month: string) => string;
  /** Of days within the month of the start, which the rule leaves unsaid. */
  readonly ofStartMonth: string;
  /** A month of a calendar for whose months the language has no names: "month 3", "leap month 5". */
  readonly numberedMonth: (n: number, isLeap: boolean) => string;
  /** "weeks beginning on Sunday", where that makes a difference. */
  readonly weeksBegin: (weekday: string) => string;
  /** "only the first and the last of these". */
  readonly onlyPositions: (list: string) => string;
  /** One of these positions: "the first", "the last". */
  readonly position: (n: number) => string;
  /** "at 9:00 AM and 5:00 PM". */
  readonly atTimes: (list: string) => string;
  /** Times whose hours alone are said, minutes being those of the start: "at 9 AM and 5 PM". `said` is what Intl writes. */
  readonly atHours: (
    hours: readonly number[],
    said: (hour: number) => string,
    list: (items: readonly string[]) => string,
  ) => string;
  /** Where not all parts of a time are said, of so many: "during hours 9 and 10", "at minute 30", "at seconds 0 and 30". */
  readonly inHours: (list: string, count: number) => string;
  readonly inMinutes: (list: string, count: number) => string;
  readonly inSeconds: (list: string, count: number) => string;
  readonly until: (date: string) => string;
  readonly times: Forms;
  /** What becomes of days that a month does not have. */
  readonly skip: { readonly BACKWARD: string; readonly FORWARD: string };
  /** The same in calendars with leap months, which a year may not have. */
  readonly skipWithMonths: { readonly BACKWARD: string; readonly FORWARD: string };
  /** Puts the phrases in order; absent ones are empty. */
  readonly assemble: (phrases: Phrases) => string;
}

/** The phrases of a rule. */
export interface Phrases {
  readonly every: string;
  readonly days: string;
  readonly weeks: string;
  readonly months: string;
  readonly times: string;
  readonly positions: string;
  readonly until: string;
  readonly count: string;
  readonly skip: string;
  readonly weekStart: string;
  /** Whether days and months are one date, as in "29 February". */
  readonly isDate: boolean;
}

/** "first", "second" … by a table, "6th" beyond it, negative from the end. */
export function spelled(n: number, names: readonly string[], beyond: (n: number) => string): string {
  return names[n - 1] ?? beyond(n);
}

/** Joins phrases with spaces, and asides with commas. */
export function inOrder(phrases: Phrases): string {
  const { every, days, weeks, months, times, positions, until, count, skip, weekStart } = phrases;
  const asides = [positions, weekStart, skip].filter((phrase) => phrase !== "");
  const sentence = [every, days, weeks, months, times, asides.length > 0 ? "" : until]
    .filter((phrase) => phrase !== "")
    .join(" ");
  return [sentence, ...asides, asides.length > 0 ? until : "", count].filter((phrase) => phrase !== "").join(", ");
}
