import { must } from "@calends/kit/must";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cancelDate, changeDate, restoreDate } from "../src/domain/occurrence-edits.ts";
import { compilePattern, occursUntil } from "../src/domain/pattern.ts";
import { readShape, type Shape } from "../src/domain/read-pattern.ts";
import { createTime, spansOf, type Held } from "../src/domain/time-record.ts";
import { splitTime, updateTime } from "../src/domain/time-split.ts";
import { datesOf, modelRules as rules, ruleTextOf, type ModelDate, type ModelRule } from "./_times-model.ts";

const now = new Date("2026-11-21T08:00:00Z");
const minuteMs = 60_000;
const dayMs = 86_400_000;
const days = 420;

/** One edit of the n-th date, and how far it moves. */
const edits = fc.array(
  fc.record({
    kind: fc.constantFrom("cancel", "change", "restore"),
    nth: fc.nat({ max: 40 }),
    byMinutes: fc.integer({ min: -3_000, max: 3_000 }),
    minutes: fc.integer({ min: 1, max: 600 }),
  }),
  { maxLength: 12 },
);

type Edit = typeof edits extends fc.Arbitrary<readonly (infer E)[]> ? E : never;

function shapeOf(rule: ModelRule, first: ModelDate): Shape {
  const wish = {
    startMs: first.startMs,
    endMs: first.endMs,
    timeZone: rule.zone,
    rule: ruleTextOf(rule),
    extraLines: "",
  };
  return readShape(wish, "time");
}

function heldOf(rule: ModelRule, dates: readonly ModelDate[]): Held {
  const placement = {
    id: "id",
    calendarId: "c",
    kind: "blocked",
    bundleCalendarId: null,
    bundlePrimaryId: null,
  } as const;
  const shape = shapeOf(rule, must(dates[0], "first"));
  // The length of the first date may be cut or drawn by its own clock change; the model says it by the wall clock.
  const pattern = { ...must(shape.pattern, "pattern"), durationMs: rule.minutes * minuteMs };
  return createTime(placement, { ...shape, pattern }, { reason: "", externalId: null }, now);
}

/** Edits a record and its model alike. */
function edited(
  held: Held,
  dates: readonly ModelDate[],
  list: readonly Edit[],
): { held: Held; dates: Map<number, ModelDate> } {
  const model = new Map(dates.map((date) => [date.recurrenceMs, date]));
  const planned = new Map(model);
  let record = held;
  list.forEach(({ kind, nth, byMinutes, minutes }, index) => {
    const { recurrenceMs } = must(dates[nth % dates.length], "date");
    if (kind === "cancel") {
      record = cancelDate(record, recurrenceMs, `e${index}`, now);
      model.delete(recurrenceMs);
    } else if (kind === "restore") {
      record = restoreDate(record, recurrenceMs, now);
      model.set(recurrenceMs, must(planned.get(recurrenceMs), "planned"));
    } else {
      const startMs = recurrenceMs + byMinutes * minuteMs;
      const endMs = startMs + minutes * minuteMs;
      record = changeDate(record, recurrenceMs, { startMs, endMs }, `e${index}`, now);
      model.set(recurrenceMs, { recurrenceMs, startMs, endMs });
    }
  });
  return { held: record, dates: model };
}

function spansIn(held: Held, fromMs: number, toMs: number): string[] {
  const { pattern } = held.time;
  const compiled = pattern === null ? null : compilePattern(pattern);
  return spansOf(held, compiled, [fromMs, toMs], 100_000).map(textOf);
}

function modelSpans(dates: Iterable<ModelDate>, fromMs: number, toMs: number): string[] {
  return [...dates]
    .filter(({ startMs, endMs }) => startMs < toMs && endMs > fromMs)
    .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs)
    .map(textOf);
}

function textOf({ startMs, endMs }: { startMs: number; endMs: number }): string {
  return `${new Date(startMs).toISOString()}/${new Date(endMs).toISOString()}`;
}

