import { inOrder, spelled, type Words } from "./words.ts";

const names = ["first", "second", "third", "fourth", "fifth"];
const suffixes = new Map([
  ["one", "st"],
  ["two", "nd"],
  ["few", "rd"],
]);
const ordinals = new Intl.PluralRules("en", { type: "ordinal" });

const numeral = (n: number) => `${n}${suffixes.get(ordinals.select(n)) ?? "th"}`;
const ordinal = (n: number): string => {
  if (n > 0) {
    return spelled(n, names, numeral);
  }
  return n === -1 ? "last" : `${spelled(-n, names, numeral)}-to-last`;
};

export const en: Words = {
  every: {
    YEARLY: { one: "every year", other: "every {n} years" },
    MONTHLY: { one: "every month", other: "every {n} months" },
    WEEKLY: { one: "every week", other: "every {n} weeks" },
    DAILY: { one: "every day", other: "every {n} days" },
    HOURLY: { one: "every hour", other: "every {n} hours" },
    MINUTELY: { one: "every minute", other: "every {n} minutes" },
    SECONDLY: { one: "every second", other: "every {n} seconds" },
  },
  workdays: "on weekdays",
  weekend: "on weekends",
  workday: { text: "weekday" },
  weekendDay: { text: "weekend day" },
  anyDay: { text: "day" },
  onWeekdays: (list) => `on ${list}`,
  onEachWeekday: (days, list) => `on ${list(days.map((name) => `every ${name}`))}`,
  ifWeekday: (days, either) => `if it is ${either(days.map((name) => `a ${name}`))}`,
  onWeekdayThe: (name, day) => `on ${name} the ${numeral(day)}`,
  onWeekdayBetween: (name, first, last) => `on the ${name} from the ${numeral(first)} to the ${numeral(last)}`,
  onEveryDay: "on every day",
  nth: (n, { text }) => `the ${ordinal(n)} ${text}`,
  onNth: (list, period) => `on ${list}${period === "none" ? "" : ` of the ${period}`}`,
  monthDay: (n) => (n > 0 ? `the ${numeral(n)}` : `the ${ordinal(n)} day`),
  monthDays: (first, last) => `the ${numeral(first)} to the ${numeral(last)}`,
  onMonthDays: (list, period) => `on ${list}${period === "none" ? "" : " of the month"}`,
  yearDay: (n) => `the ${n > 0 ? numeral(n) : ordinal(n)} day`,
  inWeeks: (list, count) => `${count === 1 ? "in week" : "in weeks"} ${list}`,
  weekFromEnd: (n) => `the ${ordinal(n)} week`,
  inWeeksFromEnd: (list) => `in ${list} of the year`,
  inMonths: (list) => `in ${list}`,
  ofMonths: (list) => `of ${list}`,
  ofStartMonth: "of the month it starts in",
  numberedMonth: (n, isLeap) => `${isLeap ? "leap month" : "month"} ${n}`,
  weeksBegin: (weekday) => `weeks beginning on ${weekday}`,
  onlyPositions: (list) => `only ${list} of these`,
  position: (n) => `the ${ordinal(n)}`,
  atTimes: (list) => `at ${list}`,
  // Where the locale has no AM and PM, a number alone would be no time.
  atHours: (hours, said, list) => {
    const times = hours.map((hour) => (/[a-z]/i.test(said(hour)) ? said(hour) : `${hour} o’clock`));
    return `at ${list(times)}`;
  },
  inHours: (list, count) => `${count === 1 ? "during hour" : "during hours"} ${list}`,
  inMinutes: (list, count) => `${count === 1 ? "at minute" : "at minutes"} ${list}`,
  inSeconds: (list, count) => `${count === 1 ? "at second" : "at seconds"} ${list}`,
  until: (date) => `until ${date}`,
  times: { one: "once", other: "{n} times" },
  skip: {
    BACKWARD: "or the last day before where there is none",
    FORWARD: "or the first day after where there is none",
  },
  skipWithMonths: {
    BACKWARD: "or the month or day before where there is none",
    FORWARD: "or the month or day after where there is none",
  },
  assemble: inOrder,
};
