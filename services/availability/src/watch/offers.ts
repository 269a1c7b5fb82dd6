import { createHash } from "node:crypto";
import type { Slot } from "../domain/slots.ts";

/** A slot as watchers were told of it. */
export interface Offer extends Pick<Slot, "startMs" | "durationMs" | "seatsLeft"> {
  /** Null where nobody knows what was told of hosts and seats. */
  readonly freeHosts: Slot["freeHosts"] | null;
}

/** What watchers were told at one moment. */
export interface Told {
  readonly offers: readonly Offer[];
  /** Whether there were more slots. */
  readonly truncated: boolean;
  /** See {@link digestOf}. */
  readonly digest: string;
}

/** What became of offers: each part by start, then length. */
export interface Difference {
  readonly added: readonly Slot[];
  readonly removed: readonly Offer[];
  /** Those that were and are offered with other hosts or seats; all of which it is not known where it is not. */
  readonly changed: readonly Slot[];
}

/** What has to be told to somebody who knows the first offers, so that they know the second. Both are in order. */
export function differenceOf(known: readonly Offer[], current: readonly Slot[]): Difference {
  const [added, changed]: [Slot[], Slot[]] = [[], []];
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
      changed.push(...(hasSameDetails(old, now) ? [] : [now]));
      i += 1;
      j += 1;
    }
  }
  return { added, removed, changed };
}

function hasSameDetails(old: Offer, now: Slot): boolean {
  const { freeHosts } = old;
  return (
    freeHosts !== null &&
    old.seatsLeft === now.seatsLeft &&
    freeHosts.length === now.freeHosts.length &&
    freeHosts.every((host, index) => host === now.freeHosts[index])
  );
}

/** Slots with their hosts and seats in 24 characters; empty where none has any. */
export function digestOf(slots: readonly Slot[]): string {
  if (slots.every(({ seatsLeft, freeHosts }) => seatsLeft === 0 && freeHosts.length === 0)) {
    return "";
  }
  const hash = createHash("sha256");
  for (const { startMs, durationMs, seatsLeft, freeHosts } of slots) {
    hash.update(`${startMs} ${durationMs} ${seatsLeft} ${freeHosts.join()};`);
  }
  return hash.digest().subarray(0, 18).toString("base64url");
}

/** Orders offers by start, then length. */
function compareOffers(a: Pick<Offer, "startMs" | "durationMs">, b: Pick<Offer, "startMs" | "durationMs">): number {
  return a.startMs - b.startMs || a.durationMs - b.durationMs;
}
