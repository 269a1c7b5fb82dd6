const dayMs = 86_400_000;

/** Recurrence sets, and the window that each of them is asked for in one operation. */
export interface Workload {
  readonly name: string;
  readonly texts: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether the sets are parsed before the clock starts. */
  readonly isParsed: boolean;
  /** What ours may take. */
  readonly goalUs: number;
}

interface Series {
  readonly rule: string;
  readonly start: string;
  readonly from: string;
  readonly days: number;
  readonly goalUs: number;
}

/** One rule from 9 o'clock in New York on. */
function series(name: string, { rule, start, from, days, goalUs }: Series): Workload {
  const fromMs = Date.parse(from);
  const texts = [`DTSTART;TZID=America/New_York:${start}T090000\nRRULE:FREQ=${rule}`];
  return { name, texts, fromMs, toMs: fromMs + days * dayMs, isParsed: false, goalUs };
}

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
const masters = {
  texts: Array.from({ length: 10_000 }, (_, n) => {
    const day = String((n % 28) + 1).padStart(2, "0");
    const hour = String(8 + (n % 10)).padStart(2, "0");
    return `DTSTART;TZID=America/New_York:202301${day}T${hour}0000\nRRULE:${rules[n % rules.length]}`;
  }),
  fromMs: Date.UTC(2026, 0, 12),
  toMs: Date.UTC(2026, 0, 19),
};

const barren = [
  "YEARLY;BYMONTH=2;BYMONTHDAY=30",
  "MONTHLY;BYMONTH=2;BYMONTHDAY=30",
  "DAILY;BYMONTH=2;BYMONTHDAY=30",
  "HOURLY;INTERVAL=2;BYHOUR=8",
  "SECONDLY;BYMONTH=2;BYMONTHDAY=30",
  "DAILY;BYDAY=MO;BYSETPOS=2",
];

export const workloads: readonly Workload[] = [
  series("a DAILY, 30 days at DTSTART", {
    rule: "DAILY",
    start: "20060102",
    from: "2006-01-02",
    days: 30,
    goalUs: 8,
  }),
  series("b the same 20 years later", {
    rule: "DAILY",
    start: "20060102",
    from: "2026-01-02",
    days: 30,
    goalUs: 10,
  }),
  series("c WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR, a year, 10 years on", {
    rule: "WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR",
    start: "20160104",
    from: "2026-01-01",
    days: 365,
    goalUs: 20,
  }),
  series("d1 MONTHLY;BYDAY=1FR, two years, 15 years on", {
    rule: "MONTHLY;BYDAY=1FR",
    start: "20110107",
    from: "2026-01-01",
    days: 730,
    goalUs: 20,
  }),
  series("d2 MONTHLY;BYDAY=MO–FR;BYSETPOS=-1, the same", {
    rule: "MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    start: "20110131",
    from: "2026-01-01",
    days: 730,
    goalUs: 20,
  }),
  series("e YEARLY, 29 February, 40 years", {
    rule: "YEARLY",
    start: "20080229",
    from: "2008-01-01",
    days: 14_610,
    goalUs: 20,
  }),
  series("f MINUTELY;INTERVAL=15, a day, 5 years on", {
    rule: "MINUTELY;INTERVAL=15",
    start: "20210104",
    from: "2026-01-05T00:01:00Z",
    days: 1,
    goalUs: 15,
  }),
  { name: "g 10,000 series, a week, 3 years on", ...masters, isParsed: false, goalUs: 50_000 },
  { name: "g already parsed", ...masters, isParsed: true, goalUs: 8000 },
  series("i DAILY;COUNT=100000, its last 30 days", {
    rule: "DAILY;COUNT=100000",
    start: "20060102",
    from: "2279-09-16",
    days: 60,
    goalUs: 50,
  }),
  // Rules that never match, asked for a thousand years.
  ...barren.map((rule) =>
    series(`h ${rule}`, { rule, start: "20240101", from: "2024-01-01", days: 365_243, goalUs: 1000 }),
  ),
];
