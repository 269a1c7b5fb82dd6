import type { Range } from "./cut-ranges.ts";
import { gridStarts } from "./grid.ts";
import { reachOf } from "./reach.ts";
import type { Group, Host, Limit, SlotRules, World } from "./world.ts";

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

/**
 * The slots that start in [fromMs, toMs), at most `limit`. Checking a start asks the same function about that start alone:
 * what is listed is what can be booked, and an answer does not depend on the range in which it was asked for.
 */
export function findSlots(world: World, rules: SlotRules, fromMs: number, toMs: number, limit: number): Found {
  const earliest = Math.max(fromMs, world.nowMs + rules.minNoticeMs);
  const latest = Math.min(toMs - 1, world.nowMs + rules.horizonMs);
  if (latest < earliest) {
    return { slots: [], truncated: false };
  }
  const grid = outsideOfLimits(gridStarts(world, rules, earliest, latest), world.limits);
  const slots: Slot[] = sessionSlots(world, rules, earliest, latest);
  const taken = new Set(slots.map(({ startMs }) => startMs));
  for (const durationMs of rules.durationsMs) {
    const free = freeStarts(world, rules, durationMs, grid);
    for (let index = 0; index < grid.length; index += 1) {
      const startMs = grid[index] ?? 0;
      if (free.all[index] === 1 && !taken.has(startMs)) {
        slots.push({ startMs, durationMs, seatsLeft: 0, freeHosts: free.hostsAt(index) });
        // One more than asked for tells that there are more; longer meetings may still come before it.
        if (rules.durationsMs.length === 1 && slots.length > limit + world.sessions.length) {
          break;
        }
      }
    }
  }
  if (rules.durationsMs.length > 1 || taken.size > 0) {
    slots.sort((a, b) => a.startMs - b.startMs || a.durationMs - b.durationMs);
  }
  return { slots: slots.slice(0, limit), truncated: slots.length > limit };
}

/** The slot at a start of one of the rules' lengths; undefined where it cannot be booked. */
export function slotAt(world: World, rules: SlotRules, startMs: number, durationMs: number): Slot | undefined {
  // A session at this start is of the usual length, and then no other is free: all lengths have to be asked for.
  const { slots } = findSlots(world, rules, startMs, startMs + 1, Number.POSITIVE_INFINITY);
  return slots.find((slot) => slot.durationMs === durationMs);
}

interface FreeStarts {
  /** 1 at each start of the grid at which every group has as many as it needs. */
  readonly all: Uint8Array;
  readonly hostsAt: (index: number) => readonly number[];
}

function freeStarts(world: World, rules: SlotRules, durationMs: number, grid: Float64Array): FreeStarts {
  const all = new Uint8Array(grid.length).fill(1);
  const chosen: (Uint8Array | null)[] = [];
  if (world.typeHours !== null) {
    markHours(world.typeHours.hours, grid, durationMs, rules, all);
  }
  for (const group of world.groups) {
    const free = group.hosts.map((host) => freeOf(host, world, rules, durationMs, grid));
    requireFree(group, free, all);
    chosen.push(...(group.need < group.hosts.length ? free : free.map(() => null)));
  }
  const some = chosen.some((free) => free !== null);
  const hostsAt = (index: number) => chosen.flatMap((free, host) => (free?.[index] === 1 ? [host] : []));
  return { all, hostsAt: some ? hostsAt : () => [] };
}

function requireFree({ hosts, need }: Group, free: readonly Uint8Array[], all: Uint8Array): void {
  for (let index = 0; index < all.length; index += 1) {
    let count = 0;
    for (let host = 0; host < hosts.length; host += 1) {
      count += free[host]?.[index] ?? 0;
    }
    if (count < need) {
      all[index] = 0;
    }
  }
}

