/**
 * Half-open intervals of epoch milliseconds, flat in one array: [start0, end0, start1, end1, …]. Normal form: sorted,
 * disjoint, not touching, none empty. Every function here takes and returns normal form unless it says otherwise.
 */
export type Intervals = Float64Array;

/** No time at all. */
export const noTime: Intervals = new Float64Array(0);

/** Brings pairs in any order, overlapping or empty, into normal form. */
export function normalize(pairs: Iterable<readonly [start: number, end: number]>): Intervals {
  const sorted = [...pairs].filter(([start, end]) => start < end).sort((a, b) => a[0] - b[0]);
  const out: number[] = [];
  for (const [start, end] of sorted) {
    const last = out.length - 1;
    if (last > 0 && start <= at(out, last)) {
      out[last] = Math.max(at(out, last), end);
    } else {
      out.push(start, end);
    }
  }
  return Float64Array.from(out);
}

/** What lies in either. */
export function union(a: Intervals, b: Intervals): Intervals {
  return normalize([...pairsOf(a), ...pairsOf(b)]);
}

/** What lies in both. */
export function intersect(a: Intervals, b: Intervals): Intervals {
  const out: number[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const start = Math.max(at(a, i), at(b, j));
    const end = Math.min(at(a, i + 1), at(b, j + 1));
    if (start < end) {
      out.push(start, end);
    }
    if (at(a, i + 1) <= at(b, j + 1)) {
      i += 2;
    } else {
      j += 2;
    }
  }
  return Float64Array.from(out);
}

/** What lies in [start, end) and not in the intervals. */
export function complement(a: Intervals, start: number, end: number): Intervals {
  const out: number[] = [];
  let from = start;
  for (let i = 0; i < a.length && at(a, i) < end; i += 2) {
    if (at(a, i) > from) {
      out.push(from, at(a, i));
    }
    from = Math.max(from, at(a, i + 1));
  }
  if (from < end) {
    out.push(from, end);
  }
  return Float64Array.from(out);
}

/** What lies in the first and not in the second. */
export function subtract(a: Intervals, b: Intervals): Intervals {
  const first = a[0];
  const last = a[a.length - 1];
  return first === undefined || last === undefined ? noTime : intersect(a, complement(b, first, last));
}

/** Index of the interval that holds the instant, as the position of its start in the array; -1 when none does. */
export function indexAt(a: Intervals, instant: number): number {
  let low = 0;
  let high = a.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (at(a, 2 * middle + 1) <= instant) {
      low = middle + 1;
    } else if (at(a, 2 * middle) > instant) {
      high = middle - 1;
    } else {
      return 2 * middle;
    }
  }
  return -1;
}

/** The intervals as pairs. */
export function* pairsOf(a: Intervals): Generator<readonly [start: number, end: number]> {
  for (let i = 0; i < a.length; i += 2) {
    yield [at(a, i), at(a, i + 1)];
  }
}

function at(a: ArrayLike<number>, index: number): number {
  return a[index] ?? Number.NaN;
}
