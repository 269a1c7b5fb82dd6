import { describe, expect, test } from "vitest";
import { compile, expandMany, fromFields, InvalidRuleError, type CompiledSet, type RuleFields } from "../src/index.ts";

const set = compile("DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY");
const at = Date.UTC(2026, 0, 2);

describe("what is no count, no instant and no length of time is refused by its name", () => {
  const asked: readonly (readonly [about: string, part: string, ask: (set: CompiledSet) => unknown])[] = [
    ["first(-1)", "n", (of) => of.first(-1)],
    ["first(1.5)", "n", (of) => of.first(1.5)],
    ["first(NaN)", "n", (of) => of.first(Number.NaN)],
    ["between with limit -1", "limit", (of) => of.between(0, at, { limit: -1 })],
    ["between with limit NaN", "limit", (of) => of.between(0, at, { limit: Number.NaN })],
    ["between from NaN", "startMs", (of) => of.between(Number.NaN, at)],
    ["between to NaN", "endMs", (of) => of.between(0, Number.NaN)],
    ["overlapping with limit 0.5", "limit", (of) => of.overlapping(0, at, 0, { limit: 0.5 })],
    ["overlapping from NaN", "startMs", (of) => of.overlapping(Number.NaN, at, 0)],
    ["overlapping with length -1", "durationMs", (of) => of.overlapping(0, at, -1)],
    ["overlapping with length NaN", "durationMs", (of) => of.overlapping(0, at, Number.NaN)],
    ["next(NaN)", "afterMs", (of) => of.next(Number.NaN)],
    ["previous(NaN)", "beforeMs", (of) => of.previous(Number.NaN)],
    ["expandMany to NaN", "endMs", (of) => expandMany([of], 0, Number.NaN)],
  ];
  test.each(asked)("%s", (_about, part, ask) => {
    const error = errorOf(() => ask(set));
    expect(error).toBeInstanceOf(InvalidRuleError);
    expect(error).toMatchObject({ part, code: "OUT_OF_RANGE", message: expect.stringContaining(part) });
  });
});

test("nothing, all, infinities and parts of a millisecond may be asked for", () => {
  const [first, last] = [Date.UTC(2026, 0, 1), Date.UTC(9999, 11, 31)];
  expect([...set.first(0)]).toEqual([]);
  expect(set.between(0, at, { limit: 0 })).toEqual({ starts: new Float64Array(), truncated: true });
  expect([...set.between(Number.NEGATIVE_INFINITY, at, { limit: Number.POSITIVE_INFINITY }).starts]).toEqual([first]);
  expect([set.next(Number.NEGATIVE_INFINITY), set.previous(Number.POSITIVE_INFINITY)]).toEqual([first, last]);
  expect([set.next(first - 0.5), set.previous(first + 0.5)]).toEqual([first, first]);
});

describe("fields that text cannot say are refused by their part", () => {
  const until = (kind: "utc" | "local" | "date", ms: number) => ({ freq: "DAILY", until: { kind, ms } });
  const refused: readonly (readonly [fields: unknown, part: string])[] = [
    [until("utc", Number.NaN), "UNTIL"],
    [until("utc", 1500), "UNTIL"],
    [until("local", 1e15), "UNTIL"],
    [until("date", 3_600_000), "UNTIL"],
    [until("utc", Date.UTC(9999, 11, 31, 24)), "UNTIL"],
    [until("utc", Date.UTC(-1, 0, 1)), "UNTIL"],
    [{ freq: "DAILY", interval: Number.NaN }, "INTERVAL"],
    [{ freq: "DAILY", count: 1.5 }, "COUNT"],
    [{ freq: "DAILY", byDay: [undefined] }, "BYDAY"],
    [{ freq: "DAILY", byDay: "MO" }, "BYDAY"],
    [{ freq: "DAILY", byHour: null }, "BYHOUR"],
    [{ freq: undefined }, "FREQ"],
  ];
  test.each(refused)("%j", (fields, part) => {
    const error = errorOf(() => fromFields(fields as RuleFields));
    expect(error).toBeInstanceOf(InvalidRuleError);
    expect(error).toMatchObject({ part });
  });
});

test("a field that is undefined is absent", () => {
  const fields = { freq: "DAILY", byDay: undefined, until: undefined, interval: undefined, wkst: undefined };
  expect(fromFields(fields as unknown as RuleFields)).toBe("FREQ=DAILY");
});

test("the first and the last second of what can be written are UNTIL", () => {
  const untilOf = (ms: number) => fromFields({ freq: "DAILY", until: { kind: "utc", ms } });
  expect(untilOf(Date.UTC(9999, 11, 31, 23, 59, 59))).toBe("FREQ=DAILY;UNTIL=99991231T235959Z");
  expect(untilOf(Date.parse("0001-01-01T00:00:00Z"))).toBe("FREQ=DAILY;UNTIL=00010101T000000Z");
});

function errorOf(ask: () => unknown): unknown {
  try {
    return void ask();
  } catch (error) {
    return error;
  }
}
