const firstMs = 10_000;
const factor = 4;
const longestMs = 6 * 3_600_000;

/**
 * How long to wait after the n-th failed try: ten seconds, four times as long after each further one, at most six hours.
 * `jitter` in [0, 1) takes off up to half, so that what failed together is not tried together.
 */
export function backoffMs(attempt: number, jitter: number): number {
  const ceiling = Math.min(longestMs, firstMs * factor ** Math.min(attempt - 1, 12));
  return Math.round(ceiling * (1 - jitter / 2));
}

const postponedForMs = 5_000;

/** How long a delivery waits whose try could not be started: five to ten seconds, by `jitter` in [0, 1). */
export function postponedMs(jitter: number): number {
  return Math.round(postponedForMs * (1 + jitter));
}
