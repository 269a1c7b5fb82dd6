import { indexAt, normalize, type Intervals } from "@calends/time/intervals";
import type { Range } from "./profile.ts";

/** The rules of an appointment type that decide where its slots lie; all in milliseconds. */
export interface SlotRules {
  readonly durationMs: number;
  readonly stepMs: number;
  readonly bufferBeforeMs: number;
  readonly bufferAfterMs: number;
  readonly minNoticeMs: number;
  /** Infinity where there is no horizon. */
  readonly horizonMs: number;
}

/** A span in which the calendar is busy, buffers included. */
export interface Busy {
  readonly startMs: number;
  readonly endMs: number;
  /** Where it comes from, as in "booking". */
  readonly source: string;
  readonly sourceId: string;
}

/** What is known of a calendar when slots are asked for. */
export interface World {
  readonly nowMs: number;
  /** The profile's ranges by start; the beginning of each is the origin of a grid of starts. */
  readonly ranges: readonly Range[];
  /** The same ranges as bookable time, in which a meeting may go from one into the next. */
  readonly hours: Intervals;
  /** Busy spans, by start; they may overlap. */
  readonly busy: readonly Busy[];
}

/** Puts together what is known of a calendar. */
export function createWorld(nowMs: number, ranges: readonly Range[], busy: readonly Busy[]): World {
  return { nowMs, ranges, busy, hours: normalize(ranges.map(({ startMs, endMs }) => [startMs, endMs])) };
}

/** Why a start cannot be booked, in the order of checks (FEATURES.md, exact words). */
export type RefusalReason = "SLOT_TAKEN" | "CALENDAR_BUSY" | "OUTSIDE_HOURS" | "OFF_GRID" | "NOTICE" | "HORIZON";

/** One reason against a start, with the record at fault where a record is. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly record?: Busy;
}

/**
 * Everything that speaks against a start; nothing when it can be booked. Listing and checking both ask this function, so
 * what is listed is what can be booked.
 */
export function refusalsAt(world: World, rules: SlotRules, startMs: number): Refusal[] {
  const refusals: Refusal[] = [];
  const from = startMs - rules.bufferBeforeMs;
  const to = startMs + rules.durationMs + rules.bufferAfterMs;
  for (const record of world.busy) {
    if (record.startMs >= to) {
      break;
    }
    if (record.endMs > from) {
      refusals.push({ reason: record.source === "booking" ? "SLOT_TAKEN" : "CALENDAR_BUSY", record });
    }
  }
  const index = indexAt(world.hours, startMs);
  if (index < 0 || startMs + rules.durationMs > (world.hours[index + 1] ?? 0)) {
    refusals.push({ reason: "OUTSIDE_HOURS" });
  } else if (!isOnGrid(world.ranges, rules, startMs)) {
    refusals.push({ reason: "OFF_GRID" });
  }
  if (startMs < world.nowMs + rules.minNoticeMs) {
    refusals.push({ reason: "NOTICE" });
  }
  if (startMs > world.nowMs + rules.horizonMs) {
    refusals.push({ reason: "HORIZON" });
  }
  return refusals;
}

/** The starts in [fromMs, toMs) that can be booked, at most `limit`, in order. */
export function findSlots(
  world: World,
  rules: SlotRules,
  fromMs: number,
  toMs: number,
  limit: number,
): { starts: number[]; truncated: boolean } {
  const starts: number[] = [];
  const earliest = Math.max(fromMs, world.nowMs + rules.minNoticeMs);
  const latest = Math.min(toMs - 1, world.nowMs + rules.horizonMs);
  for (const start of gridStarts(world.ranges, rules, earliest, latest)) {
    if (refusalsAt(world, rules, start).length === 0) {
      if (starts.length === limit) {
        return { starts, truncated: true };
      }
      starts.push(start);
    }
  }
  return { starts, truncated: false };
}

function isOnGrid(ranges: readonly Range[], rules: SlotRules, startMs: number): boolean {
  return ranges.some((range) => {
    const inside = range.startMs <= startMs && startMs < range.endMs;
    return inside && (startMs - range.startMs) % rules.stepMs === 0;
  });
}

/** The starts of every grid from one instant to another, both included, in order and once. */
function gridStarts(ranges: readonly Range[], rules: SlotRules, earliest: number, latest: number): number[] {
  const starts = new Set<number>();
  for (const { startMs, endMs } of ranges) {
    const skipped = Math.max(0, Math.ceil((earliest - startMs) / rules.stepMs));
    for (let start = startMs + skipped * rules.stepMs; start < endMs && start <= latest; start += rules.stepMs) {
      starts.add(start);
    }
  }
  return [...starts].sort((a, b) => a - b);
}
