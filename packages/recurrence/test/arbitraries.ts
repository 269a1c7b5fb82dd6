import fc from "fast-check";
import type { OracleSet } from "./oracle.ts";

/** A random set: as text for the engine, as parts for the oracle, and how far the oracle has to look. */
export interface Sample {
  readonly text: string;
  readonly rule: string;
  readonly startLine: string;
  readonly set: OracleSet;
  /** Local time until which the sample is looked at. */
  readonly untilLocalMs: number;
}

const dayMs = 86_400_000;
const horizonDays: Readonly<Record<string, number>> = {
  YEARLY: 2200,
  MONTHLY: 800,
  WEEKLY: 400,
  DAILY: 150,
  HOURLY: 5,
  MINUTELY: 0.4,
  SECONDLY: 0.02,
};

/** Zones of every kind: whole and half hours, both hemispheres, changes at midnight, by 30 minutes and by 2 hours. */
export const sampleZones = [
  "America/New_York",
  "Europe/London",
  "Europe/Dublin",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "America/Sao_Paulo",
  "Asia/Kolkata",
  "Africa/Casablanca",
  "America/St_Johns",
  "Asia/Tehran",
  "Africa/Cairo",
  "Atlantic/Azores",
  "Pacific/Chatham",
  "Asia/Gaza",
  "America/Havana",
  "Antarctica/Troll",
  "Pacific/Kiritimati",
  "Asia/Beirut",
] as const;

/** Writes a local time as RFC 5545 does. */
export function writeTime(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replaceAll(/[-:]|\.\d+/g, "")
    .slice(0, 15);
}

const signed = (most: number) => fc.integer({ min: 1, max: most }).chain((n) => fc.constantFrom(n, -n));
const listOf = <T>(item: fc.Arbitrary<T>, most: number) => fc.uniqueArray(item, { minLength: 1, maxLength: most });
const dayNames = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;
const monthDay = fc.oneof(signed(31), fc.constantFrom(1, 13, 28, 29, 30, 31, -1, -31));
const yearDay = fc.oneof(signed(366), fc.constantFrom(1, 59, 60, 365, 366, -1, -366));

/** Sometimes a part, mostly none. */
const rarely = (part: fc.Arbitrary<string>, weight = 3) =>
  fc.oneof({ weight: 10 - weight, arbitrary: fc.constant("") }, { weight, arbitrary: part });
const part = <T>(name: string, item: fc.Arbitrary<T>, most: number, weight = 3) =>
  rarely(
    listOf(item, most).map((items) => `${name}=${items.join()}`),
    weight,
  );

const frequencies = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"] as const;

/** A BYDAY part that the frequency allows; ordinals only where they may stand. */
function byDay(freq: string, withOrdinals: boolean): fc.Arbitrary<string> {
  const plain = fc.constantFrom(...dayNames);
  if (!withOrdinals) {
    return part("BYDAY", plain, 4);
  }
  const most = freq === "MONTHLY" ? 5 : 53;
  const nth = fc.tuple(fc.oneof(signed(5), signed(most)), plain).map(([n, day]) => `${n}${day}`);
  return part("BYDAY", fc.oneof(plain, nth), 4, 4);
}

/** The BY parts that RFC 5545 allows with a frequency. */
function byParts(freq: string): fc.Arbitrary<string[]> {
  const isYearly = freq === "YEARLY";
  const isClock = freq === "HOURLY" || freq === "MINUTELY" || freq === "SECONDLY";
  const none = fc.constant("");
  return part("BYWEEKNO", signed(53), 4, isYearly ? 2 : 0).chain((week) =>
    fc
      .tuple(
        fc.constant(week),
        part("BYMONTH", fc.integer({ min: 1, max: 12 }), 4, isClock ? 1 : 3),
        isYearly || isClock ? part("BYYEARDAY", yearDay, 5, 1) : none,
        freq === "WEEKLY" ? none : part("BYMONTHDAY", monthDay, 5, isClock ? 1 : 3),
        byDay(freq, (isYearly && week === "") || freq === "MONTHLY"),
        part("BYHOUR", fc.integer({ min: 0, max: 23 }), 4, 2),
        part("BYMINUTE", fc.integer({ min: 0, max: 59 }), 3, 2),
        part("BYSECOND", fc.integer({ min: 0, max: 59 }), 2, 1),
      )
      .chain((parts) => {
        const given = parts.filter((text) => text !== "");
        const position = fc.oneof(signed(5), signed(30));
        return given.length === 0
          ? fc.constant(given)
          : part("BYSETPOS", position, 3, 2).map((text) => (text === "" ? given : [...given, text]));
      }),
  );
}

