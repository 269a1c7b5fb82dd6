import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Calendar, Case } from "../../test/_case.ts";
import { worldOf } from "../../test/_engine.ts";
import { hold } from "../../test/_laws.ts";
import { cases } from "../../test/_worlds.ts";
import { gridStarts } from "./grid.ts";
import { findSlots, slotAt } from "./slots.ts";

const minuteMs = 60_000;
/** Of all runs, each of the laws here. */
const part = 0.009;
const amounts = fc.integer({ min: 1, max: 120 }).map((count) => count * minuteMs);
/** Open sessions are listed whatever else is so. */
const withoutSessions = cases.map((question): Case => ({ ...question, sessions: [] }));

describe("what takes time away never adds a slot", () => {
  test.each<[what: string, change: (question: Case, byMs: number) => Case]>([
    ["a larger buffer before", (q, ms) => withRules(q, { bufferBeforeMs: q.rules.bufferBeforeMs + ms })],
    ["a larger buffer after", (q, ms) => withRules(q, { bufferAfterMs: q.rules.bufferAfterMs + ms })],
    ["a longer clean-up", (q, ms) => withRules(q, { cleanUpMs: q.rules.cleanUpMs + ms })],
    ["a longer notice", (q, ms) => withRules(q, { minNoticeMs: q.rules.minNoticeMs + ms })],
    ["a nearer horizon", (q, ms) => withRules(q, { horizonMs: Math.min(q.rules.horizonMs, ms * 20) })],
    ["twice the step", (q) => withRules(q, { stepMs: q.rules.stepMs * 2 })],
    ["longer ways", (q, ms) => ({ ...q, travel: (from, to) => q.travel(from, to) + ms })],
    ["a reached limit", (q, ms) => ({ ...q, limits: [...q.limits, limitFrom(q.fromMs + 5 * ms, ms)] })],
    ["more that is busy", (q, ms) => ofFirst(q, (one) => busier(one, q.fromMs + 7 * ms, ms))],
    ["a calendar that is out of date", (q) => ofFirst(q, (one) => ({ ...one, members: [], stale: true }))],
  ])("%s", (_, change) => {
    const law = ([question, byMs]: [Case, number]) => {
      expect(added(question, starts(change(question, byMs)))).toEqual([]);
    };
    hold(fc.tuple(cases, amounts), law, part);
  });

  test("a longer meeting", () => {
    const law = ([question, byMs]: [Case, number]) => {
      const longer = question.rules.durationsMs.map((durationMs) => durationMs + byMs);
      const expected = starts(withRules(question, { durationsMs: longer })).map((key) => shorter(key, byMs));
      expect(added(question, expected)).toEqual([]);
    };
    hold(fc.tuple(withoutSessions, amounts), law, part);
  });

  test.each<[what: string, change: (question: Case, other: Case) => Case]>([
    [
      "another calendar in a group that needs all",
      (q, other) => ({ ...q, groups: [joined(q, other), ...q.groups.slice(1)] }),
    ],
    ["another group", (q, other) => ({ ...q, groups: [...q.groups, ...other.groups] })],
    ["a type's own hours", (q, other) => ({ ...q, typeHours: q.typeHours ?? other.typeHours })],
  ])("%s, on the grid that there was", (_, change) => {
    const law = ([question, other]: readonly [Case, Case]) => {
      const first = question.groups.map((group) => ({ ...group, need: group.calendars.length }));
      const all: Case = { ...question, groups: first };
      const grid = new Set(gridStarts(worldOf(all), all.rules, all.fromMs, all.toMs));
      const after = starts(change(all, other)).filter((key) => grid.has(Number(key.split(" ")[0])));
      expect(added(all, after)).toEqual([]);
    };
    hold(twoOfOneWeek, law, part);
  });

  test("a need of one more of many", () => {
    const law = (question: Case) => {
      const groups = question.groups.map((group) => ({ ...group, need: Math.max(1, group.calendars.length - 2) }));
      const more = groups.map(({ calendars, need }) => ({
        calendars,
        need: Math.min(need + 1, calendars.length - 1) || 1,
      }));
      expect(added({ ...question, groups }, starts({ ...question, groups: more }))).toEqual([]);
    };
    hold(cases, law, part);
  });
});

