import { compile } from "../src/index.ts";
import { writeTime } from "./arbitraries.ts";
import { oracleToUtc } from "./oracle-zone.ts";

const dayMs = 86_400_000;

/** Zones of the platform's own database. */
export function allZones(): string[] {
  return Intl.supportedValuesOf("timeZone");
}

/** The 48 half hours of a day. */
export const halfHours: readonly number[] = Array.from({ length: 48 }, (_, n) => n * 1_800_000);

/**
 * Compares a daily rule, at each of some times of day, with what Intl says of every date from one year's beginning to
 * another's. Returns the first few differences in words.
 */
export function zoneDifferences(zone: string, times: readonly number[], fromYear: number, toYear: number): string[] {
  const differences: string[] = [];
  const first = Date.UTC(fromYear, 0, 1);
  const end = Date.UTC(toYear, 0, 1);
  for (const time of times) {
    const expected = new Set<number>();
    for (let day = first; day < end; day += dayMs) {
      expected.add(oracleToUtc(zone, day + time, "shift"));
    }
    const rule = `FREQ=DAILY;COUNT=${expected.size}`;
    const found = compile(`DTSTART;TZID=${zone}:${writeTime(first + time)}\nRRULE:${rule}`).first(expected.size + 1);
    const wanted = [...expected].sort((a, b) => a - b);
    const at = wanted.findIndex((ms, index) => ms !== found[index]);
    if (at >= 0 || found.length !== wanted.length) {
      const [ours, theirs] = [found[at], wanted[at]].map((ms) => new Date(ms ?? Number.NaN).toJSON());
      differences.push(`${zone} ${writeTime(first + time)}: ${ours} instead of ${theirs}`);
    }
  }
  return differences;
}
