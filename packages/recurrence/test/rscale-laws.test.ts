import fc from "fast-check";
import { expect, test } from "vitest";
import { compile, formatRule, fromFields, parseRule } from "../src/index.ts";
import { always, dayMs, hold } from "./_laws.ts";
import { daysIn, oracleDays, type RscaleSet } from "./rscale-oracle.ts";

const calendars = [
  ["CHINESE", "chinese"],
  ["DANGI", "dangi"],
  ["HEBREW", "hebrew"],
  ["COPTIC", "coptic"],
  ["ETHIOPIC", "ethiopic"],
  ["ETHIOAA", "ethioaa"],
  ["INDIAN", "indian"],
  ["PERSIAN", "persian"],
  ["ISLAMIC-CIVIL", "islamic-civil"],
  ["ISLAMIC-TBLA", "islamic-tbla"],
  ["ISLAMIC-UMALQURA", "islamic-umalqura"],
] as const;
type Scale = (typeof calendars)[number];

const years: Readonly<Record<string, number>> = { YEARLY: 20, MONTHLY: 4, WEEKLY: 3, DAILY: 2 };
const signed = (most: number) => fc.integer({ min: 1, max: most }).chain((n) => fc.constantFrom(n, -n));
const weekday = fc.constantFrom("MO", "TU", "WE", "TH", "FR", "SA", "SU");
const monthDay = fc.oneof(signed(31), fc.constantFrom(1, 5, 6, 29, 30, 31, -1, -30, -31));
const yearDay = fc.oneof(signed(366), fc.constantFrom(1, 354, 355, 365, 366, -1, -354, -366));

function part<T>(name: string, item: fc.Arbitrary<T>, weight: number): fc.Arbitrary<string> {
  const list = fc.uniqueArray(item, { minLength: 1, maxLength: 4 }).map((items) => `${name}=${items.join()}`);
  return fc.oneof({ weight: 10 - weight, arbitrary: fc.constant("") }, { weight, arbitrary: list });
}

function monthOf(scale: string): fc.Arbitrary<string> {
  const regular = fc.integer({ min: 1, max: /COPTIC|ETHIO/.test(scale) ? 13 : 12 }).map(String);
  if (scale === "HEBREW") {
    return fc.oneof(regular, fc.constant("5L"));
  }
  const leap = fc.integer({ min: 1, max: 12 }).map((n) => `${n}L`);
  return scale === "CHINESE" || scale === "DANGI" ? fc.oneof(regular, leap) : regular;
}

function byParts(scale: string, freq: string): fc.Arbitrary<string[]> {
  const isYearly = freq === "YEARLY";
  const none = fc.constant("");
  return part("BYWEEKNO", signed(53), isYearly ? 2 : 0).chain((week) => {
    const nth = fc.tuple(signed(freq === "MONTHLY" ? 5 : 53), weekday).map(([n, day]) => `${n}${day}`);
    const hasOrdinals = freq === "MONTHLY" || (isYearly && week === "");
    return fc.tuple(
      fc.constant(week),
      part("BYMONTH", monthOf(scale), 5),
      isYearly ? part("BYYEARDAY", yearDay, 2) : none,
      freq === "WEEKLY" ? none : part("BYMONTHDAY", monthDay, 4),
      part("BYDAY", hasOrdinals ? fc.oneof(weekday, nth) : weekday, 3),
    );
  });
}

const rule = fc
  .tuple(fc.constantFrom<Scale>(...calendars), fc.constantFrom("YEARLY", "MONTHLY", "WEEKLY", "DAILY"))
  .chain(([[scale, calendar], freq]) =>
    fc
      .tuple(
        byParts(scale, freq),
        part("BYSETPOS", signed(6), 2),
        fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 4 })),
        fc.constantFrom("", "", "OMIT", "BACKWARD", "FORWARD", "FORWARD", "BACKWARD"),
        fc.constantFrom("", "", "", "WKST=SU", "WKST=TH"),
        fc.oneof(
          fc.constant(""),
          fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 250, max: 400 })).map((n) => `COUNT=${n}`),
        ),
      )
      .map(([parts, position, interval, skip, weekStart, count]) => {
        const given = parts.filter((text) => text !== "");
        const other = [
          interval === 1 ? "" : `INTERVAL=${interval}`,
          given.length === 0 ? "" : position,
          weekStart,
          skip === "" ? "" : `SKIP=${skip}`,
          count,
        ];
        const text = [`RSCALE=${scale}`, `FREQ=${freq}`, ...given, ...other].filter((item) => item !== "").join(";");
        return { calendar, rule: text, years: years[freq] ?? 1 };
      }),
  );