/** A rule of any frequency without an end; RSCALE and SKIP sometimes. */
export const endlessRule: fc.Arbitrary<string> = fc.constantFrom(...frequencies).chain((freq) =>
  fc
    .tuple(
      byParts(freq),
      fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 })),
      rarely(
        fc.constantFrom(...dayNames).map((day) => `WKST=${day}`),
        2,
      ),
      rarely(fc.constantFrom("RSCALE=GREGORIAN;SKIP=FORWARD", "RSCALE=GREGORIAN;SKIP=BACKWARD"), 1),
    )
    .map(([parts, interval, weekStart, skip]) =>
      [`FREQ=${freq}`, interval === 1 ? "" : `INTERVAL=${interval}`, ...parts, weekStart, skip]
        .filter((text) => text !== "")
        .join(";"),
    ),
);

/** A start near what goes wrong: clock changes, ends of months and years, the small hours. */
export const startMs: fc.Arbitrary<number> = fc
  .tuple(
    fc.oneof(
      fc.integer({ min: 10_957, max: 21_900 }),
      fc
        .constantFrom("2011-12-28", "2012-02-29", "2018-11-03", "2020-12-30", "2021-03-13", "2021-10-30", "2024-04-05")
        .map((date) => Date.parse(date) / dayMs),
    ),
    fc.oneof(fc.constantFrom(0, 1, 2, 3, 23), fc.integer({ min: 0, max: 23 })),
    fc.constantFrom(0, 0, 15, 30, 59),
    fc.constantFrom(0, 0, 0, 30),
  )
  .map(([day, hour, minute, second]) => day * dayMs + ((hour * 60 + minute) * 60 + second) * 1000);

type End = { readonly count: number } | { readonly fraction: number } | undefined;

/** How a rule ends: not at all, by COUNT, or by UNTIL at a fraction of its horizon. */
const end: fc.Arbitrary<End> = fc.oneof(
  fc.constant(undefined),
  fc.integer({ min: 1, max: 60 }).map((count) => ({ count })),
  fc.double({ min: 0, max: 1.2, noNaN: true }).map((fraction) => ({ fraction })),
);

/** Puts a rule, a start and a zone together. */
export function sampleOf(
  rule: string,
  start: number,
  zone: string | undefined,
  ends: End,
  gap: "shift" | "omit",
): Sample {
  const freq = /FREQ=(\w+)/.exec(rule)?.[1] ?? "";
  const days = (horizonDays[freq] ?? 1) * Math.min(3, Number(/INTERVAL=(\d+)/.exec(rule)?.[1] ?? 1));
  const untilLocalMs = start + days * dayMs;
  let ended = rule;
  if (ends !== undefined && "count" in ends) {
    ended = `${rule};COUNT=${ends.count}`;
  } else if (ends !== undefined) {
    const at = Math.round((start + ends.fraction * days * dayMs) / 1000) * 1000;
    ended = `${rule};UNTIL=${writeTime(at)}${zone === undefined ? "" : "Z"}`;
  }
  const startLine = `DTSTART${zone === undefined ? "" : `;TZID=${zone}`}:${writeTime(start)}`;
  return {
    text: `${startLine}\nRRULE:${ended}`,
    rule: ended,
    startLine,
    set: { startMs: start, zone, rules: [ended], gap },
    untilLocalMs,
  };
}

const zone = fc.oneof(fc.constant(undefined), fc.constantFrom(...sampleZones), fc.constantFrom(...sampleZones));

/** A set of one rule in any zone, with or without an end. */
export const sample: fc.Arbitrary<Sample> = fc
  .tuple(endlessRule, startMs, zone, end, fc.constantFrom("shift", "shift", "omit"))
  .map(([rule, start, name, ends, gap]) => sampleOf(rule, start, name, ends, gap));
