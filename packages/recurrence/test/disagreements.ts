/** Rules on which another engine is known to answer otherwise, and why; the package's README has the RFC's words. */
export interface Disagreement {
  readonly peer: "rrule" | "rrule-temporal";
  readonly why: string;
  readonly applies: (rule: string, zone: string) => boolean;
}

const has = (rule: string, ...names: string[]) => names.every((name) => new RegExp(`(^|;)${name}=`).test(rule));
const byDay = (rule: string) => /(?:^|;)BYDAY=([^;]*)/.exec(rule)?.[1]?.split(",") ?? [];
const hasOrdinal = (rule: string) => byDay(rule).some((day) => /\d/.test(day));
const hasPlain = (rule: string) => byDay(rule).some((day) => !/\d/.test(day));
const isClock = (rule: string) => /FREQ=(HOURLY|MINUTELY|SECONDLY)/.test(rule);
const isYearly = (rule: string) => rule.includes("FREQ=YEARLY");
const isOfStartMonth = (rule: string) =>
  isYearly(rule) && has(rule, "BYMONTHDAY") && !/(^|;)BY(MONTH|WEEKNO|YEARDAY)=/.test(rule);

export const disagreements: readonly Disagreement[] = [
  {
    peer: "rrule",
    why: "days of the month in a YEARLY rule without BYMONTH are of every month, not of DTSTART's",
    applies: isOfStartMonth,
  },
  {
    peer: "rrule-temporal",
    why: "days of the month in a YEARLY rule without BYMONTH are of every month, not of DTSTART's",
    applies: isOfStartMonth,
  },
  {
    peer: "rrule",
    why: "plain weekdays and ordinals in one BYDAY are intersected, not united",
    applies: (rule) => hasOrdinal(rule) && hasPlain(rule),
  },
  {
    peer: "rrule",
    why: "BYWEEKNO without BYDAY means all seven days, not DTSTART's weekday",
    applies: (rule) => has(rule, "BYWEEKNO") && !has(rule, "BYDAY"),
  },
  {
    peer: "rrule",
    why: "BYSETPOS counts the first week from DTSTART on, and one item that two positions name stands twice",
    applies: (rule) => has(rule, "BYSETPOS"),
  },
  {
    peer: "rrule",
    why: "an ordinal beyond the months or years that have it is taken from the next",
    applies: (rule) => byDay(rule).some((day) => Math.abs(Number(day.slice(0, -2))) > 5) && has(rule, "BYMONTH"),
  },
  {
    peer: "rrule",
    why: "rules within a day loop forever where their parts rarely meet; they are not asked",
    applies: isClock,
  },
  {
    peer: "rrule",
    why: "weeks 52 and 53, also from the end, at the edge of a year: not found in December, or found where none is in January",
    applies: (rule) => /BYWEEKNO=[^;]*5[23]/.test(rule),
  },
  {
    peer: "rrule-temporal",
    why: "BYSETPOS counts after the times that the clock skips are left out, not before",
    applies: (rule, zone) => has(rule, "BYSETPOS") && zone !== "UTC",
  },
  {
    peer: "rrule-temporal",
    why: "rules within a day step elapsed time over clock changes, not the wall clock",
    applies: (rule, zone) => isClock(rule) && zone !== "UTC",
  },
  {
    peer: "rrule-temporal",
    why: "plain weekdays beside ordinals in a YEARLY rule are dropped",
    applies: (rule) => isYearly(rule) && hasOrdinal(rule) && hasPlain(rule),
  },
  {
    peer: "rrule-temporal",
    why: "BYMONTHDAY or BYYEARDAY beside an ordinal of BYDAY or one another are united, not intersected",
    applies: (rule) =>
      isYearly(rule) &&
      ((has(rule, "BYYEARDAY") && (has(rule, "BYMONTHDAY") || has(rule, "BYDAY") || has(rule, "BYMONTH"))) ||
        (has(rule, "BYMONTHDAY") && hasOrdinal(rule))),
  },
  {
    peer: "rrule-temporal",
    why: "weeks across the edge of a year, and weeks beside days of the month or the year, go missing or stand twice",
    applies: (rule) => has(rule, "BYWEEKNO"),
  },
  {
    peer: "rrule-temporal",
    why: "the 53rd weekday of a year that has 52 is taken from the next year",
    applies: (rule) => isYearly(rule) && byDay(rule).some((day) => Math.abs(Number(day.slice(0, -2))) === 53),
  },
];
