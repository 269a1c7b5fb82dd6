/** A slot as watchers are told of it. */
export interface Offer {
  readonly startMs: number;
  readonly durationMs: number;
}

/** What became of offers: each part by start, then length. */
export interface Difference {
  readonly added: readonly Offer[];
  readonly removed: readonly Offer[];
}

/** What has to be told to somebody who knows the first offers, so that they know the second. Both are in order. */
export function differenceOf(known: readonly Offer[], current: readonly Offer[]): Difference {
  const added: Offer[] = [];
  const removed: Offer[] = [];
  let i = 0;
  let j = 0;
  while (i < known.length || j < current.length) {
    const [old, now] = [known[i], current[j]];
    if (now === undefined || (old !== undefined && compareOffers(old, now) < 0)) {
      removed.push(...(old === undefined ? [] : [old]));
      i += 1;
    } else if (old === undefined || compareOffers(old, now) > 0) {
      added.push(now);
      j += 1;
    } else {
      i += 1;
      j += 1;
    }
  }
  return { added, removed };
}

/** Orders offers by start, then length. */
export function compareOffers(a: Offer, b: Offer): number {
  return a.startMs - b.startMs || a.durationMs - b.durationMs;
}
