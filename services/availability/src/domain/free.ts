import type { Intervals } from "@calends/time/intervals";
import type { Range } from "./cut-ranges.ts";
import { reachOf } from "./reach.ts";
import type { Group, Host, SlotRules, World } from "./world.ts";

/** A question about all starts of a grid at once, in order. */
export interface GridQuestion {
  readonly world: World;
  readonly rules: SlotRules;
  readonly durationMs: number;
  readonly grid: Float64Array;
}

/** Which starts of a grid are free. */
export interface FreeStarts {
  /** 1 at each start at which the type has hours and every group has as many calendars as it needs. */
  readonly all: Uint8Array;
  /** The free calendars of groups that need fewer than they have, as places among those of all groups. */
  readonly hostsAt: (index: number) => readonly number[];
}

/** The same of one calendar, and its place among those of all groups. */
interface Chosen {
  readonly place: number;
  readonly free: Uint8Array;
}

const nobody: readonly number[] = [];

/** Asks everybody. Nobody is asked about a start at which somebody who is needed has said no. */
export function freeStarts(question: GridQuestion): FreeStarts {
  const { typeHours, groups } = question.world;
  const all = new Uint8Array(question.grid.length).fill(1);
  if (typeHours !== null) {
    clearClosed(question, typeHours.hours, all);
  }
  const chosen: Chosen[] = [];
  let place = 0;
  for (const group of groups) {
    if (group.need === group.hosts.length) {
      group.hosts.forEach((host) => clearTaken(question, host, all));
    } else {
      chosen.push(...choose(question, group, place, all));
    }
    place += group.hosts.length;
  }
  return { all, hostsAt: chosen.length === 0 ? () => nobody : (index) => placesAt(chosen, index) };
}

/** Asks the calendars of a group of which some are enough, and clears the starts at which too few are free. */
function choose(question: GridQuestion, { hosts, need }: Group, place: number, all: Uint8Array): Chosen[] {
  const chosen = hosts.map((host, index) => ({ place: place + index, free: freeOf(question, host) }));
  const counts = new Uint16Array(all.length);
  for (const { free } of chosen) {
    for (let index = 0; index < counts.length; index += 1) {
      counts[index] = (counts[index] ?? 0) + (free[index] ?? 0);
    }
  }
  for (let index = 0; index < all.length; index += 1) {
    if ((counts[index] ?? 0) < need) {
      all[index] = 0;
    }
  }
  return chosen;
}

function placesAt(chosen: readonly Chosen[], index: number): readonly number[] {
  const places: number[] = [];
  for (const { place, free } of chosen) {
    if (free[index] === 1) {
      places.push(place);
    }
  }
  return places;
}

/** 1 at each start of the grid at which a calendar is free, open and up to date. */
export function freeOf(question: GridQuestion, host: Host): Uint8Array {
  const free = new Uint8Array(question.grid.length).fill(1);
  clearTaken(question, host, free);
  return free;
}

/** 1 at each start of the grid at which the meeting, set-up and clean-up are inside of the hours. */
export function openOf(question: GridQuestion, hours: Intervals): Uint8Array {
  const open = new Uint8Array(question.grid.length).fill(1);
  clearClosed(question, hours, open);
  return open;
}

/** Clears the starts at which a calendar cannot be booked. */
function clearTaken(question: GridQuestion, host: Host, free: Uint8Array): void {
  if (host.stale !== null) {
    free.fill(0);
    return;
  }
  clearClosed(question, host.hours, free);
  for (const { free: openings } of host.openings) {
    clearParts(question, openings, free);
  }
  clearBusy(question, host, free);
}

/** Clears the starts whose meeting, set-up and clean-up are not inside of the hours. */
function clearClosed({ grid, rules, durationMs }: GridQuestion, hours: Intervals, free: Uint8Array): void {
  const before = rules.setUpMs;
  const after = durationMs + rules.cleanUpMs;
  let at = 0;
  for (let index = 0; index < grid.length; index += 1) {
    const start = grid[index] ?? 0;
    while (at < hours.length && (hours[at + 1] ?? 0) <= start - before) {
      at += 2;
    }
    if (at >= hours.length || (hours[at] ?? 0) > start - before || (hours[at + 1] ?? 0) < start + after) {
      free[index] = 0;
    }
  }
}

/** Clears the starts that overlap busy time with their buffers, or leave no time to travel. */
function clearBusy({ grid, world, rules, durationMs }: GridQuestion, host: Host, free: Uint8Array): void {
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

/** Clears the starts that none of the openings begins with in which all of the meeting fits. */
function clearParts({ grid, rules, durationMs }: GridQuestion, openings: readonly Range[], free: Uint8Array): void {
  const ends = new Map<number, number>();
  for (const { startMs, endMs } of openings) {
    ends.set(startMs, Math.max(endMs, ends.get(startMs) ?? endMs));
  }
  grid.forEach((start, index) => {
    const end = ends.get(start - rules.setUpMs);
    if (end === undefined || end < start + durationMs + rules.cleanUpMs) {
      free[index] = 0;
    }
  });
}
