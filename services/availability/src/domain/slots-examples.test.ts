import { describe, expect, test } from "vitest";
import {
  busy,
  calendar,
  clock,
  groupOf,
  half,
  hourMs,
  minuteMs,
  nine,
  typeHours,
  workday,
  world,
} from "../../test/_example.ts";
import { findSlots, slotAt } from "./slots.ts";
import type { SlotRules, World } from "./world.ts";

const at = (from: number, to: number) => ({ startMs: nine + from * minuteMs, endMs: nine + to * minuteMs });

/** The starts of a day on the clock; the length in minutes where several are asked for. */
function list(some: World, rules: Partial<SlotRules> = {}, limit = Number.POSITIVE_INFINITY): string {
  const asked = { ...half, ...rules };
  const { slots } = findSlots(some, asked, nine - 9 * hourMs, nine + 39 * hourMs, limit);
  const several = asked.durationsMs.length > 1;
  const words = slots.map(({ startMs, durationMs }) =>
    several ? `${clock(startMs)}+${durationMs / minuteMs}` : clock(startMs),
  );
  return words.join(" ");
}

describe("the grid of starts", () => {
  test("begins anew with each range of hours", () => {
    const ranges = [at(0, 60), at(75, 150)];
    expect(list(groupOf(1, [{ ranges }]))).toBe("09:00 09:30 10:15 10:45");
  });

  test("begins after the set-up, which begins in the range", () => {
    expect(list(groupOf(1, [{ ranges: [at(0, 90)] }]), { setUpMs: 10 * minuteMs })).toBe("09:10 09:40");
  });

  test("has no hole where a range touches the next, however long the set-up", () => {
    const ranges = [at(0, 60), at(60, 120)];
    const quarters = { stepMs: 15 * minuteMs, setUpMs: 15 * minuteMs };
    expect(list(groupOf(1, [{ ranges }]), quarters)).toBe("09:15 09:30 09:45 10:00 10:15 10:30");
  });

  test("begins where the later begins of those who are all needed, and of the type's hours", () => {
    const hosts = [{ ranges: [at(0, 120)] }, { ranges: [at(10, 130)] }];
    expect(list(groupOf(2, hosts))).toBe("09:10 09:40 10:10");
    expect(list(groupOf(2, hosts, { typeHours: typeHours([at(20, 200)]) }))).toBe("09:20 09:50 10:20");
  });

  test("is each calendar's own where some of many are enough", () => {
    const hosts = [{ ranges: [at(0, 60)] }, { ranges: [at(10, 70)] }];
    expect(list(groupOf(1, hosts))).toBe("09:00 09:10 09:30 09:40");
  });

  test("misses no piece of hours that overlap, when three parts meet", () => {
    const openings = { whole: true, ranges: [at(0, 180), at(47, 48)] };
    const broken = { ranges: [at(-60, 120), at(170, 600)] };
    const rules = { durationsMs: [minuteMs], stepMs: 2 * minuteMs };
    const some = groupOf(3, [openings, broken, broken]);
    expect(list(some, rules)).toBe("09:00 09:47");
  });
});

describe("a meeting", () => {
  test("may go from a range into one that touches it, and not across a gap", () => {
    expect(list(groupOf(1, [{ ranges: [at(0, 20), at(20, 60)] }]))).toBe("09:00 09:20");
    expect(list(groupOf(1, [{ ranges: [at(0, 20), at(21, 60)] }]))).toBe("09:21");
  });

  test("may touch what is busy, and its buffers may lie outside of the hours", () => {
    const some = groupOf(1, [{ ranges: [at(0, 120)], busy: [busy(30, 60)] }]);
    expect(list(some)).toBe("09:00 10:00 10:30");
    expect(list(some, { bufferBeforeMs: 30 * minuteMs })).toBe("09:00 10:30");
  });

  test("has its set-up and clean-up inside of the hours", () => {
    const work = { setUpMs: 15 * minuteMs, cleanUpMs: 15 * minuteMs };
    expect(list(groupOf(1, [{ ranges: [at(0, 90)] }]), work)).toBe("09:15 09:45");
  });

  test("is offered in each length that fits, the shorter first", () => {
    const rules = { durationsMs: [60 * minuteMs, 30 * minuteMs] };
    expect(list(groupOf(1, [{ ranges: [at(0, 90)] }]), rules)).toBe("09:00+30 09:00+60 09:30+30 09:30+60 10:00+30");
  });
});

describe("openings that are booked as a whole", () => {
  test("are booked at their beginning, by meetings that fit into them alone", () => {
    const ranges = [at(0, 20), at(20, 60), at(60, 120)];
    expect(list(groupOf(1, [{ whole: true, ranges }]))).toBe("09:20 10:00");
  });

  test("give other calendars of the group no starts but their own beginning", () => {
    const opening = { calendarId: "bob", whole: true, ranges: [at(10, 190)] };
    const rules = { durationsMs: [hourMs], stepMs: hourMs };
    const hosts = [{ ranges: [at(0, 240)] }, opening];
    expect(list(groupOf(1, hosts), rules)).toBe("09:00 09:10 10:00 11:00 12:00");
    expect(list(groupOf(1, hosts, { typeHours: typeHours([at(20, 240)]) }), rules)).toBe("09:20 10:20 11:20");
  });

  test("are gone with any part of them", () => {
    const ranges = [at(0, 60), at(60, 120)];
    expect(list(groupOf(1, [{ whole: true, ranges, busy: [busy(50, 55)] }]))).toBe("10:00");
  });
});

