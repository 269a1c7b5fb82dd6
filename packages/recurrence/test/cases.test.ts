import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compile, InvalidRuleError, type RuleErrorCode } from "../src/index.ts";
import { normalizeSet } from "../src/normalize.ts";
import { cases } from "./cases.ts";

describe("hand-derived cases", () => {
  test.each(cases)("%s", (_about, lines, expected) => {
    const wanted = expected === "none" ? [] : expected.split(" ").filter((word) => word !== "…");
    const set = compile(lines.replaceAll("|", "\n"));
    const found = set.first(expected.endsWith("…") ? wanted.length : wanted.length + 5);
    expect([...found].map((ms) => new Date(ms).toISOString().replace(/(:00)?\.000Z$/, ""))).toEqual(wanted);
    expect(set.isEmpty).toBe(expected === "none");
  });
});

/** Content lines, the part at fault, why. */
const refused: readonly (readonly [lines: string, part: string, code: RuleErrorCode])[] = [
  ["RRULE:FREQ=DAILY", "DTSTART", "MISSING_PART"],
  ["DTSTART:20260101T090000Z|DTSTART:20260101T090000Z", "DTSTART", "DUPLICATE_PART"],
  ["DTSTART:20260230T090000Z", "DTSTART", "SYNTAX"],
  ["DTSTART;VALUE=DATE:20260101T090000", "DTSTART", "VALUE_TYPE"],
  ["DTSTART;TZID=Nowhere/Town:20260101T090000", "DTSTART", "UNKNOWN_ZONE"],
  ["DTSTART;TZID=+01:00:20260101T090000", "DTSTART", "UNKNOWN_ZONE"],
  ["X-LINE:1", "X-LINE", "UNKNOWN_PART"],
  ...rules("INTERVAL=2", "FREQ", "MISSING_PART"),
  ...rules("FREQ=FORTNIGHTLY", "FREQ", "OUT_OF_RANGE"),
  ...rules("FREQ=DAILY;FREQ=DAILY", "FREQ", "DUPLICATE_PART"),
  ...rules("FREQ=DAILY;INTERVAL=0", "INTERVAL", "OUT_OF_RANGE"),
  ...rules("FREQ=DAILY;INTERVAL=-1", "INTERVAL", "OUT_OF_RANGE"),
  ...rules("FREQ=DAILY;INTERVAL=1.5", "INTERVAL", "SYNTAX"),
  ...rules("FREQ=DAILY;COUNT=0", "COUNT", "OUT_OF_RANGE"),
  ...rules("FREQ=DAILY;COUNT=1000001", "COUNT", "OUT_OF_RANGE"),
  ...rules("FREQ=DAILY;COUNT=2;UNTIL=20260201T000000Z", "COUNT", "CONFLICT"),
  ...rules("FREQ=DAILY;UNTIL=20260201", "UNTIL", "VALUE_TYPE"),
  ...rules("FREQ=DAILY;UNTIL=20260201T000000", "UNTIL", "VALUE_TYPE"),
  ...rules("FREQ=DAILY;UNTIL=2026-02-01", "UNTIL", "SYNTAX"),
  ["DTSTART;TZID=Europe/London:20260101T090000|RRULE:FREQ=DAILY;UNTIL=20260201T000000", "UNTIL", "VALUE_TYPE"],
  ["DTSTART:20260101T090000|RRULE:FREQ=DAILY;UNTIL=20260201T000000Z", "UNTIL", "VALUE_TYPE"],
  ["DTSTART;VALUE=DATE:20260101|RRULE:FREQ=DAILY;UNTIL=20260201T000000Z", "UNTIL", "VALUE_TYPE"],
  ["DTSTART;VALUE=DATE:20260101|RRULE:FREQ=HOURLY", "FREQ", "NOT_ALLOWED"],
  ["DTSTART;VALUE=DATE:20260101|EXDATE:20260101T000000Z", "EXDATE", "VALUE_TYPE"],
  ["DTSTART:20260101T090000Z|RDATE;VALUE=DATE:20260101", "RDATE", "VALUE_TYPE"],
  ["DTSTART:20260101T090000Z|RDATE;VALUE=PERIOD:20260103T090000Z/20260103T080000Z", "RDATE", "SYNTAX"],
  ["DTSTART:20260101T090000Z|RDATE;VALUE=PERIOD:20260103T090000Z/P12345678D", "RDATE", "SYNTAX"],
  ["DTSTART:20260101T090000Z|EXDATE;VALUE=PERIOD:20260103T090000Z/PT1H", "EXDATE", "VALUE_TYPE"],
  ...rules("FREQ=DAILY;BYSECOND=61", "BYSECOND", "OUT_OF_RANGE"),
  ...rules("FREQ=DAILY;BYMINUTE=60", "BYMINUTE", "OUT_OF_RANGE"),
  ...rules("FREQ=DAILY;BYHOUR=24", "BYHOUR", "OUT_OF_RANGE"),
  ...rules("FREQ=DAILY;BYHOUR=", "BYHOUR", "SYNTAX"),
  ...rules("FREQ=DAILY;BYHOUR=1,,2", "BYHOUR", "SYNTAX"),
  ...rules("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY", "OUT_OF_RANGE"),
  ...rules("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY", "OUT_OF_RANGE"),
  ...rules("FREQ=YEARLY;BYYEARDAY=367", "BYYEARDAY", "OUT_OF_RANGE"),
  ...rules("FREQ=YEARLY;BYWEEKNO=54", "BYWEEKNO", "OUT_OF_RANGE"),
  ...rules("FREQ=YEARLY;BYMONTH=13", "BYMONTH", "OUT_OF_RANGE"),
  ...rules("FREQ=YEARLY;BYDAY=54MO", "BYDAY", "OUT_OF_RANGE"),
  ...rules("FREQ=YEARLY;BYDAY=0MO", "BYDAY", "OUT_OF_RANGE"),
  ...rules("FREQ=WEEKLY;BYDAY=XX", "BYDAY", "OUT_OF_RANGE"),
  ...rules("FREQ=WEEKLY;BYDAY=1MO", "BYDAY", "NOT_ALLOWED"),
  ...rules("FREQ=DAILY;BYDAY=-1FR", "BYDAY", "NOT_ALLOWED"),
  ...rules("FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO", "BYDAY", "NOT_ALLOWED"),
  ...rules("FREQ=MONTHLY;BYWEEKNO=20", "BYWEEKNO", "NOT_ALLOWED"),
  ...rules("FREQ=MONTHLY;BYYEARDAY=20", "BYYEARDAY", "NOT_ALLOWED"),
  ...rules("FREQ=WEEKLY;BYMONTHDAY=20", "BYMONTHDAY", "NOT_ALLOWED"),
  ...rules("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS", "NOT_ALLOWED"),
  ...rules("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "BYSETPOS", "OUT_OF_RANGE"),
  ...rules("FREQ=WEEKLY;WKST=DAY", "WKST", "OUT_OF_RANGE"),
  ...rules("FREQ=DAILY;BYEASTER=1", "BYEASTER", "UNKNOWN_PART"),
  ...rules(`FREQ=DAILY;BYHOUR=${"1,".repeat(2100)}1`, "RRULE", "TOO_LARGE"),
];

function* rules(rule: string, part: string, code: RuleErrorCode): Iterable<[string, string, RuleErrorCode]> {
  yield [`DTSTART:20260101T090000Z|RRULE:${rule}`, part, code];
}

describe("what is refused, by part, value, code and sentence", () => {
  test.each(refused)("%.90s: %s is %s", (lines, part, code) => {
    const error = errorOf(lines.replaceAll("|", "\n"));
    expect(error).toBeInstanceOf(InvalidRuleError);
    expect(error).toMatchObject({ part, code, value: expect.any(String), message: expect.stringContaining(part) });
  });
});

function errorOf(text: string): unknown {
  try {
    compile(text);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Rules that never match. */
const barren: readonly string[] = [
  "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=HOURLY;INTERVAL=2;BYHOUR=8",
  "FREQ=MINUTELY;INTERVAL=60;BYMINUTE=30",
  "FREQ=SECONDLY;INTERVAL=86400;BYHOUR=8",
  "FREQ=DAILY;BYDAY=MO;BYSETPOS=2",
  "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=-2",
  "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=31",
  "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1",
  "FREQ=YEARLY;BYWEEKNO=30;BYMONTH=1",
  "FREQ=MONTHLY;INTERVAL=12;BYMONTH=3",
  "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20",
  "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1000000",
  "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;COUNT=10;BYSETPOS=1",
];

describe("rules that never match are known to be empty, at once", () => {
  test.each(barren)("%s", (rule) => {
    const began = process.cpuUsage();
    const set = compile(`DTSTART;TZID=America/New_York:20240101T090000\nRRULE:${rule}`);
    expect(set.isEmpty).toBe(true);
    expect(set.first(1)).toHaveLength(0);
    expect(set.between(Date.UTC(2024, 0, 1), Date.UTC(3024, 0, 1)).starts).toHaveLength(0);
    expect([set.next(0), set.previous(4e12), set.last()]).toEqual([null, null, null]);
    expect([set.isFinite, set.count(), set.bounds]).toEqual([true, 0, { first: null, last: null }]);
    expect(process.cpuUsage(began).user).toBeLessThan(250_000);
  });
});

test.each([
  ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\nRDATE:20260301T090000Z", 1],
  ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\nRRULE:FREQ=DAILY;COUNT=3", 3],
  ["RRULE:FREQ=YEARLY\nEXRULE:FREQ=MONTHLY", 0],
  ["RRULE:FREQ=YEARLY\nEXRULE:FREQ=YEARLY;INTERVAL=2", Number.POSITIVE_INFINITY],
])("%j has as many occurrences as its rules that are not empty", (lines, count) => {
  const set = compile(`DTSTART:20240101T090000Z\n${lines}`);
  expect([set.count(), set.isFinite, set.isEmpty]).toEqual([count, Number.isFinite(count), count === 0]);
});

describe("what the start is asked for", () => {
  // 1 January 2026 is a Thursday. "The DTSTART property value always counts as the first occurrence" (section 3.3.10).
  test.each([
    ["RRULE:FREQ=WEEKLY;BYDAY=MO", [1, 5, 12, 19], Number.POSITIVE_INFINITY],
    ["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3", [1, 5, 12], 3],
    ["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=1", [1], 1],
    ["RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260105T090000Z", [1, 5], 2],
    ["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3\nRDATE:20260107T090000Z", [1, 5, 7, 12], 4],
    ["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3\nEXDATE:20260101T090000Z", [5, 12], 2],
    ["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2\nRRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=2", [1, 5, 8], 3],
    // A start that matches is the first as it is.
    ["RRULE:FREQ=WEEKLY;COUNT=3", [1, 8, 15], 3],
  ])("includeStart makes the start the first occurrence of those that are counted: %j", (lines, days, count) => {
    const set = compile(`DTSTART:20260101T090000Z\n${lines}`, { includeStart: true });
    expect([...set.first(4)]).toEqual(days.map((day) => Date.UTC(2026, 0, day, 9)));
    expect(set.count()).toBe(count);
  });

  test("a start in a gap is no occurrence of its own where gaps are omitted", () => {
    const text = "DTSTART;TZID=America/New_York:20260308T023000";
    expect(compile(text).count()).toBe(1);
    expect(compile(text, { gap: "omit" }).isEmpty).toBe(true);
  });
});

describe("dates that the clock skips, where gaps are omitted", () => {
  const zone = ";TZID=America/New_York";
  // The clock of New York goes from 02:00 to 03:00 on 8 March 2026: 02:30 is 07:30Z before, 06:30Z after.
  const daily = `DTSTART${zone}:20260305T023000\nRRULE:FREQ=DAILY;COUNT=8`;
  const exceptions = `EXDATE${zone}:20260308T023000,20260310T023000,20260311T023000,20260312T023000`;
  const kept = [5, 6, 7].map((day) => Date.UTC(2026, 2, day, 7, 30)).concat(Date.UTC(2026, 2, 9, 6, 30));
  const last = Date.UTC(2026, 2, 13, 6, 30);

  test("an EXDATE among them leaves the other EXDATEs in force, in the list and in the count", () => {
    const set = compile(`${daily}\n${exceptions}`, { gap: "omit" });
    expect([...set.first(20)]).toEqual([...kept, last]);
    expect([set.count(), set.last()]).toEqual([5, last]);
  });

  test("an EXDATE and an RDATE among them leave a union of rules and dates as it is", () => {
    const dates = `RDATE${zone}:20260308T023000,20260320T100000`;
    const set = compile(`${daily}\n${dates}\n${exceptions}`, { gap: "omit" });
    const added = Date.UTC(2026, 2, 20, 14);
    expect([...set.first(20)]).toEqual([...kept, last, added]);
    expect([set.count(), set.last()]).toEqual([6, added]);
  });
});

describe("occurrences in progress", () => {
  const set = compile(
    "DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY\nRDATE;VALUE=PERIOD:20260102T200000Z/P2D,20260103T120000Z/PT1M",
  );
  const at = (day: number, hour: number, minute = 0) => Date.UTC(2026, 0, day, hour, minute);
  const found = (from: number, to: number, hours: number) => [...set.overlapping(from, to, hours * 3_600_000).starts];

  test("one that ends when the window begins is over; one that begins when it ends is not yet", () => {
    expect(found(at(1, 10), at(2, 9), 1)).toEqual([]);
    expect(found(at(1, 9, 59), at(2, 9, 1), 1)).toEqual([at(1, 9), at(2, 9)]);
  });

  test("a period has a length of its own, longer or shorter", () => {
    expect(found(at(4, 12), at(4, 13), 1)).toEqual([at(2, 20)]);
    expect(found(at(3, 12, 30), at(3, 12, 31), 1)).toEqual([at(2, 20)]);
    expect(found(at(3, 12), at(3, 12, 31), 1)).toEqual([at(2, 20), at(3, 12)]);
  });

  // The clock of New York goes from 02:00 EST to 03:00 EDT on 8 March 2026, and from 02:00 EDT to 01:00 EST on 1 November.
  test.each([
    ["20260308T010000/20260308T040000", "2026-03-08T06:00Z", "2026-03-08T08:00Z"],
    ["20260308T010000/20260308T033000", "2026-03-08T06:00Z", "2026-03-08T07:30Z"],
    ["20261101T003000/20261101T030000", "2026-11-01T04:30Z", "2026-11-01T08:00Z"],
    // A day is as long as the calendar has it, hours are always as long (RFC 5545 section 3.3.6).
    ["20260307T120000/P1D", "2026-03-07T17:00Z", "2026-03-08T16:00Z"],
    ["20260307T120000/PT24H", "2026-03-07T17:00Z", "2026-03-08T17:00Z"],
    ["20261031T120000/P1DT1H", "2026-10-31T16:00Z", "2026-11-01T18:00Z"],
  ])("the period %s over a clock change lasts from %s to %s, normalized too", (period, begin, end) => {
    const zone = ";TZID=America/New_York";
    const text = `DTSTART${zone}:20260101T010000\nRDATE${zone};VALUE=PERIOD:${period}`;
    const [first, last] = [Date.parse(begin), Date.parse(end)];
    for (const of of [compile(text), compile(normalizeSet(text))]) {
      expect([...of.overlapping(last - 1, last, 0).starts]).toEqual([first]);
      expect([...of.overlapping(last, last + 1, 0).starts]).toEqual([]);
    }
  });

  test("a limit cuts off the same list, and says so, whatever lengths there are", () => {
    const hours = [9, 10, 11].map((hour) => at(1, hour));
    const rule = "DTSTART:20260101T090000Z\nRRULE:FREQ=HOURLY;COUNT=3";
    // In progress from 12:00 on, where each lasts a day: the three of the rule, and the periods that last long enough.
    const sets: readonly (readonly [periods: string, inProgress: readonly number[]])[] = [
      ["20260101T080000Z/PT1M", hours],
      ["20260101T080000Z/PT1M,20260101T083000Z/PT1M,20260101T103000Z/PT1M", hours],
      ["20260101T080000Z/PT5H,20260101T093000Z/PT1M", [at(1, 8), ...hours]],
      ["20251201T080000Z/P60D,20260101T100000Z/PT1H", [Date.UTC(2025, 11, 1, 8), at(1, 9), at(1, 11)]],
    ];
    for (const [periods, inProgress] of sets) {
      const of = compile(`${rule}\nRDATE;VALUE=PERIOD:${periods}`);
      for (let limit = 0; limit <= 5; limit += 1) {
        const { starts, truncated } = of.overlapping(at(1, 12), at(1, 13), 86_400_000, { limit });
        const expected = inProgress.slice(0, limit);
        expect([[...starts], truncated]).toEqual([expected, inProgress.length > limit]);
      }
    }
  });

  test("one without length is in progress where it lies in the window", () => {
    expect(found(at(1, 9), at(1, 10), 0)).toEqual([at(1, 9)]);
    expect(found(at(1, 9, 1), at(1, 10), 0)).toEqual([]);
  });
});

test("answers do not depend on the zone of the host", () => {
  const script = fileURLToPath(new URL("_answers.ts", import.meta.url));
  const run = (TZ: string) =>
    execFileSync(process.execPath, ["--experimental-strip-types", "--no-warnings", script], {
      env: { ...process.env, TZ },
      encoding: "utf8",
    });
  const utc = run("UTC");
  for (const zone of ["America/New_York", "Pacific/Apia", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/London"]) {
    expect(run(zone)).toBe(utc);
  }
});
