import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Case } from "../../test/_case.ts";
import { aroundOf, worldOf } from "../../test/_engine.ts";
import { hold } from "../../test/_laws.ts";
import { modelSlots } from "../../test/_model.ts";
import { cases } from "../../test/_worlds.ts";
import { refusalsAt } from "./refusals.ts";
import { findSlots, slotAt, type Slot } from "./slots.ts";

const minuteMs = 60_000;
const everything = Number.POSITIVE_INFINITY;

describe("on random worlds, days of clock changes included", () => {
  test("what is listed is what the minute-by-minute model says can be booked", () => {
    let withSlots = 0;
    const model = (question: Case) => {
      const slots = listed(question);
      expect(readable(slots)).toEqual(readable(modelSlots(question)));
      withSlots += slots.length > 0 ? 1 : 0;
    };
    const worlds = hold(cases, model, 0.4);
    // Or the worlds are not worth asking about.
    expect(withSlots).toBeGreaterThan(worlds / 4);
  });

  test("a start is listed exactly when checking it finds it, and that is when nothing is said against it", () => {
    const law = (question: Case) => {
      const { rules, fromMs, toMs } = question;
      const world = worldOf(question);
      const all = new Map(listed(question).map((slot) => [`${slot.startMs} ${slot.durationMs}`, slot]));
      const starts = new Set([...all.values()].slice(0, 40).map(({ startMs }) => startMs));
      for (let startMs = Math.ceil(fromMs / minuteMs) * minuteMs; startMs < toMs; startMs += 97 * minuteMs) {
        starts.add(startMs);
      }
      for (const startMs of [...starts, ...sessionsOf(question)]) {
        for (const durationMs of rules.durationsMs) {
          const slot = all.get(`${startMs} ${durationMs}`);
          expect(slotAt(world, rules, startMs, durationMs)).toEqual(slot);
          expect(refusalsAt(world, rules, { startMs, durationMs }).length === 0).toBe(slot !== undefined);
        }
      }
    };
    hold(cases, law, 0.1);
  });

  test("the answer for a start does not depend on the range in which it was asked for", () => {
    const law = ([question, part]: [Case, number]) => {
      const { rules, fromMs, toMs } = question;
      const middleMs = Math.round(fromMs + part * (toMs - fromMs));
      const all = listed(question);
      expect([...ask(question, fromMs, middleMs), ...ask(question, middleMs, toMs)]).toEqual(all);
      for (const slot of all.slice(0, 10)) {
        const alone = worldOf(question, aroundOf(question, slot.startMs, slot.startMs + 1));
        expect(slotAt(alone, rules, slot.startMs, slot.durationMs)).toEqual(slot);
      }
    };
    hold(fc.tuple(cases, fc.double({ min: 0, max: 1, noNaN: true })), law, 0.1);
  });

  test("a list that is cut off is the beginning of the whole, and says so", () => {
    const law = ([question, limit]: [Case, number]) => {
      const all = listed(question);
      const { rules, fromMs, toMs } = question;
      const { slots, truncated } = findSlots(worldOf(question), rules, fromMs, toMs, limit);
      expect(slots).toEqual(all.slice(0, limit));
      expect(truncated).toBe(all.length > limit);
    };
    hold(fc.tuple(cases, fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 100 }))), law, 0.05);
  });
});

function listed(question: Case): readonly Slot[] {
  return findSlots(worldOf(question), question.rules, question.fromMs, question.toMs, everything).slots;
}

/** Slots of a range, of what the service would have read for it. */
function ask(question: Case, fromMs: number, toMs: number): readonly Slot[] {
  return findSlots(worldOf(question, aroundOf(question, fromMs, toMs)), question.rules, fromMs, toMs, everything).slots;
}

function sessionsOf({ sessions, fromMs, toMs }: Case): number[] {
  return sessions.map(({ startMs }) => startMs).filter((startMs) => startMs >= fromMs && startMs < toMs);
}

function readable(slots: readonly Slot[]): unknown[] {
  return slots.map((slot) => ({ at: new Date(slot.startMs).toISOString(), ...slot }));
}
