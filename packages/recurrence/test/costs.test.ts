import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compile, type CompiledSet } from "../src/index.ts";
import { oracleToUtc } from "./oracle-zone.ts";

const zone = "America/New_York";
const startMs = Date.UTC(2026, 0, 1);
const listTo = (most: number) => Array.from({ length: most + 1 }, (_, n) => n).join();

/** Processor time for one question; each takes far less, on a loaded machine too. */
const boundMicroseconds = 1_500_000;

function answerInTime<T>(rule: string, ask: (set: CompiledSet) => T): T {
  const began = process.cpuUsage();
  const answer = ask(compile(`DTSTART;TZID=${zone}:20260101T000000\nRRULE:${rule}`));
  const { user, system } = process.cpuUsage(began);
  expect(user + system).toBeLessThan(boundMicroseconds);
  return answer;
}

/** Local times of every so many seconds from the start on, as far as they are allowed; further apart than any gap. */
function everySeconds(interval: number, isAllowed: (second: number) => boolean, count: number): number[] {
  const found: number[] = [];
  for (let at = startMs; found.length < count; at += interval * 1000) {
    if (isAllowed((at / 1000) % 86_400)) {
      found.push(at);
    }
  }
  return found;
}

describe("a rule of seconds that names nearly every minute is answered at once, and rightly", () => {
  const rule = `FREQ=SECONDLY;INTERVAL=86399;BYMINUTE=${listTo(58)};COUNT=100000`;
  const locals = everySeconds(86_399, (second) => Math.floor(second / 60) % 60 < 59, 100_000);
  const instants = locals.map((ms) => oracleToUtc(zone, ms, "shift"));
  const [from, to] = [Date.UTC(2200, 0, 1), Date.UTC(2201, 0, 1)];

  test("between", () => {
    const expected = instants.filter((ms) => ms >= from && ms < to);
    expect([...answerInTime(rule, (set) => set.between(from, to).starts)]).toEqual(expected);
  });

  test("between beyond its end", () => {
    const starts = answerInTime(rule, (set) => set.between(Date.UTC(2500, 0, 1), Date.UTC(2501, 0, 1)).starts);
    expect(starts).toHaveLength(0);
  });

  test("previous, last and count", () => {
    expect(answerInTime(rule, (set) => set.previous(to))).toBe(instants.findLast((ms) => ms < to));
    expect(answerInTime(rule, (set) => set.last())).toBe(instants.at(-1));
    expect(answerInTime(rule, (set) => set.count())).toBe(100_000);
  });
});

test("a rule of every few hours that names nearly every second has the last of its million where it is", () => {
  const rule = `FREQ=SECONDLY;INTERVAL=7919;BYSECOND=${listTo(58)};COUNT=1000000`;
  const last = everySeconds(7919, (second) => second % 60 < 59, 1_000_000).at(-1) ?? 0;
  expect(answerInTime(rule, (set) => set.last())).toBe(oracleToUtc(zone, last, "shift"));
  expect(answerInTime(rule, (set) => set.count())).toBe(1_000_000);
});

test("a rule of seconds with an end in the year 9999 is counted", () => {
  const rule = `FREQ=SECONDLY;INTERVAL=86399;BYMINUTE=${listTo(58)};UNTIL=99991231T000000Z`;
  let expected = 0;
  for (let at = startMs; at <= Date.UTC(9999, 11, 30, 19); at += 86_399_000) {
    expected += Math.floor(at / 60_000) % 60 < 59 ? 1 : 0;
  }
  expect(answerInTime(rule, (set) => set.count())).toBe(expected);
});

test("what clock changes take from every second until the year 9999 is counted", () => {
  // By the rules of today: every year an hour is skipped once and shown twice once, so that as many seconds are lost in
  // March, each a time of its own, or as the same instants as the hour behind it.
  const years = 9999 - 2026 + 1;
  const seconds = (Date.UTC(9999, 11, 30, 19) - startMs) / 1000 + 1;
  for (const rule of [
    "FREQ=SECONDLY",
    `FREQ=DAILY;BYHOUR=${listTo(23)};BYMINUTE=${listTo(59)};BYSECOND=${listTo(59)}`,
  ]) {
    const count = answerInTime(`${rule};UNTIL=99991231T000000Z`, (set) => set.count());
    expect(count).toBe(seconds - years * 3600);
  }
});

describe("a rule of every second of every year is answered with little memory", () => {
  const times = `BYHOUR=${listTo(23)};BYMINUTE=${listTo(59)};BYSECOND=${listTo(59)}`;
  const everySecond = `FREQ=YEARLY;${times};BYDAY=MO,TU,WE,TH,FR,SA,SU`;
  // Winter time, five hours behind UTC: each second counts once.
  const firstMs = startMs + 5 * 3_600_000;
  const lastMs = firstMs + 999_999_000;

  function answersOf(lines: string, fromMs: number): unknown {
    const script = fileURLToPath(new URL("_little-memory.ts", import.meta.url));
    const text = `DTSTART;TZID=${zone}:20260101T000000\n${lines}`;
    const options = ["--max-old-space-size=64", "--experimental-strip-types", "--no-warnings"];
    return JSON.parse(execFileSync(process.execPath, [...options, script, text, String(fromMs)], { encoding: "utf8" }));
  }

  test("within its COUNT", () => {
    const [next, last, count, isEmpty, starts] = [lastMs - 1000, lastMs, 1_000_000, false, [lastMs - 1000, lastMs]];
    const expected = [next, last, count, isEmpty, starts];
    expect(answersOf(`RRULE:${everySecond};COUNT=1000000`, lastMs - 1999)).toEqual(expected);
  });

  test("at the end of its COUNT, in other calendars too", () => {
    const expected = [null, lastMs, 1_000_000, false, [lastMs]];
    expect(answersOf(`RRULE:${everySecond};COUNT=1000000`, lastMs)).toEqual(expected);
    expect(answersOf(`RRULE:RSCALE=GREGORIAN;SKIP=FORWARD;${everySecond};COUNT=1000000`, lastMs)).toEqual(expected);
    expect(answersOf(`RRULE:RSCALE=PERSIAN;${everySecond};COUNT=1000000`, lastMs)).toEqual(expected);
  });

  test("as an exception that takes all away", () => {
    const set = `RRULE:FREQ=YEARLY;COUNT=10\nEXRULE:${everySecond}`;
    expect(answersOf(set, firstMs)).toEqual([null, null, 0, true, []]);
  });

  test("within a bounded time", () => {
    const rule = `${everySecond};COUNT=1000000`;
    expect(answerInTime(rule, (set) => set.next(lastMs - 1))).toBe(lastMs);
    expect(answerInTime(rule, (set) => set.last())).toBe(lastMs);
    expect(answerInTime(rule, (set) => set.count())).toBe(1_000_000);
  });
});
