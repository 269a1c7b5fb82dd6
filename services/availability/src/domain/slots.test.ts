import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createModel } from "../../test/_model.ts";
import { rangesBetween, validateProfile, type Profile } from "./profile.ts";
import { createWorld, findSlots, refusalsAt, type Busy, type SlotRules } from "./slots.ts";

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
const marginMs = 4 * dayMs;

/** Places and weeks where clocks do something. */
const weeks: readonly (readonly [zone: string, from: string])[] = [
  ["UTC", "2026-06-01"],
  ["America/New_York", "2026-03-07"],
  ["America/New_York", "2026-10-31"],
  ["Europe/London", "2026-03-28"],
  ["Europe/Berlin", "2026-10-24"],
  ["Australia/Lord_Howe", "2026-04-04"],
  ["Australia/Lord_Howe", "2026-10-03"],
  ["Asia/Kathmandu", "2026-08-10"],
  ["Pacific/Chatham", "2026-04-04"],
  ["America/St_Johns", "2026-11-01"],
  ["Africa/Casablanca", "2026-02-14"],
  ["Pacific/Apia", "2011-12-29"],
];

const hours = fc
  .tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 1, max: 1440 }))
  .map(([startMinute, length]) => ({ startMinute, endMinute: startMinute + length }));
const oddHours = fc.oneof(
  hours,
  fc.constant({ startMinute: 0, endMinute: 1440 }),
  fc.constant({ startMinute: 22 * 60, endMinute: 30 * 60 }),
  fc.constant({ startMinute: 60, endMinute: 150 }),
);
const weeklyHours = fc.oneof(
  fc.array(
    fc.tuple(fc.integer({ min: 1, max: 7 }), oddHours).map(([weekday, h]) => ({ weekday, ...h })),
    { maxLength: 12 },
  ),
  fc.constant([1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute: 0, endMinute: 1440 }))),
);

interface Case {
  readonly profile: Profile;
  readonly rules: SlotRules;
  readonly busy: readonly Busy[];
  readonly nowMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

const minutes = (min: number, max: number) => fc.integer({ min, max }).map((n) => n * minuteMs);
const rules: fc.Arbitrary<SlotRules> = fc.record({
  durationMs: minutes(1, 300),
  stepMs: fc.oneof(
    fc.constantFrom(15, 30, 60).map((n) => n * minuteMs),
    minutes(1, 200),
  ),
  bufferBeforeMs: fc.oneof(fc.constant(0), minutes(0, 90)),
  bufferAfterMs: fc.oneof(fc.constant(0), minutes(0, 90)),
  minNoticeMs: fc.oneof(fc.constant(0), minutes(0, 2000)),
  horizonMs: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), minutes(0, 3000)),
});

const cases: fc.Arbitrary<Case> = fc
  .record({
    week: fc.constantFrom(...weeks),
    weekly: weeklyHours,
    overrides: fc.uniqueArray(
      fc.record({ day: fc.integer({ min: -1, max: 4 }), hours: fc.array(oddHours, { maxLength: 2 }) }),
      { selector: ({ day }) => day, maxLength: 3 },
    ),
    rules,
    busy: fc.array(fc.tuple(minutes(-500, 4000), minutes(1, 400)), { maxLength: 8 }),
    now: fc.integer({ min: -3000 * minuteMs, max: 2000 * minuteMs }),
    from: minutes(0, 2000),
    length: minutes(1, 2000),
  })
  .map(({ week: [timeZone, start], weekly, overrides, busy, now, from, length, ...rest }) => {
    const base = Date.parse(`${start}T00:00:00Z`);
    const dateOf = (day: number) => new Date(base + day * dayMs).toISOString().slice(0, 10);
    const dateOverrides = overrides.map((o) => ({ date: dateOf(o.day), hours: o.hours, reason: "" }));
    const spans = busy.map(([at, ms], i) => ({
      startMs: base + at,
      endMs: base + at + ms,
      source: "booking",
      sourceId: `${i}`,
    }));
    return {
      ...rest,
      profile: { timeZone, weeklyHours: weekly, dateOverrides },
      busy: spans.toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs),
      nowMs: base + now,
      fromMs: base + from,
      toMs: base + from + length,
    };
  })
  .filter(({ profile }) => isValid(profile));