describe("calendars of a group", () => {
  const hosts = [{ busy: [busy(0, 30)] }, {}, { busy: [busy(0, 60)] }];

  test("are named where some are enough, by their places among those of all groups", () => {
    const { slots } = findSlots(groupOf(1, hosts), half, nine, nine + hourMs, 10);
    expect(slots.map(({ freeHosts }) => freeHosts)).toEqual([[1], [0, 1]]);
  });

  test("are not named where all are needed", () => {
    const { slots } = findSlots(groupOf(3, hosts), half, nine, nine + 1.5 * hourMs, 10);
    expect(slots).toMatchObject([{ startMs: nine + hourMs, freeHosts: [] }]);
  });
});

describe("an open session", () => {
  const startMs = nine + 10 * minuteMs;
  const rules = { ...half, durationsMs: [30 * minuteMs, 60 * minuteMs] };
  const some = groupOf(1, [{ ranges: [workday], busy: [busy(0, 600)] }], { sessions: [{ startMs, seatsLeft: 3 }] });

  test("is listed whatever its host is busy with, with its seats", () => {
    expect(findSlots(some, rules, nine, nine + 8 * hourMs, 10).slots).toEqual([
      { startMs, durationMs: 30 * minuteMs, seatsLeft: 3, freeHosts: [] },
    ]);
  });

  test("is found when it is checked, in its own length and in no other", () => {
    expect(slotAt(some, rules, startMs, 30 * minuteMs)).toMatchObject({ seatsLeft: 3 });
    expect(slotAt(some, rules, startMs, 60 * minuteMs)).toBeUndefined();
  });

  test("is not listed where calendars out of date leave too few", () => {
    const old = { stale: { source: "google", lagMs: hourMs } };
    const sessions = [{ startMs, seatsLeft: 3 }];
    expect(list(groupOf(1, [old], { sessions }))).toBe("");
    expect(list(groupOf(1, [old, { ranges: [] }], { sessions }))).toBe("09:10");
    expect(list(groupOf(2, [old, { ranges: [] }], { sessions }))).toBe("");
  });

  test("is not listed before its notice, after the horizon or where a limit is reached", () => {
    const limit = { startMs: nine, endMs: nine + hourMs, reason: "DAILY_LIMIT" as const, timeZone: "UTC", limit: 1 };
    expect(list({ ...some, nowMs: nine }, { minNoticeMs: hourMs })).toBe("");
    expect(list(some, { horizonMs: hourMs })).toBe("");
    expect(list({ ...some, limits: [limit] })).toBe("");
  });
});

describe("a question of many starts", () => {
  const days = { startMs: nine, endMs: nine + 72 * hourMs };
  const everyMinute = { ...half, stepMs: minuteMs };

  test("is answered in order of time, and no further than asked for", () => {
    let looks = 0;
    const host = { ...calendar({ ranges: [days] }) };
    const watched = {
      ...host,
      get busyStarts() {
        looks += 1;
        return host.busyStarts;
      },
    };
    const some = world({ groups: [{ hosts: [watched], need: 1 }] });
    const { slots, truncated } = findSlots(some, everyMinute, days.startMs, days.endMs, 2);
    expect([slots.map(({ startMs }) => clock(startMs)), truncated, looks]).toEqual([["09:00", "09:01"], true, 1]);
  });

  test("has the same answer however many starts before are taken", () => {
    const taken = busy(0, 70 * 60 + 5, { sourceId: "long" });
    const some = groupOf(1, [{ ranges: [days], busy: [taken] }]);
    const rules = { ...everyMinute, durationsMs: [hourMs, 30 * minuteMs] };
    const all = findSlots(some, rules, days.startMs, days.endMs, Number.POSITIVE_INFINITY).slots;
    expect(all).toHaveLength(85 + 55 + 2);
    expect(findSlots(some, rules, days.startMs, days.endMs, 3)).toEqual({ slots: all.slice(0, 3), truncated: true });
  });

  test("is refused before the work where calendars, starts and lengths are too many", () => {
    const year = { startMs: nine, endMs: nine + 400 * 24 * hourMs };
    const ask = (hosts: number, rules: SlotRules) => {
      const some = groupOf(
        1,
        Array.from({ length: hosts }, () => ({ ranges: [year] })),
      );
      return () => findSlots(some, rules, year.startMs, year.endMs, 1);
    };
    expect(ask(1, everyMinute)).not.toThrow();
    expect(ask(2, everyMinute)).toThrow("more than 1000000 starts");
    expect(ask(100, everyMinute)).toThrow(expect.objectContaining({ kind: "exhausted", reason: "QUESTION_TOO_LARGE" }));
    expect(ask(1, { ...everyMinute, durationsMs: [hourMs, 30 * minuteMs] })).toThrow("more than 1000000 starts");
    expect(ask(100, { ...everyMinute, stepMs: hourMs })).not.toThrow();
  });
});

test("notice and horizon are inclusive", () => {
  const some = world({ nowMs: nine });
  expect(list(some, { minNoticeMs: 7 * hourMs })).toBe("16:00 16:30");
  expect(list(some, { horizonMs: 30 * minuteMs })).toBe("09:00 09:30");
});
