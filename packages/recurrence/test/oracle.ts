/**
 * What RFC 5545 says, decided slowly: every day (hour, minute, second) of every period is asked whether each part of
 * the rule names it. Shares nothing with the engine: dates come from Date, zones from Intl.
 */

import {
  dayFits,
  dayMs,
  factsOf,
  movedWeeks,
  numbers,
  skippedDays,
  weekdayNames,
  withImpliedMonth,
  type Parts,
} from "./oracle-days.ts";
import { oracleOffset, oracleToUtc } from "./oracle-zone.ts";

/** A recurrence set for the oracle: local times are milliseconds since 1970-01-01T00:00 local. */
export interface OracleSet {
  readonly startMs: number;
  /** An IANA zone; undefined where local time is UTC. */
  readonly zone: string | undefined;
  readonly rules: readonly string[];
  readonly exceptionRules?: readonly string[];
  /** Instants in UTC. */
  readonly dates?: readonly number[];
  readonly exceptionDates?: readonly number[];
  readonly gap?: "shift" | "omit";
}

/** The instants of a set whose local times lie before an end. */
export function oracleInstants(set: OracleSet, untilLocalMs: number): number[] {
  const included = set.rules.flatMap((rule) => ruleInstants(set, rule, untilLocalMs));
  const excluded = new Set((set.exceptionRules ?? []).flatMap((rule) => ruleInstants(set, rule, untilLocalMs)));
  for (const ms of set.exceptionDates ?? []) {
    excluded.add(ms);
  }
  const all = new Set([...included, ...(set.dates ?? [])]);
  return [...all].filter((ms) => !excluded.has(ms)).sort((a, b) => a - b);
}

function ruleInstants(set: OracleSet, text: string, untilLocalMs: number): number[] {
  const written: Parts = new Map(text.split(";").map((part) => part.split("=") as [string, string]));
  const parts = withImpliedMonth(written, String(factsOf(Math.floor(set.startMs / dayMs)).month));
  const locals = oracleLocalTimes(parts, set.startMs, untilLocalMs);
  const instants = new Set<number>();
  for (const local of locals) {
    const utc = set.zone === undefined ? local : oracleToUtc(set.zone, local, set.gap ?? "shift");
    if (!Number.isNaN(utc)) {
      instants.add(utc);
    }
  }
  const sorted = [...instants].sort((a, b) => a - b);
  const until = parts.get("UNTIL");
  const last = until === undefined ? Number.POSITIVE_INFINITY : readTime(until);
  return sorted.filter((ms) => ms <= last).slice(0, numbers(parts, "COUNT")[0] ?? sorted.length);
}

/** Reads "20260131", "20260131T093000" or "20260131T093000Z" on its own clock. */
export function readTime(text: string): number {
  const [, y, m, d, hh = "0", mm = "0", ss = "0"] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z?)?$/.exec(text) ?? [];
  return Date.UTC(Number(y), Number(m) - 1, Number(d), Number(hh), Number(mm), Number(ss));
}

/** The local times of one rule from its start until an end, COUNT and UNTIL not applied. */
function oracleLocalTimes(parts: Parts, startMs: number, untilMs: number): number[] {
  const freq = parts.get("FREQ") ?? "";
  const interval = numbers(parts, "INTERVAL")[0] ?? 1;
  const found: number[] = [];
  const isClock = freq === "HOURLY" || freq === "MINUTELY" || freq === "SECONDLY";
  const sets = isClock
    ? clockSets(parts, freq, interval, startMs, untilMs)
    : daySets(parts, freq, interval, startMs, untilMs);
  const positions = numbers(parts, "BYSETPOS");
  for (const set of sets) {
    const chosen = positions.length === 0 ? set : set.filter((_, i) => hasPosition(positions, i, set.length));
    found.push(...chosen.filter((ms) => ms >= startMs && ms < untilMs));
  }
  return found;
}

function hasPosition(positions: readonly number[], index: number, length: number): boolean {
  return positions.includes(index + 1) || positions.includes(index - length);
}

function* clockSets(
  parts: Parts,
  freq: string,
  interval: number,
  startMs: number,
  untilMs: number,
): Iterable<number[]> {
  const unit = { HOURLY: 3_600_000, MINUTELY: 60_000, SECONDLY: 1000 }[freq] ?? 1000;
  const start = new Date(startMs);
  const hours = numbers(parts, "BYHOUR");
  const minutes = parts.has("BYMINUTE") ? numbers(parts, "BYMINUTE") : [start.getUTCMinutes()];
  const seconds = parts.has("BYSECOND") ? numbers(parts, "BYSECOND") : [start.getUTCSeconds()];
  const range = (wanted: readonly number[], most: number) =>
    Array.from({ length: most }, (_, n) => n).filter((n) => wanted.includes(n));
  const innerMinutes = freq === "HOURLY" ? range(minutes, 60) : [0];
  const innerSeconds = freq === "SECONDLY" ? [0] : range(seconds, 60);
  const inner = innerMinutes.flatMap((m) => innerSeconds.map((s) => m * 60_000 + s * 1000));
  for (let at = Math.floor(startMs / unit) * unit; at < untilMs; at += interval * unit) {
    const time = new Date(at);
    const fits =
      (hours.length === 0 || hours.includes(time.getUTCHours())) &&
      (freq === "HOURLY" || !parts.has("BYMINUTE") || minutes.includes(time.getUTCMinutes())) &&
      (freq !== "SECONDLY" || !parts.has("BYSECOND") || seconds.includes(time.getUTCSeconds())) &&
      dayFits(parts, freq, Math.floor(at / dayMs), startMs);
    yield fits ? inner.map((ms) => at + ms) : [];
  }
}