describe("what cannot matter does not", () => {
  test("which of two meetings elsewhere, with buffers of their own, was booked first", () => {
    const law = ([question, ...sizes]: [Case, ...number[]]) => {
      const [gapMs = 0, oneBefore = 0, oneAfter = 0, otherBefore = 0, otherAfter = 0] = sizes;
      const one = { startMs: question.fromMs, beforeMs: oneBefore, afterMs: oneAfter, place: "office" };
      const other = {
        startMs: one.startMs + 30 * minuteMs + gapMs,
        beforeMs: otherBefore,
        afterMs: otherAfter,
        place: "clinic",
      };
      expect(canBeAdded(question, one, other)).toBe(canBeAdded(question, other, one));
    };
    hold(fc.tuple(cases, amounts, amounts, amounts, amounts, amounts), law, part);
  });

  test("in which order groups and their calendars are named", () => {
    const law = (question: Case) => {
      const groups = question.groups.toReversed();
      const turned = groups.map((group) => ({ ...group, calendars: group.calendars.toReversed() }));
      expect(starts({ ...question, groups: turned })).toEqual(starts(question));
    };
    hold(cases, law, part);
  });

  test("whether calendars that are all needed are a group or a bundle", () => {
    const law = (question: Case) => {
      const calendars = question.groups.flatMap((group) => group.calendars);
      const [first] = calendars;
      const bundle = first === undefined ? [] : [{ ...first, id: "bundle", members: calendars }];
      const together = { ...question, groups: [{ calendars, need: calendars.length }] };
      expect(starts({ ...question, groups: [{ calendars: bundle, need: 1 }] })).toEqual(starts(together));
    };
    hold(cases, law, part);
  });
});

/** A half-hour meeting somewhere with time kept free around it. */
interface Placed {
  readonly startMs: number;
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly place: string;
}

/** Whether somebody who is always there and has one meeting can have the other, too. */
function canBeAdded(question: Case, has: Placed, other: Placed): boolean {
  const endMs = has.startMs + 30 * minuteMs + has.afterMs;
  const busy = [
    { startMs: has.startMs - has.beforeMs, endMs, source: "booking", sourceId: "has", place: has.place },
  ] as const;
  const always = { from: other.startMs / minuteMs, to: other.startMs / minuteMs + 30 };
  const ada: Calendar = { id: "ada", schedule: null, openings: [always], members: [], busy, stale: false };
  const none = { setUpMs: 0, cleanUpMs: 0, minNoticeMs: 0, horizonMs: Number.POSITIVE_INFINITY };
  const kept = { bufferBeforeMs: other.beforeMs, bufferAfterMs: other.afterMs, place: other.place };
  const rules = { ...none, ...kept, stepMs: minuteMs, durationsMs: [30 * minuteMs] };
  const groups = [{ calendars: [ada], need: 1 }];
  const alone = { ...question, rules, groups, typeHours: null, limits: [], sessions: [], nowMs: 0 };
  return slotAt(worldOf(alone), rules, other.startMs, 30 * minuteMs) !== undefined;
}

/** Two questions, the second asked of the week of the first. */
const twoOfOneWeek = fc.tuple(cases, cases).map(
  ([one, other]) =>
    [
      { ...one, limits: [] },
      { ...one, groups: other.groups, typeHours: other.typeHours },
    ] as const,
);

/** Start and length of each slot. */
function starts(question: Case): string[] {
  const { rules, fromMs, toMs } = question;
  const { slots } = findSlots(worldOf(question), rules, fromMs, toMs, Number.POSITIVE_INFINITY);
  return slots.map(({ startMs, durationMs }) => `${startMs} ${durationMs}`);
}

/** What is listed of a changed question and was not before. */
function added(before: Case, after: readonly string[]): string[] {
  const known = new Set(starts(before));
  return after.filter((key) => !known.has(key));
}

function shorter(key: string, byMs: number): string {
  const [startMs, durationMs] = key.split(" ");
  return `${startMs} ${Number(durationMs) - byMs}`;
}

function withRules(question: Case, some: Partial<Case["rules"]>): Case {
  return { ...question, rules: { ...question.rules, ...some } };
}

function limitFrom(startMs: number, lengthMs: number): Case["limits"][number] {
  return { startMs, endMs: startMs + lengthMs, reason: "DAILY_LIMIT", timeZone: "UTC", limit: 1 };
}

function ofFirst(question: Case, change: (calendar: Calendar) => Calendar): Case {
  const groups = question.groups.map((group) => {
    const [first, ...others] = group.calendars;
    return first === undefined ? group : { ...group, calendars: [change(first), ...others] };
  });
  return { ...question, groups };
}

function busier(calendar: Calendar, startMs: number, lengthMs: number): Calendar {
  const endMs = startMs + lengthMs;
  const more = { startMs, endMs, source: "booking" as const, sourceId: "more", place: "" };
  const busy = [...calendar.busy, more].toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  return { ...calendar, busy, members: calendar.members.map((member) => busier(member, startMs, lengthMs)) };
}

function joined({ groups: [first] }: Case, other: Case): Case["groups"][number] {
  const calendars = [...(first?.calendars ?? []), ...other.groups.flatMap((group) => group.calendars).slice(0, 1)];
  return { calendars, need: calendars.length };
}
