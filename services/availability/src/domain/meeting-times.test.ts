import { describe, expect, test } from "vitest";
import { busy, calendar, clock, half, hourMs, minuteMs, nine, world } from "../../test/_example.ts";
import { rankMeetingTimes, type MeetingTime } from "./meeting-times.ts";
import type { Host, SlotRules } from "./world.ts";

const day = { fromMs: nine, toMs: nine + 8 * hourMs };
const hour = { ...half, durationsMs: [hourMs], stepMs: hourMs };

/** Ranks a day's hours for some who have to come and some who may. */
function rank(required: readonly Host[], optional: readonly Host[], max = 100, rules: SlotRules = hour): MeetingTime[] {
  const some = world({ groups: [{ hosts: required, need: required.length }] });
  return rankMeetingTimes(some, [...required, ...optional], rules, day, max);
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
    expect(early?.reasons[0]).toBe("1 of 2 can come");
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

  test("of a group at which more than it needs can come are better, and say who is missing", () => {
    const group = [ada, bob, calendar({ calendarId: "cid", busy: [busy(0, 420)] })];
    const some = world({ groups: [{ hosts: group, need: 2 }] });
    const [best, next] = rankMeetingTimes(some, group, hour, day, 10);
    expect(best).toMatchObject({ startMs: nine + 7 * hourMs, free: ["ada", "bob", "cid"], missing: [] });
    expect(best?.reasons[0]).toBe("everybody can come");
    expect(next).toMatchObject({ startMs: nine + 2 * hourMs, free: ["ada", "bob"], missing: ["cid"] });
    expect(next?.reasons[0]).toBe("2 of 3 can come");
  });

  test("are the best of all, however many come before", () => {
    const weeks = { fromMs: nine, toMs: nine + 40 * 24 * hourMs };
    const always = [{ startMs: weeks.fromMs, endMs: weeks.toMs }];
    const late = calendar({ calendarId: "bob", ranges: always, busy: [busy(0, 35 * 1440)] });
    const some = world({ groups: [{ hosts: [calendar({ ranges: always })], need: 1 }] });
    const everybody = [...some.groups.flatMap(({ hosts }) => hosts), late];
    const [best] = rankMeetingTimes(some, everybody, { ...half, stepMs: 5 * minuteMs }, weeks, 1);
    expect(best).toMatchObject({
      startMs: nine + 35 * 24 * hourMs,
      reasons: ["everybody can come", "within everybody's working hours"],
    });
  });

  test("are refused where all of them are too many to be judged", () => {
    const year = { fromMs: nine, toMs: nine + 400 * 24 * hourMs };
    const everybody = [1, 2].map((id) =>
      calendar({ calendarId: `${id}`, ranges: [{ startMs: year.fromMs, endMs: year.toMs }] }),
    );
    const some = world({ groups: [{ hosts: everybody.slice(0, 1), need: 1 }] });
    const ask = () => rankMeetingTimes(some, everybody, { ...half, stepMs: minuteMs }, year, 1);
    expect(ask).toThrow(expect.objectContaining({ kind: "exhausted", reason: "QUESTION_TOO_LARGE" }));
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