/** A window somewhere in the days that the model knows, of seconds or of months. */
const windows = fc.record({
  from: fc.integer({ min: -5 * 1440, max: 380 * 1440 }),
  length: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 30 * 1440 })),
});

function boundsOf(dates: readonly ModelDate[], { from, length }: { from: number; length: number }): [number, number] {
  const fromMs = must(dates[0], "first").startMs + from * minuteMs;
  return [fromMs, fromMs + length * minuteMs];
}

describe("the dates of a recurring time", () => {
  test("in a window are those of the model, exceptions applied", () => {
    fc.assert(
      fc.property(rules, edits, windows, (rule, list, window) => {
        const dates = datesOf(rule, days);
        const after = edited(heldOf(rule, dates), dates, list);
        const [fromMs, toMs] = boundsOf(dates, window);
        expect(spansIn(after.held, fromMs, toMs)).toEqual(modelSpans(after.dates.values(), fromMs, toMs));
      }),
      { numRuns: 600 },
    );
  });

  test("are over when the record says so, and not before", () => {
    fc.assert(
      fc.property(
        rules.filter(({ count }) => count !== null),
        (rule) => {
          const dates = datesOf(rule, 2_000);
          const until = occursUntil(compilePattern(must(heldOf(rule, dates).time.pattern, "pattern")));
          expect(until).toBe(must(dates.at(-1), "last").endMs);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("this and following", () => {
  test("a split that changes nothing moves no date, and keeps every exception", () => {
    fc.assert(
      fc.property(rules, edits, fc.nat({ max: 40 }), (rule, list, nth) => {
        const dates = datesOf(rule, days);
        const { held, dates: model } = edited(heldOf(rule, dates), dates, list);
        const cut = must(dates[nth % dates.length], "cut");
        const { ended, continued } = splitAt(held, rule, cut);
        const firstMs = must(dates[0], "first").startMs;
        const [fromMs, toMs] = [firstMs - 5 * dayMs, firstMs + (days - 10) * dayMs];
        const found = [...(ended === null ? [] : spansIn(ended, fromMs, toMs)), ...spansIn(continued, fromMs, toMs)];
        expect(found.toSorted()).toEqual(modelSpans(model.values(), fromMs, toMs).toSorted());
        const left = (ended?.exceptions.length ?? 0) + continued.exceptions.length;
        expect(left).toBe(held.exceptions.length);
      }),
      { numRuns: 400 },
    );
  });

  test("all: a change of the time of day takes the exceptions along", () => {
    const daily = rules.map((rule) => ({ ...rule, freq: "DAILY" as const, weekdays: [], zone: "UTC" }));
    fc.assert(
      fc.property(daily, edits, fc.integer({ min: -12, max: 12 }), (rule, list, hours) => {
        const dates = datesOf(rule, days);
        const { held } = edited(heldOf(rule, dates), dates, list);
        const first = must(dates[0], "first");
        const isSameDay =
          new Date(first.startMs + hours * 3_600_000).getUTCDate() === new Date(first.startMs).getUTCDate();
        fc.pre(isSameDay);
        const shape = shapeOf(rule, {
          ...first,
          startMs: first.startMs + hours * 3_600_000,
          endMs: first.endMs + hours * 3_600_000,
        });
        const after = updateTime(held, shape, { reason: "", externalId: null }, now);
        const before = held.exceptions.map(({ recurrenceMs }) => recurrenceMs + hours * 3_600_000);
        expect(after.exceptions.map(({ recurrenceMs }) => recurrenceMs)).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });
});

function splitAt(held: Held, rule: ModelRule, cut: ModelDate): ReturnType<typeof splitTime> {
  const pattern = must(held.time.pattern, "pattern");
  const before = { pattern, recurrenceMs: cut.recurrenceMs };
  const wish = { startMs: cut.startMs, endMs: cut.endMs, timeZone: rule.zone, rule: "", extraLines: "", before };
  const shape = readShape(wish, "time");
  const continuation = { id: "new", shape, reason: "", externalId: null, bundlePrimaryId: null };
  return splitTime(held, cut.recurrenceMs, { ...continuation, path: "time" }, now);
}
