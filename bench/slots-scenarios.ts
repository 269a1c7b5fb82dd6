import type { Schedule } from "@calends/availability/domain/schedule";
import type { Busy, SlotRules } from "@calends/availability/domain/world";

/** A question that is asked of everybody who answers. */
export interface Scenario {
  readonly name: string;
  /** Answers a second that are good enough. */
  readonly goal: number;
  readonly schedule: Schedule;
  /** What each host is busy with, by start. */
  readonly busy: readonly (readonly Busy[])[];
  readonly need: number;
  readonly fromMs: number;
  readonly toMs: number;
}

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
const busyOfEach = 200;
/** A Sunday a week before New York's clocks change. */
const fromMs = Date.parse("2026-10-25T04:00:00Z");

/** Nine to five on working days, with lunch. */
const schedule: Schedule = {
  timeZone: "America/New_York",
  weeklyHours: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, startMinute: 9 * 60, endMinute: 17 * 60 })),
  dateOverrides: [],
  breaks: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, startMinute: 12 * 60, endMinute: 13 * 60, reason: "lunch" })),
  vacations: [],
  holidays: null,
};

/** Half-hour meetings, every half hour. */
export const rules: SlotRules = {
  durationsMs: [30 * minuteMs],
  stepMs: 30 * minuteMs,
  bufferBeforeMs: 0,
  bufferAfterMs: 0,
  setUpMs: 0,
  cleanUpMs: 0,
  minNoticeMs: 0,
  horizonMs: Number.POSITIVE_INFINITY,
  place: "",
};

export const scenarios: readonly Scenario[] = [
  scenario("1 host, 30 days", 20_000, 1, 1, 30),
  scenario("1 host, 365 days", 3_000, 1, 1, 365),
  scenario("50 hosts collective, 30 days", 1_000, 50, 50, 30),
  scenario("50 hosts round robin, 30 days", 1_000, 50, 1, 30),
  scenario("50 hosts collective, 365 days", 100, 50, 50, 365),
];

function scenario(name: string, goal: number, hosts: number, need: number, days: number): Scenario {
  const random = numbers(hosts * 1000 + days);
  // Colleagues are busy at the same times, or fifty of them would never meet.
  const common = Array.from(
    { length: 1.5 * busyOfEach },
    () => fromMs + Math.floor(random() * days * 96) * 15 * minuteMs,
  );
  const busy = Array.from({ length: hosts }, () => busyTimes(common, random));
  return { name, goal, schedule, busy, need, fromMs, toMs: fromMs + days * dayMs };
}

function busyTimes(common: readonly number[], random: () => number): Busy[] {
  return Array.from({ length: busyOfEach }, () => common[Math.floor(random() * common.length)] ?? 0)
    .toSorted((a, b) => a - b)
    .map((startMs, index) => ({
      startMs,
      endMs: startMs + 30 * minuteMs,
      source: "booking",
      sourceId: `${index}`,
      place: "",
    }));
}

/** The same numbers from 0 to 1 at every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
