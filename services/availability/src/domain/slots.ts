import { normalize, noTime } from "@calends/time/intervals";
import { freeStarts, type GridQuestion } from "./free.ts";
import { gridStarts } from "./grid.ts";
import type { Group, Limit, SlotRules, Span, World } from "./world.ts";

/** A time that can be booked. */
export interface Slot {
  readonly startMs: number;
  readonly durationMs: number;
  /** Seats left where it is an open session; 0 otherwise. */
  readonly seatsLeft: number;
  /** The places of the free calendars among all of the groups; only where a group needs fewer than it has. */
  readonly freeHosts: readonly number[];
}

/** Slots by start and length. */
export interface Found {
  readonly slots: readonly Slot[];
  readonly truncated: boolean;
}

/** 9999-12-31T23:59:59Z, the latest end that an answer can tell. */
export const endOfTime = 253_402_300_799_000;
/** Starts that are looked at at once, at least. */
const firstPart = 1_024;

/**
 * The slots that start in [fromMs, toMs), at most `limit`. Checking a start asks the same function about that start alone:
 * what is listed is what can be booked, and an answer does not depend on the range in which it was asked for.
 */
export function findSlots(world: World, rules: SlotRules, fromMs: number, toMs: number, limit: number): Found {
  const bounds = boundsOf(world, rules, fromMs, toMs);
  const sessions = sessionSlots(world, rules, bounds);
  const grid = openGrid(world, rules, bounds, sessions);
  const slots = inOrder([sessions, firstSlots(world, rules, grid, limit)].filter((some) => some.length > 0));
  const truncated = slots.length > limit;
  return { slots: truncated ? slots.slice(0, limit) : slots, truncated };
}

/** All starts in a span, by length, at which a meeting can be booked that is made anew. */
export function freeStartsOf(
  world: World,
  rules: SlotRules,
  { fromMs, toMs }: Span,
): ReadonlyMap<number, Float64Array> {
  const grid = openGrid(world, rules, boundsOf(world, rules, fromMs, toMs), []);
  return new Map(
    rules.durationsMs.map((durationMs) => {
      const { all } = freeStarts({ world, rules, durationMs, grid });
      return [durationMs, grid.filter((startMs, index) => all[index] === 1 && startMs + durationMs <= endOfTime)];
    }),
  );
}

/** The first and the last instant that notice and horizon leave of a span. */
interface Bounds {
  readonly earliest: number;
  readonly latest: number;
}

function boundsOf({ nowMs }: World, { minNoticeMs, horizonMs }: SlotRules, fromMs: number, toMs: number): Bounds {
  return { earliest: Math.max(fromMs, nowMs + minNoticeMs), latest: Math.min(toMs - 1, nowMs + horizonMs) };
}

/** The slots at starts of a grid, in order; one more than asked for tells that there are more, and nothing after it is looked at. */
function firstSlots(world: World, rules: SlotRules, grid: Float64Array, limit: number): readonly Slot[] {
  let slots: readonly Slot[] = [];
  let looked = 0;
  // What is asked of each calendar before its first start is asked once a part: parts grow, so that they are few.
  for (let size = Math.max(limit + 1, firstPart); looked < grid.length && slots.length <= limit; size *= 2) {
    const part = grid.subarray(looked, looked + size);
    const ofLengths = rules.durationsMs.map((durationMs) =>
      slotsOf({ world, rules, durationMs, grid: part }, limit + 1),
    );
    slots = looked === 0 ? inOrder(ofLengths) : [...slots, ...inOrder(ofLengths)];
    looked += part.length;
  }
  return slots;
}

/** Lists of slots as one; a list alone is in order. */
function inOrder(lists: readonly (readonly Slot[])[]): readonly Slot[] {
  const [first = [], ...others] = lists;
  return others.length === 0
    ? first
    : lists.flat().sort((a, b) => a.startMs - b.startMs || a.durationMs - b.durationMs);
}

/** The starts on the grid that are neither in a session's place nor where a limit is reached. */
function openGrid(
  world: World,
  rules: SlotRules,
  { earliest, latest }: Bounds,
  sessions: readonly Slot[],
): Float64Array {
  const { limits } = world;
  const grid = latest < earliest ? noTime : gridStarts(world, rules, earliest, latest);
  if (sessions.length === 0 && limits.length === 0) {
    return grid;
  }
  const taken = new Set(sessions.map(({ startMs }) => startMs));
  const reached = normalize(limits.map(({ startMs, endMs }) => [startMs, endMs] as const));
  let at = 0;
  return grid.filter((start) => {
    while (at < reached.length && (reached[at + 1] ?? 0) <= start) {
      at += 2;
    }
    return !taken.has(start) && !(at < reached.length && (reached[at] ?? 0) <= start);
  });
}

/** The first slots of a length. */
function slotsOf(question: GridQuestion, max: number): Slot[] {
  const { grid, durationMs } = question;
  const { all, hostsAt } = freeStarts(question);
  const slots: Slot[] = [];
  for (let index = 0; index < grid.length && slots.length < max; index += 1) {
    const startMs = grid[index] ?? 0;
    if (all[index] === 1 && startMs + durationMs <= endOfTime) {
      slots.push({ startMs, durationMs, seatsLeft: 0, freeHosts: hostsAt(index) });
    }
  }
  return slots;
}

/** The slot at a start of one of the rules' lengths; undefined where it cannot be booked. */
export function slotAt(world: World, rules: SlotRules, startMs: number, durationMs: number): Slot | undefined {
  // A session at this start is of the usual length, and then no other is free: all lengths have to be asked for.
  const { slots } = findSlots(world, rules, startMs, startMs + 1, Number.POSITIVE_INFINITY);
  return slots.find((slot) => slot.durationMs === durationMs);
}

/**
 * Open sessions are made already: neither hours nor what their host is busy with speak against them. Calendars out of date
 * do: whose session it is, nobody says.
 */
function sessionSlots(world: World, rules: SlotRules, { earliest, latest }: Bounds): Slot[] {
  const { sessions, limits, groups } = world;
  const [durationMs = 0] = rules.durationsMs;
  if (groups.some(isStale)) {
    return [];
  }
  return sessions
    .filter(({ startMs }) => startMs >= earliest && startMs <= latest && isOutsideOf(limits, startMs))
    .filter(({ startMs }) => startMs + durationMs <= endOfTime)
    .map(({ startMs, seatsLeft }) => ({ startMs, durationMs, seatsLeft, freeHosts: [] }))
    .sort((a, b) => a.startMs - b.startMs);
}

/** Whether too few calendars of a group are up to date. */
export function isStale({ hosts, need }: Group): boolean {
  return hosts.filter(({ stale }) => stale === null).length < need;
}

function isOutsideOf(limits: readonly Limit[], instant: number): boolean {
  return !limits.some((limit) => isWithin(limit, instant));
}

/** Whether a limit is reached at an instant. */
export function isWithin({ startMs, endMs }: Limit, instant: number): boolean {
  return startMs <= instant && instant < endMs;
}
