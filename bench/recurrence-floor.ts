/**
 * The least that the benchmark's own rules can cost: read at fixed places, written by hand for each of them and for New
 * York with the clock changes of 2007 in all years. It refuses nothing and knows nothing else.
 */
const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** A series: the first day on or after one, as day numbers since 1970, and the times of day. */
export interface HandSeries {
  readonly startDay: number;
  readonly lastDay: number;
  readonly times: readonly number[];
  readonly nextDay: (day: number) => number;
}

type HandRule = (startDay: number) => (day: number) => number;

const weekdays = 0b0011111;
const handRules: Readonly<Record<string, HandRule>> = {
  "FREQ=DAILY": everyDay,
  "FREQ=DAILY;INTERVAL=3": (start) => (day) => start + Math.ceil((day - start) / 3) * 3,
  "FREQ=DAILY;COUNT=100000": everyDay,
  "FREQ=MINUTELY;INTERVAL=15": everyDay,
  "FREQ=WEEKLY;BYDAY=MO,WE,FR": weekly(1, 0b0010101),
  "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR": weekly(1, weekdays),
  "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU": weekly(2, 0b0000010),
  "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR": weekly(2, 0b0010101),
  "FREQ=MONTHLY;BYMONTHDAY=15": monthly((first) => first + 14),
  "FREQ=MONTHLY;BYDAY=1FR": monthly((first) => first + ((11 - weekdayOf(first)) % 7)),
  "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1": monthly(
    (_first, next) => next - 1 - Math.max(0, weekdayOf(next - 1) - 4),
  ),
  "FREQ=YEARLY": yearly,
};

/** Reads a set of the benchmark's; undefined for one that has no rule by hand. */
export function readByHand(text: string): HandSeries | undefined {
  const rule = text.slice(52);
  const at = handRules[rule];
  if (at === undefined) {
    return undefined;
  }
  const [year, month, day] = [Number(text.slice(30, 34)), Number(text.slice(34, 36)), Number(text.slice(36, 38))];
  const startDay = Date.UTC(year, month - 1, day) / dayMs;
  const lastDay = rule.endsWith("COUNT=100000") ? startDay + 99_999 : Number.POSITIVE_INFINITY;
  const times = rule.startsWith("FREQ=MINUTELY") ? quarters : [Number(text.slice(39, 41)) * hourMs];
  return { startDay, lastDay, times, nextDay: at(startDay) };
}

const quarters = Array.from({ length: 96 }, (_, n) => n * 15 * 60_000);

/** Instants of a series in a window. */
export function expandByHand({ startDay, lastDay, times, nextDay }: HandSeries, from: number, to: number): number[] {
  const out: number[] = [];
  let at = changeAfter(from - dayMs);
  const end = Math.min(lastDay, Math.floor(to / dayMs));
  for (let day = nextDay(Math.max(startDay, Math.floor(from / dayMs) - 1)); day <= end; day = nextDay(day + 1)) {
    for (const time of times) {
      const local = day * dayMs + time;
      while (local + behindBefore(at) >= (changes[at] ?? Number.POSITIVE_INFINITY)) {
        at += 1;
      }
      const utc = local + behindBefore(at);
      if (utc >= from && utc < to) {
        out.push(utc);
      }
    }
  }
  return out;
}

const firstYear = 2000;
/** Instants at which the clocks go forward (even indices) and back. */
const changes: readonly number[] = Array.from({ length: 300 }, (_, n) => {
  const march = Date.UTC(firstYear + n, 2, 1) / dayMs;
  const november = Date.UTC(firstYear + n, 10, 1) / dayMs;
  return [sundayFrom(march + 7) * dayMs + 7 * hourMs, sundayFrom(november) * dayMs + 6 * hourMs];
}).flat();

/** Index of the first change after an instant. */
function changeAfter(utcMs: number): number {
  let at = Math.max(0, (Math.floor(utcMs / (365.2425 * dayMs)) + 1969 - firstYear) * 2);
  while ((changes[at] ?? Number.POSITIVE_INFINITY) <= utcMs) {
    at += 1;
  }
  return at;
}

/** How far the clock is behind UTC before a change. */
function behindBefore(at: number): number {
  return (at % 2 === 0 ? 5 : 4) * hourMs;
}

function sundayFrom(day: number): number {
  return day + ((13 - weekdayOf(day)) % 7);
}

/** 0 is Monday. */
function weekdayOf(day: number): number {
  return (day + 3) % 7;
}

function everyDay(): (day: number) => number {
  return (day) => day;
}

function weekly(interval: number, mask: number): HandRule {
  return (startDay) => {
    const monday = startDay - weekdayOf(startDay);
    return (from) => {
      let day = from;
      for (;;) {
        const week = Math.floor((day - monday) / 7);
        const weekday = day - monday - week * 7;
        const rest = mask >> weekday;
        if (week % interval === 0 && rest !== 0) {
          return day + 31 - Math.clz32(rest & -rest);
        }
        day = monday + (week + 1) * 7;
      }
    };
  };
}

/** One day of each month, found from the month's first day and the next month's. */
function monthly(dayIn: (first: number, next: number) => number): HandRule {
  return () => (day) => {
    let month = Math.floor(day / 30.4375);
    while (firstOf(month + 1) <= day) {
      month += 1;
    }
    const found = dayIn(firstOf(month), firstOf(month + 1));
    return found >= day ? found : dayIn(firstOf(month + 1), firstOf(month + 2));
  };
}

/** First day of a month counted from January 1970. */
function firstOf(month: number): number {
  return Date.UTC(1970, month, 1) / dayMs;
}

function yearly(startDay: number): (day: number) => number {
  const start = new Date(startDay * dayMs);
  const [month, monthDay] = [start.getUTCMonth(), start.getUTCDate()];
  const isLeapDay = month === 1 && monthDay === 29;
  return (day) => {
    for (let year = Math.floor((day - 1) / 365.2425) + 1970; ; year += 1) {
      const found = Date.UTC(year, month, monthDay) / dayMs;
      if (found >= day && (!isLeapDay || year % 4 === 0)) {
        return found;
      }
    }
  };
}
