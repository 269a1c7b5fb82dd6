import { invalidField } from "@calends/kit/domain-error";
import type { TravelTime } from "./world.ts";

/** What an organization knows of travel between its places. */
export interface TravelData {
  readonly places: readonly { readonly key: string; readonly latitude: number; readonly longitude: number }[];
  readonly times: readonly { readonly from: string; readonly to: string; readonly ms: number }[];
  /** Kilometres an hour along the straight line; 0 means {@link defaultKmh}. */
  readonly straightLineKmh: number;
}

const defaultKmh = 30;
const earthRadiusKm = 6371;
const minuteMs = 60_000;
/** As long as a known time may be: no more is read around a question. */
const maxMs = 1440 * minuteMs;

/** No places: nobody has to travel. */
export const noTravel: TravelData = { places: [], times: [], straightLineKmh: 0 };

/** Throws naming the first entry that breaks a rule. */
export function validateTravel({ places, times }: TravelData, path: string): void {
  const keys = new Set<string>();
  places.forEach(({ key }, index) => {
    if (keys.has(key)) {
      throw invalidField(`${path}.places[${index}].key`, `the place ${key} is there twice`);
    }
    keys.add(key);
  });
  const pairs = new Set<string>();
  times.forEach(({ from, to }, index) => {
    const pair = JSON.stringify([from, to]);
    if (pairs.has(pair)) {
      throw invalidField(`${path}.times[${index}]`, `the way from ${from} to ${to} is there twice`);
    }
    pairs.add(pair);
  });
}

/**
 * The time from one place to another: a known one first, then that of the straight line in whole minutes rounded up and at
 * most a day, and none where a place is unknown.
 */
export function createTravelTime({ places, times, straightLineKmh }: TravelData): TravelTime {
  const known = new Map(times.map(({ from, to, ms }) => [JSON.stringify([from, to]), ms]));
  const byKey = new Map(places.map((place) => [place.key, place]));
  const kmh = straightLineKmh === 0 ? defaultKmh : straightLineKmh;
  return (from, to) => {
    const ms = known.get(JSON.stringify([from, to]));
    const [a, b] = [byKey.get(from), byKey.get(to)];
    if (ms !== undefined || a === undefined || b === undefined) {
      return ms ?? 0;
    }
    return Math.min(Math.ceil((distanceKm(a, b) / kmh) * 60) * minuteMs, maxMs);
  };
}

/** Length of the great circle between two points. */
function distanceKm(a: TravelData["places"][number], b: TravelData["places"][number]): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (from: number, to: number) => Math.sin(radians(to - from) / 2) ** 2;
  const lengthwise = Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(a.longitude, b.longitude);
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(half(a.latitude, b.latitude) + lengthwise)));
}
