const dayMs = 86_400_000;

/** A set, and the window that it is asked for. */
export interface Workload {
  readonly name: string;
  readonly text: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Engines that would take minutes. */
  readonly skip?: readonly string[];
}

function workload(
  name: string,
  start: string,
  rule: string,
  from: string,
  days: number,
  skip: string[] = [],
): Workload {
  const fromMs = Date.parse(from);
  const text = `DTSTART;TZID=America/New_York:${start}T090000\nRRULE:${rule}`;
  return { name, text, fromMs, toMs: fromMs + days * dayMs, skip };
}

export const workloads: readonly Workload[] = [
  workload("a: DAILY, 30 days at DTSTART", "20060102", "FREQ=DAILY", "2006-01-02", 30),
  workload("b: the same 20 years later", "20060102", "FREQ=DAILY", "2026-01-02", 30),
  workload(
    "c: WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR, a year, 10 years on",
    "20160104",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR",
    "2026-01-01",
    365,
  ),
  workload("d1: MONTHLY;BYDAY=1FR, two years, 15 years on", "20110107", "FREQ=MONTHLY;BYDAY=1FR", "2026-01-01", 730),
  workload(
    "d2: MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1, the same",
    "20110131",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "2026-01-01",
    730,
  ),
  workload("e: YEARLY from 29 February, 40 years", "20080229", "FREQ=YEARLY", "2008-01-01", 14_610),
  workload(
    "f: MINUTELY;INTERVAL=15, a day, 5 years on",
    "20210104",
    "FREQ=MINUTELY;INTERVAL=15",
    "2026-01-05T00:01:00Z",
    1,
    ["ical.js"],
  ),
  workload("i: DAILY;COUNT=100000, its last 30 days", "20060102", "FREQ=DAILY;COUNT=100000", "2279-09-18", 60),
];

const rules = [
  "FREQ=DAILY",
  "FREQ=WEEKLY;BYDAY=MO,WE,FR",
  "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
  "FREQ=MONTHLY;BYDAY=1FR",
  "FREQ=MONTHLY;BYMONTHDAY=15",
  "FREQ=DAILY;INTERVAL=3",
  "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
  "FREQ=YEARLY",
];

/** 10,000 series that began in the month three years before the week. */
export const masters: readonly string[] = Array.from({ length: 10_000 }, (_, n) => {
  const day = String((n % 28) + 1).padStart(2, "0");
  const hour = String(8 + (n % 10)).padStart(2, "0");
  return `DTSTART;TZID=America/New_York:202301${day}T${hour}0000\nRRULE:${rules[n % rules.length]}`;
});

export const week = { fromMs: Date.UTC(2026, 0, 12), toMs: Date.UTC(2026, 0, 19) };

/** Rules that never match. */
export const barren: readonly string[] = [
  "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=HOURLY;INTERVAL=2;BYHOUR=8",
  "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=DAILY;BYDAY=MO;BYSETPOS=2",
];
