import { must } from "@calends/kit/must";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Case } from "../../test/_case.ts";
import { worldOf } from "../../test/_engine.ts";
import { hold } from "../../test/_laws.ts";
import { piecesOf } from "../../test/_model-hours.ts";
import { without } from "../../test/_repairs.ts";
import { cases } from "../../test/_worlds.ts";
import { freeOf } from "./free.ts";
import { gridStarts } from "./grid.ts";
import { hostRefusals, refusalsAt, type Meeting, type Refusal } from "./refusals.ts";
import { slotAt } from "./slots.ts";
import { verdictsOf } from "./verdicts.ts";

const minuteMs = 60_000;

/** Questions about one start: some on the grid, some anywhere. */
const asked: fc.Arbitrary<readonly [Case, Meeting]> = fc
  .tuple(cases, fc.boolean(), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(2))
  .map(([question, onGrid, part, length]) => {
    const { rules, fromMs, toMs } = question;
    const grid = onGrid ? gridStarts(worldOf(question), rules, fromMs, toMs - 1) : [];
    const anywhere = Math.round((fromMs + part * (toMs - fromMs)) / minuteMs) * minuteMs;
    const startMs = grid[Math.floor(part * (grid.length - 1))] ?? anywhere;
    return [question, { startMs, durationMs: rules.durationsMs[length % rules.durationsMs.length] ?? 0 }];
  });

describe("what is said against a start", () => {
  test("is true: without one named cause after the other, each is gone, and in the end the start is listed", () => {
    let steps = 0;
    const law = ([first, meeting]: readonly [Case, Meeting]) => {
      let question = first;
      for (let told = refusals(question, meeting); told.length > 0; steps += 1) {
        const cause = must(
          told.find(({ reason }) => reason !== "HOST_GROUP_SHORT"),
          "cause",
        );
        question = without(cause, question, meeting.startMs);
        told = refusals(question, meeting);
        expect(told.map(named)).not.toContain(named(cause));
      }
      expect(slotAt(worldOf(question), question.rules, meeting.startMs, meeting.durationMs)).toBeDefined();
    };
    const worlds = hold(asked, law, 0.1);
    // Or the worlds have too little to say.
    expect(steps).toBeGreaterThan(worlds);
  });

  test("names what closes hours where it does: without it alone there are other ranges of them, or another closes these", () => {
    let count = 0;
    const law = ([question, meeting]: readonly [Case, Meeting]) => {
      const told = closing(question, meeting);
      for (const one of told) {
        const others = told.filter((other) => other !== one && other.calendarId === one.calendarId);
        const alone = others.reduce((left, other) => without(other, left, meeting.startMs), question);
        const rid = without(one, alone, meeting.startMs);
        const known = new Set(told.map(namesOf));
        const uncovered = closing(rid, meeting).filter((other) => !known.has(namesOf(other)));
        const before = new Set(rangesAround(alone, one.calendarId, meeting));
        const opened = rangesAround(rid, one.calendarId, meeting).filter((range) => !before.has(range));
        expect(opened.length + uncovered.length).toBeGreaterThan(0);
        count += 1;
      }
    };
    const worlds = hold(asked, law, 0.1);
    expect(count).toBeGreaterThan(worlds / 10);
  });

  test("comes in the order of checks, and says how many calendars a group has and needs", () => {
    const law = ([question, meeting]: readonly [Case, Meeting]) => {
      const told = refusals(question, meeting);
      const checks = told.map(checkOf);
      expect(checks).toEqual(checks.toSorted((a, b) => a - b));
      for (const { figures } of told.filter(({ reason }) => reason === "HOST_GROUP_SHORT")) {
        expect(Number(figures["have"])).toBeLessThan(Number(figures["need"]));
      }
    };
    hold(asked, law, 0.05);
  });

  test("is nothing of one calendar exactly when it is free, and all of it is among the verdicts", () => {
    const law = ([question, meeting]: readonly [Case, Meeting]) => {
      const world = worldOf(question);
      const { rules } = question;
      const told = refusals(question, meeting);
      for (const host of world.groups.flatMap(({ hosts }) => hosts)) {
        const grid = Float64Array.of(meeting.startMs);
        const [free] = freeOf({ world, rules, durationMs: meeting.durationMs, grid }, host);
        expect(hostRefusals(host, world, rules, meeting).length === 0).toBe(free === 1);
      }
      const verdicts = verdictsOf(world, rules, told).flatMap(({ refusal }) => refusal ?? []);
      expect(verdicts.map(named).toSorted()).toEqual(told.map(named).toSorted());
    };
    hold(asked, law, 0.05);
  });
});

function refusals(question: Case, meeting: Meeting): Refusal[] {
  return refusalsAt(worldOf(question), question.rules, meeting);
}

const closures: ReadonlySet<string> = new Set(["holiday", "vacation", "break", "date_override"]);

/** What is said to close the hours of each calendar, needed or not. */
function closing(question: Case, meeting: Meeting): Refusal[] {
  const world = worldOf(question);
  const hosts = world.groups.flatMap((group) => group.hosts);
  const told = hosts.flatMap((host) => hostRefusals(host, world, question.rules, meeting));
  return told.filter(({ recordKind }) => closures.has(recordKind));
}

/** The ranges of a calendar's hours that a meeting and its work overlap, by the model; of a bundle, those of each member. */
function rangesAround(question: Case, calendarId: string, { startMs, durationMs }: Meeting): string[] {
  const { rules, holidays, extent, groups } = question;
  const from = (startMs - rules.setUpMs) / minuteMs;
  const to = (startMs + durationMs + rules.cleanUpMs) / minuteMs;
  const calendars = groups.flatMap((group) => group.calendars).filter(({ id }) => id === calendarId);
  return calendars.flatMap((calendar) =>
    (calendar.members.length === 0 ? [calendar] : calendar.members).flatMap(({ id, schedule }) => {
      const pieces = schedule === null ? [] : piecesOf(schedule, holidays, extent);
      const around = pieces.filter((piece) => piece.from < to && piece.to > from);
      return around.map((piece) => `${id} ${piece.from} ${piece.to}`);
    }),
  );
}

function namesOf({ calendarId, recordKind, recordId }: Refusal): string {
  return [calendarId, recordKind, recordId].join(" ");
}

function named({ reason, calendarId, recordKind, recordId }: Refusal): string {
  return [reason, calendarId, recordKind, recordId].join(" ");
}

const checks: readonly (readonly string[])[] = [
  ["SLOT_TAKEN", "CALENDAR_BUSY", "BUFFER", "TRAVEL"],
  ["HOLIDAY", "VACATION", "BREAK", "OUTSIDE_HOURS", "OUTSIDE_TYPE_HOURS", "OFF_GRID"],
  ["NOTICE"],
  ["HORIZON"],
  ["DAILY_LIMIT", "WEEKLY_LIMIT", "MONTHLY_LIMIT"],
  ["external", "STALE_CALENDAR"],
  ["HOST_GROUP_SHORT"],
];

function checkOf({ reason, recordKind }: Refusal): number {
  return checks.findIndex((names) => names.includes(recordKind === "external" ? "external" : reason));
}
