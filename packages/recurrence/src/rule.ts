/** How often a rule repeats, from coarse to fine. */
export type Frequency = "YEARLY" | "MONTHLY" | "WEEKLY" | "DAILY" | "HOURLY" | "MINUTELY" | "SECONDLY";

/** Days of the week as RFC 5545 writes them. */
export type Weekday = "MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU";

/** The days of the week; the index is the number used inside the engine (0 is Monday). */
export const weekdays: readonly Weekday[] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/** A day of BYDAY: every such day, or with an ordinal the n-th of its month or year, negative from the end. */
export interface ByDay {
  readonly weekday: Weekday;
  readonly ordinal?: number;
}

/** What becomes of a date that its calendar does not have (RFC 7529). */
export type Skip = "OMIT" | "BACKWARD" | "FORWARD";

/** A month of BYMONTH; `leap` marks the leap month of a calendar that has them, as in "5L" (RFC 7529). */
export interface ByMonth {
  readonly month: number;
  readonly leap?: boolean;
}

/** The end of a rule as it is written: "19971224T000000Z", "19971224T000000" or "19971224". */
export interface Until {
  readonly kind: "utc" | "local" | "date";
  /** Milliseconds since 1970-01-01T00:00 of the kind's own clock; of a date, its midnight. */
  readonly ms: number;
}

/** The parts of a rule that are lists, by their fields. */
export const byParts = [
  "bySecond",
  "byMinute",
  "byHour",
  "byDay",
  "byMonthDay",
  "byYearDay",
  "byWeekNo",
  "byMonth",
  "bySetPos",
] as const;

/** A recurrence rule as structured fields. Absent lists are empty. */
export interface Rule {
  readonly freq: Frequency;
  readonly interval: number;
  readonly count?: number;
  readonly until?: Until;
  readonly bySecond: readonly number[];
  readonly byMinute: readonly number[];
  readonly byHour: readonly number[];
  readonly byDay: readonly ByDay[];
  readonly byMonthDay: readonly number[];
  readonly byYearDay: readonly number[];
  readonly byWeekNo: readonly number[];
  readonly byMonth: readonly ByMonth[];
  readonly bySetPos: readonly number[];
  /** First day of the week; Monday where the rule does not say. */
  readonly wkst: Weekday;
  /** Calendar by its name in CLDR, in upper case, as in "GREGORIAN"; absent means Gregorian without RFC 7529. */
  readonly rscale?: string;
  readonly skip?: Skip;
}

/** Greatest COUNT that is taken. */
export const maxCount = 1_000_000;
/** Greatest INTERVAL that is taken. */
export const maxInterval = 1_000_000_000;
/** Greatest length of a rule in characters. */
export const maxRuleLength = 4096;
