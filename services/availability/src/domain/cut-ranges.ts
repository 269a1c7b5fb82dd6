import type { Intervals } from "@calends/time/intervals";

/** One range of hours as instants. */
export interface Range {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Takes time out of ranges; what is left of a range is a range each. Both come sorted by start and may overlap one
 * another; the answer is sorted by start.
 */
export function cutRanges(ranges: readonly Range[], closed: readonly Range[]): Range[] {
  const pieces: Range[] = [];
  let first = 0;
  for (const range of ranges) {
    while ((closed[first]?.endMs ?? Number.POSITIVE_INFINITY) <= range.startMs) {
      first += 1;
    }
    cutRange(range, closed, first, pieces);
  }
  return isSorted(pieces) ? pieces : pieces.sort((a, b) => a.startMs - b.startMs);
}

/** Cuts a range by what is closed from an index on. */
function cutRange(range: Range, closed: readonly Range[], first: number, pieces: Range[]): void {
  let startMs = range.startMs;
  for (let index = first; index < closed.length && startMs < range.endMs; index += 1) {
    const next = closed[index];
    if (next === undefined || next.startMs >= range.endMs) {
      break;
    }
    if (startMs < next.startMs) {
      pieces.push({ startMs, endMs: next.startMs });
    }
    startMs = Math.max(startMs, next.endMs);
  }
  if (startMs < range.endMs) {
    pieces.push(startMs === range.startMs ? range : { startMs, endMs: range.endMs });
  }
}

/** Whether nothing has to be sorted, as when no night overlaps the next day. */
function isSorted(ranges: readonly Range[]): boolean {
  return ranges.every((range, index) => index === 0 || (ranges[index - 1]?.startMs ?? 0) <= range.startMs);
}

/** Ranges by start as time, in which those that touch are one. */
export function hoursOf(ranges: readonly Range[]): Intervals {
  const flat: number[] = [];
  for (const { startMs, endMs } of ranges) {
    const last = flat[flat.length - 1];
    if (last === undefined || last < startMs) {
      flat.push(startMs, endMs);
    } else if (last < endMs) {
      flat[flat.length - 1] = endMs;
    }
  }
  return new Float64Array(flat);
}
