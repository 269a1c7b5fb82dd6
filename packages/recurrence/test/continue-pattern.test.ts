import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { continuePattern, isSameRule } from "../src/continue-pattern.ts";
import { compile, formatRule, InvalidRuleError, parseRule } from "../src/index.ts";
import { contentOf, toInstant, toWallClock, type LocalPattern } from "../src/pattern.ts";
import { isStartOnRule, refuseStartOffRule } from "../src/start-on-rule.ts";

const dayMs = 86_400_000;
const patternOf = (localStart: string, rule: string, extraLines = ""): LocalPattern => ({
  localStart,
  timeZone: "Europe/Copenhagen",
  rule,
  extraLines,
});
const datesOf = (pattern: LocalPattern, n = 30) => Array.from(compile(contentOf(pattern)).first(n));
const localOf = (pattern: LocalPattern, ms: number) =>
  new Date(toWallClock(pattern.timeZone, ms)).toISOString().slice(0, 19);
const fromLocal = (pattern: LocalPattern, local: string) => toInstant(pattern.timeZone, local);

describe("a rule whose start is moved to another day follows it", () => {
  test.each([
    ["FREQ=WEEKLY;BYDAY=TH", "2027-09-02", "2027-09-01", "FREQ=WEEKLY;BYDAY=WE"],
    ["FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "2027-09-02", "2027-09-10", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"],
    ["FREQ=WEEKLY", "2027-09-02", "2027-09-01", "FREQ=WEEKLY"],
    ["FREQ=WEEKLY;BYDAY=MO,TH", "2027-09-02", "2027-09-06", "FREQ=WEEKLY;BYDAY=MO,TH"],
    ["FREQ=MONTHLY;BYMONTHDAY=15", "2027-09-15", "2027-09-16", "FREQ=MONTHLY;BYMONTHDAY=16"],
    ["FREQ=MONTHLY;BYMONTHDAY=-1", "2027-09-30", "2027-09-29", "FREQ=MONTHLY;BYMONTHDAY=-2"],
    ["FREQ=MONTHLY;BYDAY=2TH", "2027-09-09", "2027-09-08", "FREQ=MONTHLY;BYDAY=2WE"],
    ["FREQ=MONTHLY;BYDAY=-1FR", "2027-09-24", "2027-09-30", "FREQ=MONTHLY;BYDAY=-1TH"],
    ["FREQ=MONTHLY;BYDAY=TH;BYSETPOS=2", "2027-09-09", "2027-09-08", "FREQ=MONTHLY;BYDAY=WE;BYSETPOS=2"],
    ["FREQ=YEARLY;BYMONTHDAY=2;BYMONTH=9", "2027-09-02", "2027-10-03", "FREQ=YEARLY;BYMONTHDAY=3;BYMONTH=10"],
    ["FREQ=YEARLY;BYDAY=1TH;BYMONTH=9", "2027-09-02", "2027-10-08", "FREQ=YEARLY;BYDAY=2FR;BYMONTH=10"],
    ["FREQ=YEARLY;BYDAY=20MO", "2027-05-17", "2027-05-18", "FREQ=YEARLY;BYDAY=20TU"],
    ["FREQ=YEARLY;BYYEARDAY=-1", "2027-12-31", "2027-12-30", "FREQ=YEARLY;BYYEARDAY=-2"],
    ["FREQ=YEARLY;BYDAY=MO;BYWEEKNO=20", "2027-05-17", "2027-05-25", "FREQ=YEARLY;BYDAY=TU;BYWEEKNO=21"],
  ])("%s from %s to %s is %s", (rule, from, to, expected) => {
    const before = patternOf(`${from}T09:00:00`, rule);
    const start = { ...before, localStart: `${to}T09:00:00` };
    const after = continuePattern(before, fromLocal(before, before.localStart), start);
    expect(after.rule).toBe(formatRule(parseRule(expected)));
    expect(datesOf(after)[0]).toBe(fromLocal(after, after.localStart));
  });

  test("also where it names times of day", () => {
    const before = patternOf("2027-09-02T09:00:00", "FREQ=WEEKLY;BYDAY=TH;BYHOUR=9;BYMINUTE=0");
    const start = { ...before, localStart: "2027-09-03T10:30:00" };
    const { rule } = continuePattern(before, fromLocal(before, before.localStart), start);
    expect(rule).toBe("FREQ=WEEKLY;BYMINUTE=30;BYHOUR=10;BYDAY=FR");
  });

  test.each([
    ["FREQ=WEEKLY;BYDAY=MO,TH", "2027-09-02", "2027-09-01"],
    ["FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "2027-09-02", "2027-09-04"],
    ["FREQ=MONTHLY;BYMONTHDAY=1,15", "2027-09-15", "2027-09-16"],
    ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2027-09-30", "2027-09-29"],
    ["RSCALE=HEBREW;FREQ=YEARLY;BYMONTHDAY=1;BYMONTH=1", "2027-10-02", "2027-10-03"],
    ["FREQ=DAILY;UNTIL=20270910T070000Z;BYDAY=TH", "2027-09-02", "2027-09-17"],
  ])("%s from %s to %s does not tell, and the rule is asked for", (rule, from, to) => {
    const before = patternOf(`${from}T09:00:00`, rule);
    const start = { ...before, localStart: `${to}T09:00:00` };
    const call = () => continuePattern(before, fromLocal(before, before.localStart), start);
    expect(call).toThrow(expect.objectContaining({ part: "RRULE", code: "RULE_NEEDED" }));
  });
});

describe("what is left", () => {
  test("of COUNT are the dates from there on", () => {
    const before = patternOf("2027-03-01T10:00:00", "FREQ=DAILY;COUNT=5");
    const start = { ...before, localStart: "2027-03-05T10:00:00" };
    expect(continuePattern(before, fromLocal(before, start.localStart), start).rule).toBe("FREQ=DAILY;COUNT=1");
  });

  test("keeps the last day that UNTIL names a time of, where the start is later in the day", () => {
    const before = patternOf("2027-01-01T19:00:00", "FREQ=DAILY;UNTIL=20270110T180000Z");
    const start = { ...before, localStart: "2027-01-01T21:00:00" };
    const after = continuePattern(before, fromLocal(before, before.localStart), start);
    expect(datesOf(after)).toHaveLength(10);
  });

  test("excluded dates move along, further dates stay", () => {
    const lines = "EXDATE;TZID=Europe/Copenhagen:20270916T090000\nRDATE;TZID=Europe/Copenhagen:20270918T120000";
    const before = patternOf("2027-09-02T09:00:00", "FREQ=WEEKLY;COUNT=4;BYDAY=TH", lines);
    const start = { ...before, localStart: "2027-09-01T10:00:00" };
    const after = continuePattern(before, fromLocal(before, before.localStart), start);
    expect(datesOf(after).map((ms) => localOf(after, ms).slice(5, 16))).toEqual([
      "09-01T10:00",
      "09-08T10:00",
      "09-18T12:00",
      "09-22T10:00",
    ]);
  });

  test("from a further date on is said by a rule that takes nothing from it, or the rule is asked for", () => {
    const line = "RDATE;TZID=Europe/Copenhagen:20270910T120000";
    const weekly = patternOf("2027-09-02T09:00:00", "FREQ=WEEKLY;COUNT=4", line);
    const start = { ...weekly, localStart: "2027-09-10T12:00:00" };
    const at = fromLocal(weekly, start.localStart);
    const after = continuePattern(weekly, at, start);
    expect(datesOf(after)).toEqual(datesOf(weekly).slice(2));
    expect(() => refuseStartOffRule(after)).not.toThrow();
    const fortnightly = { ...weekly, rule: "FREQ=WEEKLY;INTERVAL=2;COUNT=4" };
    expect(() => continuePattern(fortnightly, at, start)).toThrow(expect.objectContaining({ code: "RULE_NEEDED" }));
  });

  test("of the 31st, kept on shorter months' last days, stays the 31st", () => {
    const before = patternOf("2027-01-31T09:00:00", "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD");
    const at = datesOf(before)[1] ?? 0;
    const start = { ...before, localStart: localOf(before, at) };
    const after = continuePattern(before, at, start);
    expect(datesOf(after, 10)).toEqual(datesOf(before, 11).slice(1));
  });
});

const rules = fc
  .record({
    freq: fc.constantFrom("DAILY", "WEEKLY", "MONTHLY", "YEARLY"),
    interval: fc.integer({ min: 1, max: 3 }),
    end: fc.option(fc.integer({ min: 1, max: 12 })),
    parts: fc.constantFrom(
      "",
      ";BYDAY=TH",
      ";BYDAY=MO,WE,SA",
      ";BYMONTH=3,9",
      ";BYHOUR=9",
      ";BYDAY=2TH",
      ";BYDAY=-1SU",
      ";BYMONTHDAY=-1",
      ";BYMONTHDAY=13;BYMONTH=3",
      ";BYYEARDAY=100",
      ";BYWEEKNO=20",
    ),
  })
  .map(
    ({ freq, interval, end, parts }) =>
      `FREQ=${freq};INTERVAL=${interval}${end === null ? "" : `;COUNT=${end}`}${parts}`,
  )
  .filter(isLegal);
const zones = fc.constantFrom("Europe/Copenhagen", "America/New_York", "Africa/Cairo", "UTC");
const patterns = fc
  .record({ rule: rules, zone: zones, day: fc.nat(800), hour: fc.constantFrom("09:00:00", "00:00:00", "02:30:00") })
  .map(({ rule, zone, day, hour }) => startedOnRule(rule, zone, day, hour))
  .filter((pattern) => pattern !== null);

/** A pattern that begins with its own first date on or after a day; null where it has none in our time. */
function startedOnRule(rule: string, timeZone: string, day: number, hour: string): LocalPattern | null {
  const date = new Date(Date.UTC(2026, 0, 1) + day * dayMs).toISOString().slice(0, 10);
  const asked = { localStart: `${date}T${hour}`, timeZone, rule, extraLines: "" };
  const [first] = datesOf(asked, 1);
  const pattern = first === undefined ? null : { ...asked, localStart: localOf(asked, first) };
  return pattern !== null && isStartOnRule(pattern) ? pattern : null;
}

function isLegal(rule: string): boolean {
  try {
    parseRule(rule);
    return true;
  } catch {
    return false; // Some parts and frequencies do not go together.
  }
}

describe("laws", () => {
  test("a split that changes nothing moves, adds and loses no date", () => {
    fc.assert(
      fc.property(patterns, fc.nat(40), (pattern, nth) => {
        const dates = datesOf(pattern, 45);
        const at = dates[nth % dates.length] ?? 0;
        const start = { ...pattern, localStart: localOf(pattern, at) };
        const after = continuePattern(pattern, at, start);
        expect(datesOf(after, 20)).toEqual(
          dates
            .filter((ms) => ms >= at)
            .slice(0, 20)
            .concat(laterThan(pattern, dates, at)),
        );
      }),
      { numRuns: 500 },
    );
  });

  test("a moved start is a date of the rule that goes on, of as many dates, or the rule is asked for", () => {
    fc.assert(
      fc.property(patterns, fc.integer({ min: -40, max: 40 }), (pattern, days) => {
        const at = fromLocal(pattern, pattern.localStart);
        const moved = new Date(Date.parse(`${pattern.localStart}Z`) + days * dayMs).toISOString().slice(0, 19);
        const start = { ...pattern, localStart: moved };
        const after = continuedOrAsked(pattern, at, start);
        const isTold = after === "RULE_NEEDED" || isStartOnRule(after);
        const count = after === "RULE_NEEDED" ? pattern : after;
        expect(isTold).toBe(true);
        expect(parseRule(count.rule).count).toBe(parseRule(pattern.rule).count);
      }),
      { numRuns: 500 },
    );
  });
});

/** How a pattern goes on; the code of the refusal where its rule is asked for. */
function continuedOrAsked(pattern: LocalPattern, at: number, start: LocalPattern): LocalPattern | "RULE_NEEDED" {
  try {
    return continuePattern(pattern, at, start);
  } catch (error) {
    if (error instanceof InvalidRuleError && error.code === "RULE_NEEDED") {
      return "RULE_NEEDED";
    }
    throw error;
  }
}

/** What the pattern has behind the dates that are at hand, to fill up twenty. */
function laterThan(pattern: LocalPattern, dates: readonly number[], at: number): number[] {
  const missing = 20 - dates.filter((ms) => ms >= at).length;
  const last = dates.at(-1) ?? 0;
  return missing <= 0
    ? []
    : Array.from(compile(contentOf(pattern)).between(last + 1, Number.POSITIVE_INFINITY, { limit: missing }).starts);
}

test("a start off its rule is refused and the next start named, one among the further dates is not", () => {
  const off = patternOf("2027-09-01T09:00:00", "FREQ=WEEKLY;BYDAY=TH");
  const sentence = "the next that it has is 2027-09-02T09:00:00 in Europe/Copenhagen (2027-09-02T07:00:00Z)";
  expect(() => refuseStartOffRule(off)).toThrow(sentence);
  expect(() => refuseStartOffRule(off)).toThrow(InvalidRuleError);
  const further = { ...off, extraLines: "RDATE;TZID=Europe/Copenhagen:20270901T090000" };
  expect(() => refuseStartOffRule(further)).not.toThrow();
  const past = { ...off, rule: "FREQ=WEEKLY;UNTIL=20200101T000000Z;BYDAY=TH" };
  expect(() => refuseStartOffRule(past)).toThrow("it has no later one");
});

test("rules are the same whatever their order and case", () => {
  expect(isSameRule("byday=TH;FREQ=WEEKLY;INTERVAL=1", "FREQ=WEEKLY;BYDAY=TH")).toBe(true);
  expect(isSameRule("FREQ=WEEKLY;COUNT=4", "FREQ=WEEKLY;COUNT=5")).toBe(false);
});