function isValid(profile: Profile): boolean {
  try {
    validateProfile(profile, "profile");
    return true;
  } catch {
    return false; // The only error it throws.
  }
}

/** The world as the service reads it for a question about a range. */
function worldOf({ profile, busy, nowMs }: Case, fromMs: number, toMs: number) {
  const [from, to] = [fromMs - marginMs, toMs + marginMs];
  const near = busy.filter(({ startMs, endMs }) => startMs < to && endMs > from);
  return createWorld(nowMs, rangesBetween(profile, from, to), near);
}

const noLimit = Number.POSITIVE_INFINITY;

describe("on random worlds, days of clock changes included", () => {
  test("what is listed is what the minute-by-minute model says can be booked", () => {
    let withSlots = 0;
    fc.assert(
      fc.property(cases, (c) => {
        const model = createModel(c.profile, c.busy, c.rules, c.nowMs, c.fromMs, c.toMs);
        const expected: string[] = [];
        for (let ms = c.fromMs; ms < c.toMs; ms += minuteMs) {
          if (model.isBookable(ms)) {
            expected.push(new Date(ms).toISOString());
          }
        }
        const { starts } = findSlots(worldOf(c, c.fromMs, c.toMs), c.rules, c.fromMs, c.toMs, noLimit);
        expect(starts.map((ms) => new Date(ms).toISOString())).toEqual(expected);
        withSlots += starts.length > 0 ? 1 : 0;
      }),
      { numRuns: 800 },
    );
    expect(withSlots).toBeGreaterThan(100); // Or the worlds are not worth asking about.
  });

  test("a start is listed exactly when checking it refuses nothing", () => {
    fc.assert(
      fc.property(cases, (c) => {
        const { starts } = findSlots(worldOf(c, c.fromMs, c.toMs), c.rules, c.fromMs, c.toMs, noLimit);
        const listed = new Set(starts);
        for (let ms = c.fromMs; ms < c.toMs; ms += 7 * minuteMs) {
          expect(refusalsAt(worldOf(c, ms, ms + c.rules.durationMs), c.rules, ms).length === 0).toBe(listed.has(ms));
        }
        for (const ms of starts) {
          expect(refusalsAt(worldOf(c, ms, ms + c.rules.durationMs), c.rules, ms)).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("the answer for a start does not depend on the range that was asked about", () => {
    const cuts = fc.tuple(
      cases,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(cuts, ([c, a, b]) => {
        const whole = findSlots(worldOf(c, c.fromMs, c.toMs), c.rules, c.fromMs, c.toMs, noLimit).starts;
        const at = (part: number) => Math.floor(c.fromMs + part * (c.toMs - c.fromMs));
        const [from, to] = [at(Math.min(a, b)), at(Math.max(a, b))];
        const part = findSlots(worldOf(c, from, to), c.rules, from, to, noLimit).starts;
        expect(part).toEqual(whole.filter((ms) => ms >= from && ms < to));
      }),
      { numRuns: 800 },
    );
  });

  test("a list that is cut off is the beginning of the whole, and says so", () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 0, max: 20 }), (c, limit) => {
        const world = worldOf(c, c.fromMs, c.toMs);
        const { starts } = findSlots(world, c.rules, c.fromMs, c.toMs, noLimit);
        const cut = findSlots(world, c.rules, c.fromMs, c.toMs, limit);
        expect(cut).toEqual({ starts: starts.slice(0, limit), truncated: starts.length > limit });
      }),
      { numRuns: 100 },
    );
  });
});
