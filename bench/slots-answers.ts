import { createHours } from "@calends/availability/domain/hours";
import { findSlots } from "@calends/availability/domain/slots";
import { createHost, type Busy, type Host, type World } from "@calends/availability/domain/world";
import { DateTime } from "luxon";
import { rules, type Scenario } from "./slots-scenarios.ts";

/** Finds the starts of all slots of a scenario, as often as it is called. */
export type Answer = () => readonly number[];

/** Who answers; each is given the scenario once, and may prepare what a service keeps between questions. */
export const answers: Readonly<Record<string, (scenario: Scenario) => Answer>> = {
  "hosts prepared": preparedHosts,
  "hours and hosts, too": fromSchedules,
  "by hand": byHand,
  "step by step, luxon": stepByStep,
};

const holidays = () => [];
const [lengthMs = 0] = rules.durationsMs;

function preparedHosts(scenario: Scenario): Answer {
  const world = worldOf(scenario, hostsOf(scenario, createHours(scenario.schedule, holidays)));
  return () => starts(world, scenario);
}

/** A service keeps prepared schedules; hours and hosts it makes for each question. */
function fromSchedules(scenario: Scenario): Answer {
  const hours = createHours(scenario.schedule, holidays);
  return () => starts(worldOf(scenario, hostsOf(scenario, hours)), scenario);
}

function hostsOf({ busy, fromMs, toMs }: Scenario, hours: ReturnType<typeof createHours>): Host[] {
  return busy.map((ofHost, index) =>
    createHost({ ...hours(fromMs, toMs), calendarId: `${index}`, busy: ofHost, whole: false, stale: null }),
  );
}

function worldOf({ need, fromMs }: Scenario, hosts: readonly Host[]): World {
  const groups = [{ hosts, need }];
  return { nowMs: fromMs, groups, typeHours: null, limits: [], sessions: [], travel: () => 0 };
}

function starts(world: World, { fromMs, toMs }: Scenario): readonly number[] {
  return findSlots(world, rules, fromMs, toMs, Number.POSITIVE_INFINITY).slots.map(({ startMs }) => startMs);
}

/** The least that has to be done: hours as instants are given, all hosts have the same, and nobody asks who is free. */
function byHand(scenario: Scenario): Answer {
  const { busy, need, fromMs, toMs } = scenario;
  const { ranges } = createHours(scenario.schedule, holidays)(fromMs, toMs);
  const grid = Float64Array.from(ranges.flatMap(stepsOf).filter((startMs) => startMs >= fromMs && startMs < toMs));
  const flat = busy.map((ofHost) => Float64Array.from(ofHost.flatMap(({ startMs, endMs }) => [startMs, endMs])));
  return () => {
    const free = new Uint8Array(grid.length);
    for (const times of flat) {
      countFree(grid, times, free);
    }
    return enough(grid, free, need);
  };
}

function enough(grid: Float64Array, free: Uint8Array, need: number): number[] {
  const found: number[] = [];
  for (let index = 0; index < grid.length; index += 1) {
    if ((free[index] ?? 0) >= need) {
      found.push(grid[index] ?? 0);
    }
  }
  return found;
}

function stepsOf({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }): number[] {
  const count = Math.floor((endMs - startMs - lengthMs) / rules.stepMs) + 1;
  return Array.from({ length: count }, (_, index) => startMs + index * rules.stepMs);
}

/** All busy times are of one length, so that they end in the order in which they begin. */
function countFree(grid: Float64Array, times: Float64Array, free: Uint8Array): void {
  let at = 0;
  for (let index = 0; index < grid.length; index += 1) {
    const startMs = grid[index] ?? 0;
    while (at < times.length && (times[at + 1] ?? 0) <= startMs) {
      at += 2;
    }
    if (at >= times.length || (times[at] ?? 0) >= startMs + lengthMs) {
      free[index] = (free[index] ?? 0) + 1;
    }
  }
}

/** What one would write first: walk through each day's hours on the clock, and ask each busy time at each step. */
function stepByStep({ schedule, busy, need, fromMs, toMs }: Scenario): Answer {
  const { timeZone, weeklyHours, breaks } = schedule;
  const isOpen = (from: DateTime) => {
    const minute = from.hour * 60 + from.minute;
    const ofDay = { from: minute, to: minute + lengthMs / 60_000 };
    const range = weeklyHours.find(({ weekday }) => weekday === from.weekday);
    const isIn = range !== undefined && range.startMinute <= ofDay.from && ofDay.to <= range.endMinute;
    return isIn && !breaks.some((one) => one.weekday === from.weekday && meets(one, ofDay));
  };
  const freeAt = (ofHost: readonly Busy[], from: DateTime, to: DateTime) =>
    isOpen(from) && !ofHost.some(({ startMs, endMs }) => startMs < to.toMillis() && endMs > from.toMillis());
  return () => {
    const found: number[] = [];
    let at = DateTime.fromMillis(fromMs, { zone: timeZone });
    for (; at.toMillis() < toMs; at = at.plus({ milliseconds: rules.stepMs })) {
      const to = at.plus({ milliseconds: lengthMs });
      if (busy.filter((ofHost) => freeAt(ofHost, at, to)).length >= need) {
        found.push(at.toMillis());
      }
    }
    return found;
  };
}

function meets(one: { startMinute: number; endMinute: number }, other: { from: number; to: number }): boolean {
  return one.startMinute < other.to && one.endMinute > other.from;
}
