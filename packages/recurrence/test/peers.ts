import { rrulestr } from "../src/rrule-library.ts";

import { RRuleTemporal } from "rrule-temporal";

/** What another engine answers: instants in [from, to], or undefined where it refuses or gives up. */
export type Peer = (start: string, rule: string, fromMs: number, toMs: number) => number[] | undefined;

/** rrule 2.8.1, of dateutil's lineage: asked in UTC only, where the host's zone does not matter. */
export const rruleInUtc: Peer = (start, rule, fromMs, toMs) => {
  try {
    const set = rrulestr(`DTSTART:${start}Z\nRRULE:${rule}`);
    return set.between(new Date(fromMs), new Date(toMs), true).map((date) => date.getTime());
  } catch {
    return undefined; // It throws plain errors of many kinds.
  }
};

/** rrule-temporal 2.2.7, written from the RFC on Temporal. */
export function rruleTemporal(zone: string): Peer {
  return (start, rule, fromMs, toMs) => {
    try {
      const line = zone === "UTC" ? `DTSTART:${start}Z` : `DTSTART;TZID=${zone}:${start}`;
      const set = new RRuleTemporal({ rruleString: `${line}\nRRULE:${rule}` });
      return set.between(new Date(fromMs), new Date(toMs), true).map((time) => time.epochMilliseconds);
    } catch {
      return undefined; // It throws on more than 10,000 barren steps.
    }
  };
}
