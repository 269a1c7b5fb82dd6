import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile } from "../src/index.ts";
import { always, hold } from "./_laws.ts";
import { endlessRule, sampleOf, sampleZones, startMs, writeTime } from "./arbitraries.ts";
import { disagreements } from "./disagreements.ts";
import { oracleToUtc } from "./oracle-zone.ts";
import { rruleInUtc, rruleTemporal, type Peer } from "./peers.ts";

/** More than so many occurrences are not compared: the others are slow. */
const most = 600;

/** Lists in order, no RSCALE: rrule gives the times of BYHOUR=17,9 in that order. */
function plain(rule: string): string {
  return rule
    .split(";")
    .filter((part) => !/^(RSCALE|SKIP)=/.test(part))
    .map((part) => {
      const [name = "", value = ""] = part.split("=");
      const items = value.split(",");
      return /^BY(HOUR|MINUTE|SECOND)$/.test(name)
        ? `${name}=${items.sort((a, b) => Number(a) - Number(b)).join()}`
        : part;
    })
    .join(";");
}

function isExplained(name: string, rule: string, zone: string): boolean {
  return disagreements.some(({ peer, applies }) => peer === name && applies(rule, zone));
}

/** rrule-temporal moves a whole series by the gap that its start lies in. */
function startsInGap(zone: string, start: number): boolean {
  return Number.isNaN(oracleToUtc(zone, start, "omit"));
}

/** Compares a peer with the engine; true where there was something to compare. */
function compare(name: string, peer: Peer, zone: string, rule: string, start: number): boolean {
  const { untilLocalMs } = sampleOf(rule, start, undefined, undefined, "omit");
  const to = start + (untilLocalMs - start) / 3;
  const line = zone === "UTC" ? `DTSTART:${writeTime(start)}Z` : `DTSTART;TZID=${zone}:${writeTime(start)}`;
  const set = compile(`${line}\nRRULE:${rule}`, { gap: "omit" });
  const ours = set.between(start - 86_400_000, to + 1, always).starts;
  if (isExplained(name, rule, zone) || startsInGap(zone, start) || ours.length === 0 || ours.length > most) {
    return false;
  }
  const theirs = peer(writeTime(start), rule, start - 86_400_000, to);
  if (theirs === undefined) {
    return false;
  }
  expect({ zone, rule, start: writeTime(start), starts: theirs }).toEqual({
    zone,
    rule,
    start: writeTime(start),
    starts: [...ours],
  });
  return true;
}

const rules = endlessRule.map(plain);
/** Temporal's polyfill misses the weeks of Ramadan and other short spells of its tables of clock changes. */
const comparedZones = ["UTC", ...sampleZones.filter((zone) => !/Casablanca|Cairo|Gaza/.test(zone))];

describe("engines of other lineages agree, but for what is explained", () => {
  test("rrule in UTC", () => {
    let compared = 0;
    hold(
      fc.tuple(rules, startMs),
      ([rule, start]) => {
        compared += compare("rrule", rruleInUtc, "UTC", rule, start) ? 1 : 0;
      },
      0.5,
    );
    expect(compared).toBeGreaterThan(200);
  });

  test("rrule-temporal in every zone, gaps omitted as it does", () => {
    let compared = 0;
    hold(
      fc.tuple(rules, startMs, fc.constantFrom(...comparedZones)),
      ([rule, start, zone]) => {
        compared += compare("rrule-temporal", rruleTemporal(zone), zone, rule, start) ? 1 : 0;
      },
      0.5,
    );
    expect(compared).toBeGreaterThan(200);
  });
});
