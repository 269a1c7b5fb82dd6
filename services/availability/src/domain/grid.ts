import type { Range } from "./cut-ranges.ts";
import { refuseTooLarge } from "./question-size.ts";
import type { Group, SlotRules, World } from "./world.ts";

/**
 * The starts from one instant to another, both included, that lie on a grid: in order and once. Each range of bookable
 * time is the origin of its own grid, and set-up begins in it; the meeting itself may begin in a range that touches it. An
 * opening gives its own beginning alone, whoever takes the meeting.
 * Where calendars meet, so do their ranges, and the grid begins where the later of them begins; where some of many are
 * enough, each has its own. Throws where they are too many to be looked at.
 */
export function gridStarts(world: World, rules: SlotRules, earliest: number, latest: number): Float64Array {
  const [from, to] = [earliest - rules.setUpMs, latest - rules.setUpMs];
  const runs = meetingRanges(world, from, to).map((range) => runOf(range, rules.stepMs, from, to));
  const count = runs.reduce((sum, run) => sum + run.count, 0);
  refuseTooLarge(count, countHosts(world), rules.durationsMs.length);
  const starts = new Float64Array(count);
  let index = 0;
  for (const run of runs) {
    for (let step = 0; step < run.count; step += 1, index += 1) {
      starts[index] = run.first + step * rules.stepMs + rules.setUpMs;
    }
  }
  return inOrderOnce(starts);
}

/** The steps of one range between two instants, both included. */
function runOf({ startMs, endMs }: Range, stepMs: number, from: number, to: number): { first: number; count: number } {
  const skipped = Math.max(0, Math.ceil((from - startMs) / stepMs));
  const first = startMs + skipped * stepMs;
  return { first, count: Math.max(0, Math.ceil((Math.min(endMs, to + 1) - first) / stepMs)) };
}

function countHosts({ groups }: World): number {
  return groups.reduce((sum, { hosts }) => sum + hosts.length, 0);
}

/** The ranges in which grids of all groups and the type lie, as far as they overlap the time between two instants. */
function meetingRanges({ groups, typeHours }: World, earliest: number, latest: number): readonly Range[] {
  const parts = groups.map((group) => groupRanges(group, earliest, latest));
  if (typeHours !== null) {
    parts.push(near(typeHours.ranges, earliest, latest));
  }
  return meet(parts);
}

function groupRanges({ hosts, need }: Group, earliest: number, latest: number): readonly Range[] {
  const ofHosts = hosts.map(({ origins }) => origins);
  return need === hosts.length ? meet(ofHosts) : once(ofHosts.flatMap((origins) => near(origins, earliest, latest)));
}

/** Ranges that hold an instant between two. They are sorted by start, and may overlap where nights do. */
function near(ranges: readonly Range[], earliest: number, latest: number): readonly Range[] {
  return ranges.filter(({ startMs, endMs }) => endMs > earliest && startMs <= latest);
}

/** Time that lies in a range of each part, as ranges by start that begin where the later of those that meet begins. */
export function meet(parts: readonly (readonly Range[])[]): readonly Range[] {
  const [first = [], ...others] = parts;
  return others.reduce(meetTwo, first);
}

function meetTwo(as: readonly Range[], bs: readonly Range[]): readonly Range[] {
  const met: Range[] = [];
  let from = 0;
  for (const a of as) {
    // A range that has ended before this one began may still be followed by a shorter one that has not: only a run is skipped.
    while (from < bs.length && (bs[from]?.endMs ?? 0) <= a.startMs) {
      from += 1;
    }
    for (let index = from; index < bs.length; index += 1) {
      const b = bs[index];
      if (b === undefined || b.startMs >= a.endMs) {
        break;
      }
      if (b.endMs > a.startMs) {
        met.push(common(a, b));
      }
    }
  }
  // Nights that overlap may meet the next in another order, and whoever meets these relies on theirs.
  return met.sort((a, b) => a.startMs - b.startMs);
}

/** What two ranges that meet have in common; often that is the first of them. */
function common(a: Range, b: Range): Range {
  const isFirst = b.startMs <= a.startMs && b.endMs >= a.endMs;
  return isFirst ? a : { startMs: Math.max(a.startMs, b.startMs), endMs: Math.min(a.endMs, b.endMs) };
}

/** Ranges of many calendars by start; the same one counts once. */
function once(ranges: readonly Range[]): readonly Range[] {
  const sorted = ranges.toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  return sorted.filter(({ startMs, endMs }, index) => {
    const before = sorted[index - 1];
    return before?.startMs !== startMs || before.endMs !== endMs;
  });
}

/** Sorts in place where it has to, and drops repetitions. */
function inOrderOnce(starts: Float64Array): Float64Array {
  let rising = true;
  for (let index = 1; index < starts.length && rising; index += 1) {
    rising = (starts[index - 1] ?? 0) < (starts[index] ?? 0);
  }
  if (rising) {
    return starts;
  }
  starts.sort();
  return starts.filter((start, index) => index === 0 || start !== starts[index - 1]);
}
