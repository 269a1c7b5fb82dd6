/** One range of hours as instants. */
export interface Range {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Takes time out of ranges; what is left of a range is a range each. Both come sorted by start and may overlap one
 * another; the answer is sorted by start.
 */
export function cutRanges(ranges: readonly Range[], out: readonly Range[]): Range[] {
  const closed = merge(out);
  const pieces: Range[] = [];
  let first = 0;
  for (const range of ranges) {
    while (first < closed.length && at(closed, first + 1) <= range.startMs) {
      first += 2;
    }
    cutRange(range, closed, first, pieces);
  }
  return pieces.sort((a, b) => a.startMs - b.startMs);
}

/** Cuts a range by what is closed from an index on. */
function cutRange(range: Range, closed: readonly number[], first: number, pieces: Range[]): void {
  let startMs = range.startMs;
  for (let index = first; index < closed.length && at(closed, index) < range.endMs; index += 2) {
    if (startMs < at(closed, index)) {
      pieces.push({ startMs, endMs: at(closed, index) });
    }
    startMs = at(closed, index + 1);
  }
  if (startMs < range.endMs) {
    pieces.push(startMs === range.startMs ? range : { startMs, endMs: range.endMs });
  }
}

/** Flat starts and ends of what any of them covers, apart and in order. */
function merge(spans: readonly Range[]): number[] {
  const flat: number[] = [];
  for (const { startMs, endMs } of spans) {
    const last = flat.length - 1;
    if (last > 0 && startMs <= at(flat, last)) {
      flat[last] = Math.max(at(flat, last), endMs);
    } else {
      flat.push(startMs, endMs);
    }
  }
  return flat;
}

function at(flat: readonly number[], index: number): number {
  return flat[index] ?? Number.NaN;
}
