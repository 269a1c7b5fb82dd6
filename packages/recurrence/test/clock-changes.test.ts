import { describe, expect, test } from "vitest";
import { compile, type CompileOptions } from "../src/index.ts";
import { writeTime } from "./arbitraries.ts";
import { clockChanges } from "./clock-changes.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function at(date: string, time: string): number {
  return Date.parse(`${date}T${time}Z`);
}

function occurrences(zone: string, startMs: number, rule: string, options: CompileOptions = {}): string[] {
  const set = compile(`DTSTART;TZID=${zone}:${writeTime(startMs)}\nRRULE:${rule}`, options);
  return iso(set.first(60));
}

function iso(instants: Iterable<number>): string[] {
  return [...instants].map((ms) => new Date(ms).toISOString());
}

describe.each(clockChanges)("$zone", ({ zone, gapDay, begins, skipped, spring, overlapDay, repeated, autumn }) => {
  const [before, after] = spring;
  const gap = at(gapDay, skipped);
  const overlap = at(overlapDay, repeated);
  const old = (local: number) => local - before * minute;
  const late = (local: number) => local - after * minute;
  const early = (local: number) => local - autumn[0] * minute;
  const wintry = (local: number) => local - autumn[1] * minute;

  test("a daily time that the clock skips takes the offset before the gap", () => {
    expect(occurrences(zone, gap - day, "FREQ=DAILY;COUNT=3")).toEqual(
      iso([old(gap - day), old(gap), late(gap + day)]),
    );
  });

  test("or is left out and not counted", () => {
    const expected = iso([old(gap - day), late(gap + day), late(gap + 2 * day)]);
    expect(occurrences(zone, gap - day, "FREQ=DAILY;COUNT=3", { gap: "omit" })).toEqual(expected);
  });

  test("a start that the clock skips shifts, and the next day has its own time again", () => {
    expect(occurrences(zone, gap, "FREQ=DAILY;COUNT=2")).toEqual(iso([old(gap), late(gap + day)]));
    expect(occurrences(zone, gap, "FREQ=DAILY;COUNT=2", { gap: "omit" })).toEqual(
      iso([late(gap + day), late(gap + 2 * day)]),
    );
  });

  test("a weekly time that the clock skips comes back a week later", () => {
    const expected = iso([old(gap - 7 * day), old(gap), late(gap + 7 * day)]);
    expect(occurrences(zone, gap - 7 * day, "FREQ=WEEKLY;COUNT=3")).toEqual(expected);
  });

  test("a time that the clock shows twice is its first instance", () => {
    const expected = iso([early(overlap - day), early(overlap), wintry(overlap + day)]);
    expect(occurrences(zone, overlap - day, "FREQ=DAILY;COUNT=3")).toEqual(expected);
    expect(occurrences(zone, overlap - day, "FREQ=DAILY;COUNT=3", { gap: "omit" })).toEqual(expected);
  });

  test("ordinary times of the days around a change are untouched", () => {
    const noon = at(gapDay, "12:00");
    expect(occurrences(zone, noon - day, "FREQ=DAILY;COUNT=3")).toEqual(
      iso([old(noon - day), late(noon), late(noon + day)]),
    );
  });

  test("every hour over the gap: skipped hours shift, and none of their instants stands twice", () => {
    const change = at(gapDay, begins);
    const locals = [-2, -1, 0, 1, 2, 3, 4].map((n) => gap + n * hour);
    const instants = locals.map((local) => (local < change + (after - before) * minute ? old(local) : late(local)));
    const expected = [...new Set(instants)].sort((a, b) => a - b);
    expect(occurrences(zone, gap - 2 * hour, `FREQ=HOURLY;COUNT=${expected.length}`)).toEqual(iso(expected));
    const shown = locals.filter((local) => local < change || local >= change + (after - before) * minute);
    const kept = shown.map((local) => (local < change ? old(local) : late(local)));
    expect(occurrences(zone, gap - 2 * hour, `FREQ=HOURLY;COUNT=${kept.length}`, { gap: "omit" })).toEqual(iso(kept));
  });

  test("every hour over the overlap: the repeated hour once, by the wall clock", () => {
    const locals = [-2, -1, 0, 2, 3, 4].map((n) => overlap + n * hour);
    const expected = locals.map((local) => (local <= overlap ? early(local) : wintry(local)));
    const rule = "FREQ=HOURLY;COUNT=7";
    const all = occurrences(zone, overlap - 2 * hour, rule);
    expect(all).toEqual(expect.arrayContaining(iso(expected)));
    expect(new Set(all).size).toBe(7);
  });
});

test("a start that a gap leaves out still begins the set", () => {
  const set = compile("DTSTART;TZID=America/New_York:20260308T023000\nRRULE:FREQ=DAILY;COUNT=2", { gap: "omit" });
  const days = [Date.parse("2026-03-09T06:30:00Z"), Date.parse("2026-03-10T06:30:00Z")];
  expect(Array.from(set.first(5))).toEqual(days);
  expect(set.last()).toBe(days[1]);
  expect(set.previous(days[1] ?? 0)).toBe(days[0]);
});