/** 1 at each start of the grid at which a calendar is free, open and up to date. */
export function freeOf(host: Host, world: World, rules: SlotRules, durationMs: number, grid: Float64Array): Uint8Array {
  const free = new Uint8Array(grid.length);
  if (host.stale !== null) {
    return free;
  }
  free.fill(1);
  markHours(host.hours, grid, durationMs, rules, free);
  if (host.whole) {
    markWhole(host, grid, durationMs, rules, free);
  }
  markBusy(host, world, grid, durationMs, rules, free);
  return free;
}

/** Clears the starts whose meeting, set-up and clean-up are not inside of the hours. */
function markHours(
  hours: Float64Array,
  grid: Float64Array,
  durationMs: number,
  rules: SlotRules,
  free: Uint8Array,
): void {
  let at = 0;
  for (let index = 0; index < grid.length; index += 1) {
    const from = (grid[index] ?? 0) - rules.setUpMs;
    const to = (grid[index] ?? 0) + durationMs + rules.cleanUpMs;
    while (at < hours.length && (hours[at + 1] ?? 0) <= from) {
      at += 2;
    }
    if (at >= hours.length || (hours[at] ?? 0) > from || (hours[at + 1] ?? 0) < to) {
      free[index] = 0;
    }
  }
}

/** Clears the starts that overlap busy time with their buffers, or leave no time to travel. */
function markBusy(
  host: Host,
  world: World,
  grid: Float64Array,
  durationMs: number,
  rules: SlotRules,
  free: Uint8Array,
): void {
  const { starts, ends } = reachOf(host, world.travel, rules);
  const before = rules.setUpMs + rules.bufferBeforeMs;
  const after = durationMs + rules.cleanUpMs + rules.bufferAfterMs;
  let at = 0;
  let lastEnd = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < grid.length; index += 1) {
    const start = grid[index] ?? 0;
    // Of all that begins before the meeting ends, the one that ends last decides.
    while (at < starts.length && (starts[at] ?? 0) < start + after) {
      lastEnd = Math.max(lastEnd, ends[at] ?? 0);
      at += 1;
    }
    if (lastEnd > start - before) {
      free[index] = 0;
    }
  }
}

/** Clears the starts that no range begins with which holds all of the meeting and of which nothing is taken. */
function markWhole(host: Host, grid: Float64Array, durationMs: number, rules: SlotRules, free: Uint8Array): void {
  const ends = new Map<number, number>();
  for (const range of host.ranges.filter((one) => isUntouched(one, host))) {
    ends.set(range.startMs, Math.max(range.endMs, ends.get(range.startMs) ?? range.endMs));
  }
  grid.forEach((start, index) => {
    const end = ends.get(start - rules.setUpMs);
    if (end === undefined || end < start + durationMs + rules.cleanUpMs) {
      free[index] = 0;
    }
  });
}

/** Whether a calendar is busy with nothing in a range. */
function isUntouched({ startMs, endMs }: Range, { busyStarts, busyEnds }: Host): boolean {
  return !busyStarts.some((start, index) => start < endMs && (busyEnds[index] ?? 0) > startMs);
}

function outsideOfLimits(grid: Float64Array, limits: readonly Limit[]): Float64Array {
  return limits.length === 0 ? grid : grid.filter((start) => !limits.some((limit) => isWithin(limit, start)));
}

/** Whether a limit is reached at an instant. */
export function isWithin({ startMs, endMs }: Limit, instant: number): boolean {
  return startMs <= instant && instant < endMs;
}

/** Open sessions are made already: neither hours nor what their host is busy with speak against them. */
function sessionSlots({ sessions, limits }: World, rules: SlotRules, earliest: number, latest: number): Slot[] {
  const [durationMs = 0] = rules.durationsMs;
  return sessions
    .filter(({ startMs }) => startMs >= earliest && startMs <= latest)
    .filter(({ startMs }) => !limits.some((limit) => isWithin(limit, startMs)))
    .map(({ startMs, seatsLeft }) => ({ startMs, durationMs, seatsLeft, freeHosts: [] }));
}