/** Starts near what is rare: leap months, last days of long months, days between years. */
const sample: fc.Arbitrary<RscaleSet> = fc
  .tuple(rule, fc.integer({ min: Date.UTC(1998, 0, 1) / dayMs, max: Date.UTC(2022, 0, 1) / dayMs }), fc.boolean())
  .map(([{ calendar, rule: text, years: span }, near, isRare]) => {
    const rare = [...daysIn(calendar)].find(
      ([day, month]) => day >= near && (month.name.endsWith("L") || month.length < 29 || month.first + 29 <= day),
    );
    const startDay = isRare ? (rare?.[0] ?? near) : near;
    return { calendar, rule: text, startDay, untilDay: startDay + Math.round(span * 365) };
  });

const writeDay = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10).replaceAll("-", "");

function compiled({ rule: text, startDay }: RscaleSet) {
  return compile(`DTSTART;VALUE=DATE:${writeDay(startDay)}\nRRULE:${text}`);
}

test("a rule in a calendar names the days that Intl, asked day by day, says it names", () => {
  hold(
    sample,
    (one) => {
      const { starts } = compiled(one).between(-1e15, one.untilDay * dayMs, always);
      expect([...starts].map((ms) => writeDay(ms / dayMs))).toEqual(oracleDays(one).map(writeDay));
    },
    0.1,
  );
});

test("seeking, windows side by side, next and previous give what the whole gives", () => {
  hold(
    fc.tuple(sample, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    ([one, a, b]) => {
      const set = compiled(one);
      const all = set.between(-1e15, one.untilDay * dayMs, always).starts;
      const cuts = [a, b].map((x) => one.startDay + Math.floor(x * (one.untilDay - one.startDay)));
      const [from, to] = [Math.min(...cuts) * dayMs, Math.max(...cuts) * dayMs];
      expect(compiled(one).between(from, to, always).starts).toEqual(all.filter((ms) => ms >= from && ms < to));
      expect(set.previous(from)).toBe(all.findLast((ms) => ms < from) ?? null);
      const after = all.find((ms) => ms > from);
      expect(after === undefined || set.next(from) === after).toBe(true);
    },
    0.1,
  );
});

test("hours of days are those of the days that the parts name", () => {
  hold(
    fc.tuple(sample, fc.integer({ min: 1, max: 50 })),
    ([one, interval]) => {
      const [scale = ""] = one.rule.split(";");
      const parts = one.rule.split(";").filter((text) => /^BYMONTH|^BYYEARDAY|^SKIP/.test(text));
      const days = new Set(oracleDays({ ...one, rule: ["FREQ=DAILY", ...parts].join(";") }));
      const set = { ...one, rule: [scale, "FREQ=HOURLY", `INTERVAL=${interval}`, ...parts].join(";") };
      const text = `DTSTART:${writeDay(one.startDay)}T090000Z\nRRULE:${set.rule}`;
      const until = Math.min(one.untilDay, one.startDay + 500) * dayMs;
      const expected: number[] = [];
      for (let at = one.startDay * dayMs + 32_400_000; at < until; at += interval * 3_600_000) {
        if (days.has(Math.floor(at / dayMs))) {
          expected.push(at);
        }
      }
      expect([...compile(text).between(0, until, always).starts]).toEqual(expected);
    },
    0.05,
  );
});

test("reading what was written gives the same rule, as text and as fields", () => {
  hold(rule, ({ rule: text }) => {
    const parsed = parseRule(text);
    expect(parseRule(formatRule(parsed))).toEqual(parsed);
    expect(fromFields(parsed)).toBe(formatRule(parsed));
  });
});
