const dayMs = 86_400_000;

/** Epoch milliseconds at which New York's clocks change, and the offset before: what a table would hold. */
const changes: number[] = [];
for (let year = 2000; year < 2045; year += 1) {
  const march = Date.UTC(year, 2, 1);
  const november = Date.UTC(year, 10, 1);
  const secondSunday = march + (((7 - new Date(march).getUTCDay()) % 7) + 7) * dayMs;
  const firstSunday = november + ((7 - new Date(november).getUTCDay()) % 7) * dayMs;
  changes.push(secondSunday + 7 * 3_600_000, firstSunday + 6 * 3_600_000);
}

/**
 * The least that a daily rule at one time of day can cost: no parsing, no object, one table; by hand for this rule and
 * this zone, with the rules of 2007 for all years.
 */
export function dailyByHand(startLocalMs: number, fromMs: number, toMs: number, out: Float64Array): number {
  let local = startLocalMs + Math.max(0, Math.floor((fromMs - startLocalMs) / dayMs)) * dayMs;
  let at = changes.findIndex((ms) => ms > local - dayMs);
  let n = 0;
  for (;;) {
    let utc = local + (at % 2 === 0 ? 5 : 4) * 3_600_000;
    if (utc >= (changes[at] ?? 0)) {
      at += 1;
      utc = local + (at % 2 === 0 ? 5 : 4) * 3_600_000;
    }
    if (utc >= toMs) {
      return n;
    }
    if (utc >= fromMs) {
      out[n] = utc;
      n += 1;
    }
    local += dayMs;
  }
}