function* daySets(parts: Parts, freq: string, interval: number, startMs: number, untilMs: number): Iterable<number[]> {
  const times = dayTimes(parts, startMs);
  const startDay = Math.floor(startMs / dayMs);
  const startOf = factsOf(startDay);
  const weekStart = weekdayNames.indexOf(parts.get("WKST") ?? "MO");
  const spanOf = (k: number): readonly [from: number, to: number] => {
    if (freq === "YEARLY") {
      return [Date.UTC(startOf.year + k, 0, 1) / dayMs, Date.UTC(startOf.year + k + 1, 0, 1) / dayMs];
    }
    if (freq === "MONTHLY") {
      return [
        Date.UTC(startOf.year, startOf.month - 1 + k, 1) / dayMs,
        Date.UTC(startOf.year, startOf.month + k, 1) / dayMs,
      ];
    }
    const length = freq === "WEEKLY" ? 7 : 1;
    const first = startDay - (freq === "WEEKLY" ? (startOf.weekday - weekStart + 7) % 7 : 0);
    return [first + length * k, first + length * (k + 1)];
  };
  const setOf = (k: number): number[] => {
    const [from, to] = spanOf(k);
    const days = skippedDays(parts, freq, from, to, startMs) ?? plainDays(parts, freq, from, to, startMs);
    const all = new Set([...days, ...movedWeeks(parts, from, to)]);
    return [...all].sort((a, b) => a - b).flatMap((day) => times.map((ms) => day * dayMs + ms));
  };
  const end = untilMs / dayMs + 400;
  for (let k = firstSet(parts, freq, interval, startMs, setOf); spanOf(k)[0] <= end; k += interval) {
    yield setOf(k);
  }
}

/**
 * The first set is the one that would contain the start (RFC 8984 section 4.3.3.1). Where SKIP carries days into the next
 * set, or the one before, that is the neighbour if only it has the start; where no set is left out, all may have it.
 */
function firstSet(
  parts: Parts,
  freq: string,
  interval: number,
  startMs: number,
  setOf: (k: number) => number[],
): number {
  const skip = parts.get("SKIP") ?? "OMIT";
  if (skip === "OMIT" || (freq !== "YEARLY" && freq !== "MONTHLY")) {
    return 0;
  }
  const neighbour = skip === "FORWARD" ? -1 : 1;
  if (interval === 1) {
    return Math.min(0, neighbour);
  }
  const positions = numbers(parts, "BYSETPOS");
  const nextMidnight = (Math.floor(startMs / dayMs) + 1) * dayMs;
  const hasStart = (k: number) =>
    setOf(k)
      .filter((_, i, all) => positions.length === 0 || hasPosition(positions, i, all.length))
      .some((ms) => ms >= startMs && ms < nextMidnight);
  return !hasStart(0) && hasStart(neighbour) ? neighbour : 0;
}

function plainDays(parts: Parts, freq: string, from: number, to: number, startMs: number): number[] {
  const days: number[] = [];
  for (let day = from; day < to; day += 1) {
    if (dayFits(parts, freq, day, startMs)) {
      days.push(day);
    }
  }
  return days;
}

function dayTimes(parts: Parts, startMs: number): number[] {
  const start = new Date(startMs);
  const or = (name: string, implied: number) => (parts.has(name) ? numbers(parts, name) : [implied]);
  const times = new Set<number>();
  for (const hour of or("BYHOUR", start.getUTCHours())) {
    for (const minute of or("BYMINUTE", start.getUTCMinutes())) {
      for (const second of or("BYSECOND", start.getUTCSeconds())) {
        times.add(((hour * 60 + minute) * 60 + Math.min(second, 59)) * 1000);
      }
    }
  }
  return [...times].sort((a, b) => a - b);
}

/** An instant before which nothing that comes after an end in local time can lie. */
export function horizonOf({ zone, startMs }: OracleSet, untilLocalMs: number): number {
  if (zone === undefined) {
    return untilLocalMs;
  }
  const at = untilLocalMs - oracleOffset(zone, untilLocalMs);
  const isCalm = oracleOffset(zone, at - 26 * 3_600_000) === oracleOffset(zone, at + 26 * 3_600_000);
  return isCalm ? at : Math.max(startMs - dayMs, at - 26 * 3_600_000);
}
