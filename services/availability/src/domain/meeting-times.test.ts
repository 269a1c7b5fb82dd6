import { describe, expect, test } from "vitest";
import { busy, calendar, clock, half, hourMs, minuteMs, nine, world } from "../../test/_example.ts";
import { rankMeetingTimes, type MeetingTime } from "./meeting-times.ts";
import type { Host, SlotRules } from "./world.ts";

const day = { fromMs: nine, toMs: nine + 8 * hourMs };
const hour = { ...half, durationsMs: [hourMs], stepMs: hourMs };

/** Ranks a day's hours for some who have to come and some who may. */
function rank(required: readonly Host[], optional: readonly Host[], max = 100, rules: SlotRules = hour): MeetingTime[] {
  const some = world({ groups: [{ hosts: required, need: required.length }] });
  return rankMeetingTimes(some, { everybody: [...required, ...optional], optional }, rules, day, max);
}

function starts(times: readonly MeetingTime[]): string[] {
  return times.map(({ startMs }) => clock(startMs));
}

describe("meeting times", () => {
  const ada = calendar();
  const bob = calendar({ calendarId: "bob", busy: [busy(0, 120)] });

  test("are those at which all can come who have to", () => {
    const full = calendar({ calendarId: "cid", busy: [busy(0, 420)] });
    expect(starts(rank([ada, full], []))).toEqual(["16:00"]);
  });

  test("of two that are as good is the sooner the better", () => {
    expect(starts(rank([ada], [], 3))).toEqual(["09:00", "10:00", "11:00"]);
  });

  test("at which more of the optional can come are better, however late", () => {
    const [best] = rank([ada], [bob]);
    expect(best).toMatchObject({ startMs: nine + 2 * hourMs, free: ["ada", "bob"], missing: [] });
    expect(best?.reasons).toEqual(["everybody can come", "within everybody's working hours"]);
  });

  test("say who of the optional is missing", () => {
    const times = rank([ada], [bob]);
    const early = times.find(({ startMs }) => startMs === nine);
    expect(early).toMatchObject({ free: ["ada"], missing: ["bob"] });
    expect(early?.reasons[0]).toBe("0 of 1 optional attendees can come");
  });

  test("outside of the hours of the optional are worse, and they can come all the same", () => {
    const late = calendar({ calendarId: "bob", ranges: [{ startMs: nine + 3 * hourMs, endMs: nine + 8 * hourMs }] });
    const [best, ...others] = rank([ada], [late]);
    expect(best).toMatchObject({ startMs: nine + 3 * hourMs, free: ["ada", "bob"] });
    expect(others.every(({ free }) => free.includes("bob"))).toBe(true);
    expect(others.find(({ startMs }) => startMs === nine)?.reasons[1]).toBe("within the working hours of 1 of 2");
  });

  test("have scores from 0 to 1, the best first, and are no more than asked for", () => {
    const scores = rank([ada], [bob]).map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
    expect(rank([ada], [bob], 2)).toHaveLength(2);
  });

  test("are there for each length", () => {
    const rules = { ...hour, durationsMs: [hourMs, 30 * minuteMs] };
    const nineOClock = rank([ada], [], 100, rules).filter(({ startMs }) => startMs === nine);
    expect(nineOClock.map(({ durationMs }) => durationMs / minuteMs)).toEqual([30, 60]);
  });

  test("are none where somebody who has to come has none", () => {
    expect(rank([ada, calendar({ calendarId: "cid", ranges: [] })], [])).toEqual([]);
  });
});
